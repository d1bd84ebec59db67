"""Sets the project up on a fresh machine with the standard library of Python 3.8; knows nothing of the product."""
