"""Questions between departments, kinds of notes, and when a wait was escalated.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions") as batch:
        batch.create_index(batch.f("ix_questions_conversation_id"), ["conversation_id"], unique=False)
        batch.create_index(batch.f("ix_questions_settled_at"), ["settled_at"], unique=False)
    with op.batch_alter_table("handoffs") as batch:
        batch.add_column(sa.Column("escalated_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("notes") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=12), server_default="note", nullable=False))
        batch.add_column(sa.Column("department", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notes") as batch:
        batch.drop_column("department")
        batch.drop_column("kind")
    with op.batch_alter_table("handoffs") as batch:
        batch.drop_column("escalated_at")
    with op.batch_alter_table("questions") as batch:
        batch.drop_index(batch.f("ix_questions_settled_at"))
        batch.drop_index(batch.f("ix_questions_conversation_id"))
    op.drop_table("questions")
