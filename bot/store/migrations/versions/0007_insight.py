"""What was not understood, and complaints with their statutory clock.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "misreadings",
        sa.Column("id", row_id, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("message_id", row_id, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.String(length=80), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.String(length=12), nullable=True),
        sa.Column("intent", sa.String(length=80), nullable=True),
        sa.Column("added", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misreadings")),
        sa.UniqueConstraint("message_id", name=op.f("uq_misreadings_message_id")),
    )
    with op.batch_alter_table("misreadings") as batch:
        batch.create_index(batch.f("ix_misreadings_conversation_id"), ["conversation_id"], unique=False)
        batch.create_index(batch.f("ix_misreadings_at"), ["at"], unique=False)
        batch.create_index(batch.f("ix_misreadings_settled_at"), ["settled_at"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("id", row_id, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("message_id", row_id, nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("extended_at", sa.BigInteger(), nullable=True),
        sa.Column("case_number", sa.String(length=30), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    with op.batch_alter_table("complaints") as batch:
        batch.create_index(batch.f("ix_complaints_conversation_id"), ["conversation_id"], unique=False)
        batch.create_index(batch.f("ix_complaints_case_number"), ["case_number"], unique=False)
        batch.create_index(batch.f("ix_complaints_settled_at"), ["settled_at"], unique=False)


def downgrade() -> None:
    for name in ("ix_complaints_settled_at", "ix_complaints_case_number", "ix_complaints_conversation_id"):
        with op.batch_alter_table("complaints") as batch:
            batch.drop_index(batch.f(name))
    op.drop_table("complaints")
    for name in ("ix_misreadings_settled_at", "ix_misreadings_at", "ix_misreadings_conversation_id"):
        with op.batch_alter_table("misreadings") as batch:
            batch.drop_index(batch.f(name))
    op.drop_table("misreadings")
