"""Editions of the content: what was published, what runs now, and where each conversation belongs.

An edition is a copy of the editors' three folders with its compiled flows. What the editors write meanwhile touches
nobody, what was published before can come back, and a conversation may finish on the edition it began with.
"""
