"""Data protection: how long what is kept, its export and erasure. Knows no web framework, no console, no dialogue."""
