"""What supervisors chose on the console; when a rating was asked for and given.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_choices")),
    )
    with op.batch_alter_table("handoffs") as batch:
        batch.add_column(sa.Column("rating_asked_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("rated_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("handoffs") as batch:
        batch.drop_column("rated_at")
        batch.drop_column("rating_asked_at")
    op.drop_table("choices")
