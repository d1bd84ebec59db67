"""Components that Rasa loads in its own environment: thin adapters, 3.10-safe, with light imports."""
