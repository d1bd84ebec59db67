"""The human side: who may speak, what the agent sees, the agents' desk. Composed with `bot` by `webhook.py`."""
