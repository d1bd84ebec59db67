"""Incidents and whom they were told, rises of a subject, comments under the page's posts.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _incidents()
    _rises()
    _comments()


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("waiting_text", sa.Text(), nullable=False),
        sa.Column("over_text", sa.Text(), nullable=False),
        sa.Column("intents", sa.JSON(), nullable=False),
        sa.Column("flows", sa.JSON(), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("key", name=op.f("uq_incidents_key")),
    )
    op.create_index(op.f("ix_incidents_settled_at"), "incidents", ["settled_at"])
    op.create_table(
        "incident_tellings",
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("over", sa.String(length=12), nullable=True),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_tellings_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "conversation_id", name=op.f("pk_incident_tellings")),
    )
    op.create_index(op.f("ix_incident_tellings_conversation_id"), "incident_tellings", ["conversation_id"])


def _rises() -> None:
    op.create_table(
        "subject_counts",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "slot", name=op.f("pk_subject_counts")),
    )
    op.create_index(op.f("ix_subject_counts_slot"), "subject_counts", ["slot"])
    op.create_table(
        "rises",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("incident_id", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rises")),
    )
    op.create_index(op.f("ix_rises_settled_at"), "rises", ["settled_at"])
    op.create_index(op.f("ix_rises_subject_at"), "rises", ["subject", "at"])


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("page_id", sa.String(length=40), nullable=False),
        sa.Column("post_id", sa.String(length=120), nullable=True),
        sa.Column("post_text", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("intent", sa.String(length=80), nullable=True),
        sa.Column("sensitive", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.String(length=60), nullable=True),
        sa.Column("conversation_id", sa.String(length=80), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.Column("public_text", sa.Text(), nullable=True),
        sa.Column("public_by", sa.Integer(), nullable=True),
        sa.Column("public_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    for column in ("conversation_id", "replied_at", "settled_at", "at"):
        op.create_index(op.f(f"ix_comments_{column}"), "comments", [column])
    op.create_index(op.f("ix_comments_state_due_at"), "comments", ["state", "due_at"])


def downgrade() -> None:
    for table in ("comments", "rises", "subject_counts", "incident_tellings", "incidents"):
        op.drop_table(table)
