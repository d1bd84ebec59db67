"""Alembic's entry: runs the scripts on the connection that `bot.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from bot.store import public_schema

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    # For the names it gives to constraints. The same for every module that defines tables; this one imports the other.
    target_metadata=public_schema.incidents.metadata,
)
with context.begin_transaction():
    context.run_migrations()
