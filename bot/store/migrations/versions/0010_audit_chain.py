"""Each row of the audit log carries the hash of the one before; what is there already is chained as it stands.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from bot.store.append_only import guard, unguard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLE = sa.table(
    "audit",
    sa.column("id", sa.BigInteger),
    sa.column("at", sa.BigInteger),
    sa.column("who", sa.String),
    sa.column("what", sa.String),
    sa.column("subject", sa.String),
    sa.column("details", sa.JSON),
    sa.column("hash", sa.String),
)


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("audit", sa.Column("hash", sa.String(64), nullable=True))
    unguard(connection)
    before = "0" * 64
    for row in connection.execute(sa.select(_TABLE).order_by(_TABLE.c.id)).all():
        values = [before, row.at, row.who, row.what, row.subject, row.details]
        before = hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        connection.execute(sa.update(_TABLE).where(_TABLE.c.id == row.id).values(hash=before))
    guard(connection)


def downgrade() -> None:
    op.drop_column("audit", "hash")
