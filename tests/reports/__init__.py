"""What the reports count, against what happened."""
