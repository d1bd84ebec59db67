"""Dyżurny's assistant: everything between a webhook and an answer. Imports neither `handoff` nor `webhook`."""
