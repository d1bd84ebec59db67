"""Alembic's entry: runs the scripts on the connection that `bot.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from bot.store import public_schema, search


def is_of_the_schema(name: str | None, kind: str, _: object) -> bool:
    """The index of words is made by a script of its own; the comparison with the schema leaves it alone."""
    return not search.is_ours(name)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    # The same for every module that defines tables; this one imports the other.
    target_metadata=public_schema.incidents.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=is_of_the_schema,
)
with context.begin_transaction():
    context.run_migrations()
