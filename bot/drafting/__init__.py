"""Skeletons of new content for editors: what they answered, turned into the three files of a flow."""
