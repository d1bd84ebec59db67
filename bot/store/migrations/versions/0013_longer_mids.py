"""Let a mid be as long as the parser lets it through: some of the platform's have 160 characters.

PostgreSQL refused such a message, and it was set aside. It widens a column without touching its rows; SQLite keeps
text of any length whatever a column says.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = (("messages", "mid"), ("outbox", "reply_to"))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in _COLUMNS:
            op.alter_column(table, column, type_=sa.String(length=400))


def downgrade() -> None:
    # Longer ones may be there by now.
    pass
