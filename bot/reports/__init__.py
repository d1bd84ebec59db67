"""What becomes of the matters that customers come with: counted as it happens, read by supervisors and editors."""
