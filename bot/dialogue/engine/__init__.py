"""The engine of the dialogue: from a state and what was understood to what is said and done; pure."""
