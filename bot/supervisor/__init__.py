"""Starts the product's processes on one machine, watches them and stops them; knows nothing of what they do."""
