"""The audit log takes new rows only: the database refuses changes, and removals within a year.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

from bot.store.append_only import guard, unguard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard(op.get_bind())


def downgrade() -> None:
    unguard(op.get_bind())
