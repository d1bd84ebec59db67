"""The promises that have a figure, measured under load against the floors and against Rasa's own channel."""
