"""Accounts know under which identity the company's own provider knows them.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("identity", sa.String(200), nullable=True))
    op.create_index("ix_agents_identity", "agents", ["identity"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_agents_identity", "agents")
    op.drop_column("agents", "identity")
