"""The newest messages of a conversation come from an index: lists and cards asked for them and read all there were.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_conversation_id_id", "messages", ["conversation_id", "id"])
    op.drop_index("ix_messages_conversation_id_at", "messages")


def downgrade() -> None:
    op.create_index("ix_messages_conversation_id_at", "messages", ["conversation_id", "at"])
    op.drop_index("ix_messages_conversation_id_id", "messages")
