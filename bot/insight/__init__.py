"""What the assistant did not understand: collected as it happens, grouped by likeness, turned into examples."""
