"""What this installation is for the page: its subscription and its standing offers, and whether both still stand."""
