"""Give every database what scripts 0001, 0006 and 0008 brought only to those that ran them after they were changed.

Databases exist which ran them before: they say 0011 and lack a table, columns and indexes. What is there already stays
as it is, so on all other databases nothing happens. Since then a script that landed is not changed again.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OF_HANDOFFS: dict[str, sa.types.TypeEngine[Any]] = {
    "edits": sa.JSON(),
    "asked": sa.String(length=80),
    "rating": sa.String(length=12),
    "rating_comment": sa.Text(),
}
_KEY_OF_TALLIES = ["measure", "day", "department", "subject", "detail"]
_SPANS = ["day", "department", "subject", "outcome", "opened_at", "solved_at"]
_COMMENTS = sa.table("comments", sa.column("id", sa.String), sa.column("sensitive", sa.String))
_COMMENTS_BEFORE = sa.table("comments", sa.column("id", sa.String), sa.column("sensitive", sa.JSON))


def upgrade() -> None:
    _timers()
    _handoffs()
    _matters()
    _tallies()
    _comments()


def downgrade() -> None:
    # The scripts before this one make all of it by now.
    pass


def _found() -> sa.Inspector:
    # A new one each time: an inspector remembers what it saw.
    return sa.inspect(op.get_bind())


def _timers() -> None:
    if not _found().has_table("timers"):
        op.create_table(
            "timers",
            sa.Column("id", sa.String(length=200), nullable=False),
            sa.Column("conversation_id", sa.String(length=80), nullable=False),
            sa.Column("event", sa.JSON(), nullable=False),
            sa.Column("due_at", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_timers"),
        )
    _index("ix_timers_conversation_id", "timers", ["conversation_id"])
    _index("ix_timers_due_at", "timers", ["due_at"])


def _handoffs() -> None:
    there = {column["name"] for column in _found().get_columns("handoffs")}
    for name, kind in _OF_HANDOFFS.items():
        if name not in there:
            op.add_column("handoffs", sa.Column(name, kind, nullable=True))


def _matters() -> None:
    _index("ix_matters_spans", "matters", _SPANS)
    if any(index["name"] == "ix_matters_day" for index in _found().get_indexes("matters")):
        op.drop_index("ix_matters_day", "matters")


def _index(name: str, table: str, columns: list[str]) -> None:
    if all(index["name"] != name for index in _found().get_indexes(table)):
        op.create_index(name, table, columns)


def _tallies() -> None:
    """Its key began with the day: a report could not read one measure alone."""
    if _found().get_pk_constraint("tallies")["constrained_columns"] == _KEY_OF_TALLIES:
        return
    with op.batch_alter_table("tallies") as batch:
        batch.drop_constraint("pk_tallies", type_="primary")
        batch.create_primary_key("pk_tallies", _KEY_OF_TALLIES)


def _comments() -> None:
    """The kinds of values stood in a JSON list; now they stand in words with commas between."""
    (column,) = (each for each in _found().get_columns("comments") if each["name"] == "sensitive")
    if not isinstance(column["type"], sa.JSON):
        return
    connection = op.get_bind()
    kinds = {row.id: row.sensitive for row in connection.execute(sa.select(_COMMENTS_BEFORE))}
    with op.batch_alter_table("comments") as batch:
        batch.alter_column("sensitive", type_=sa.String(length=120), postgresql_using="''")
    for id, found in kinds.items():
        words = ",".join(map(str, found)) if isinstance(found, list) else ""
        connection.execute(sa.update(_COMMENTS).where(_COMMENTS.c.id == id).values(sensitive=words))
