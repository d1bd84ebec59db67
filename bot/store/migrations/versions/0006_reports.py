"""Matters and their sums, from which the reports are read.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=80), server_default="", nullable=False),
        sa.Column("department", sa.String(length=40), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("questions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("twice", sa.Integer(), server_default="0", nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=True),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=True),
        sa.Column("with_person", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.Column("again_at", sa.BigInteger(), nullable=True),
        sa.Column("pending_since", sa.BigInteger(), nullable=True),
        sa.Column("case_number", sa.String(length=30), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    with op.batch_alter_table("matters") as batch_op:
        batch_op.create_index(batch_op.f("ix_matters_case_number"), ["case_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_conversation_id_id"), ["conversation_id", "id"], unique=False)
        spans = ["day", "department", "subject", "outcome", "opened_at", "solved_at"]
        batch_op.create_index("ix_matters_spans", spans, unique=False)
        batch_op.create_index(batch_op.f("ix_matters_outcome_last_at"), ["outcome", "last_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_pending_since"), ["pending_since"], unique=False)

    op.create_table(
        "tallies",
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.String(length=160), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "department", "subject", "detail", name=op.f("pk_tallies")),
    )
    op.create_table(
        "tally_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.String(length=160), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_entries")),
    )


def downgrade() -> None:
    op.drop_table("tally_entries")
    op.drop_table("tallies")
    with op.batch_alter_table("matters") as batch_op:
        batch_op.drop_index(batch_op.f("ix_matters_pending_since"))
        batch_op.drop_index(batch_op.f("ix_matters_outcome_last_at"))
        batch_op.drop_index("ix_matters_spans")
        batch_op.drop_index(batch_op.f("ix_matters_conversation_id_id"))
        batch_op.drop_index(batch_op.f("ix_matters_case_number"))

    op.drop_table("matters")
