"""The tables of what reaches many at once: incidents with whom they were told, rises of a subject, public comments."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema import RowId, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(40), unique=True, nullable=False),  # the form's: sent twice is declared once
    Column("name", Text, nullable=False),  # as the agents call it
    # Three sentences in the address markup: said first, said to who waits, said when it is over.
    Column("text", Text, nullable=False),
    Column("waiting_text", Text, nullable=False),
    Column("over_text", Text, nullable=False),
    Column("intents", JSON, nullable=False),
    Column("flows", JSON, nullable=False),
    Column("departments", JSON, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),  # None: until somebody ends it
    Column("declared_by", Integer, nullable=False),
    Column("declared_at", BigInteger, nullable=False),
    Column("ended_by", Integer),
    Column("settled_at", BigInteger, index=True),  # it is over, and everybody was told who could be
)

incident_tellings = Table(
    "incident_tellings",
    metadata,
    # Whom it was told: the key is what makes it once a customer.
    Column("incident_id", RowId, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", String(80), primary_key=True, index=True),
    Column("how", String(12), nullable=False),  # bot.store.incidents.How
    Column("at", BigInteger, nullable=False),
    Column("over", String(12)),  # bot.store.incidents.Over, once it is over
    Column("over_at", BigInteger),
)

subject_counts = Table(
    "subject_counts",
    metadata,
    # Customers who asked about a subject within ten minutes; no conversation stands here.
    Column("subject", String(80), primary_key=True),
    Column("slot", BigInteger, primary_key=True),  # when the ten minutes began
    Column("customers", Integer, nullable=False),
    Index(None, "slot"),
)

rises = Table(
    "rises",
    metadata,
    # A subject is asked about far more than usual: a suggestion to declare an incident.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("subject", String(80), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("usual", Float, nullable=False),
    Column("weeks", Integer, nullable=False),  # of how many past weeks that is the mean; 0: of the last day
    Column("at", BigInteger, nullable=False),
    Column("settled_at", BigInteger, index=True),
    Column("settled_by", Integer),
    Column("incident_id", RowId),  # that was declared upon it
    Index(None, "subject", "at"),
)

comments = Table(
    "comments",
    metadata,
    # What people write under the page's posts, seen as far as it asks, complains or gives something away.
    Column("id", String(120), primary_key=True),  # the platform's
    Column("page_id", String(40), nullable=False),
    Column("post_id", String(120)),
    Column("post_text", Text),
    Column("link", Text),
    Column("author", Text),
    Column("text", Text, nullable=False),
    Column("kind", String(12)),  # bot.comments.reading.Kind, once it was read
    Column("intent", String(80)),
    Column("sensitive", String(120), nullable=False),  # kinds of values that should not stand in public, by commas
    Column("state", String(12), nullable=False),  # bot.store.comments.State
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("failure", String(60)),
    Column("conversation_id", String(80), index=True),  # that the private reply opened
    Column("replied_at", BigInteger, index=True),
    Column("public_text", Text),
    Column("public_by", Integer),
    Column("public_at", BigInteger),
    Column("hidden_at", BigInteger),
    Column("hidden_by", Integer),
    Column("removed_at", BigInteger),
    Column("settled_at", BigInteger, index=True),  # somebody looked at it and it is done
    Column("settled_by", Integer),
    Column("at", BigInteger, nullable=False, index=True),
    Index(None, "state", "due_at"),
)
