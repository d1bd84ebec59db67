"""Files that customers sent: which there are, and where they lie; knows no content of theirs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import desc, select

from bot.store.database import Tx
from bot.store.schema import attachments


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the customer's. `path` is ours, once it was fetched."""

    id: str
    conversation_id: str
    kind: str
    path: str | None
    media_type: str | None
    at: int


_ATTACHMENT = [attachments.c[name] for name in Attachment.__dataclass_fields__]


def of_conversation(tx: Tx, conversation: str, limit: int = 24) -> list[Attachment]:
    """The newest first."""
    query = select(*_ATTACHMENT).where(attachments.c.conversation_id == conversation)
    return [Attachment(**row._mapping) for row in tx.execute(query.order_by(desc(attachments.c.at)).limit(limit))]


def find(tx: Tx, id: str) -> Attachment | None:
    row = tx.execute(select(*_ATTACHMENT).where(attachments.c.id == id)).first()
    return None if row is None else Attachment(**row._mapping)
