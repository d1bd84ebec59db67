"""What every answer of the web process has in common, before anybody knows whose address it is."""
