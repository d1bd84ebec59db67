"""Dialogue: flows, typed answers, and the engine that decides what to say."""
