"""The record: SQL tables and one module of functions per noun. Knows nothing of Redis, Rasa or Messenger's wire."""

from bot.store.database import Database, Tx
from bot.store.migrate import migrate

__all__ = ["Database", "Tx", "migrate"]
