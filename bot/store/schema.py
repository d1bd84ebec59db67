"""The tables, as SQLAlchemy Core: what is kept of customers, conversations and the desk.

Instants are stored as UTC milliseconds since 1970 (integers): the same on SQLite and PostgreSQL, ordered, and without
a time zone to lose. JSON columns hold what is read as a whole and never searched.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from bot.store.sealed import SealedJson

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by INTEGER only; PostgreSQL wants the room of BIGINT.
RowId = BigInteger().with_variant(Integer, "sqlite")

customers = Table(
    "customers",
    metadata,
    Column("id", String(80), primary_key=True),  # "<page id>:<psid>", as conversations.id
    Column("page_id", String(40), nullable=False),
    Column("psid", String(40), nullable=False),
    Column("first_name", Text),  # as the platform's profile says; never invented
    Column("last_name", Text),
    Column("profile_gender", String(10)),
    Column("profile_at", BigInteger),
    Column("address", JSON),  # bot.language.AddressState
    Column("crm_id", String(80)),
    Column("crm_verified_at", BigInteger),
    Column("known", JSON),  # what the CRM knew when last asked
    Column("muted_until", BigInteger),
    Column("muted_reason", Text),
    Column("unreachable", Boolean, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("page_id", String(40), nullable=False),
    Column("psid", String(40), nullable=False),
    Column("owner", String(12), nullable=False, server_default="bot"),  # handoff.ownership.Owner
    Column("epoch", Integer, nullable=False, server_default="0"),  # raised by every change of owner
    Column("agent_id", Integer),
    Column("department", String(40)),
    Column("reason", String(40)),  # why a person was asked for
    Column("waiting_since", BigInteger),
    Column("fence", BigInteger, nullable=False, server_default="0"),  # newest lease that wrote here
    Column("session_no", Integer, nullable=False, server_default="0"),
    Column("session_turns", Integer, nullable=False, server_default="0"),
    Column("state", SealedJson(beside=("flows",))),  # the dialogue's snapshot, see bot/dialogue
    Column("fault_told", BigInteger),  # the customer was told that an answer takes a moment
    Column("last_customer_at", BigInteger),
    Column("last_message_at", BigInteger),
    Column("last_text", Text),  # for lists
    Column("last_author", String(12)),
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("window_ends_at", BigInteger),  # nobody reads or writes it; may go with a later version
    Column("created_at", BigInteger, nullable=False),
    Index(None, "owner", "waiting_since"),
    Index(None, "agent_id", "owner"),
    Index(None, "last_message_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False),
    Column("event_key", String(200), unique=True),  # of an incoming event: handled twice has no second effect
    Column("mid", String(400), unique=True),  # as long as the parser lets an id be (bot/messenger/json_values.py)
    Column("outbox_id", String(200), unique=True),  # of an outgoing one
    Column("author", String(12), nullable=False),  # bot.store.messages.Author
    Column("agent_id", Integer),
    Column("persona", Text),  # the name under which it appeared to the customer
    Column("text", Text),
    Column("content", JSON),  # attachments, quick replies, buttons, response name
    Column("understood", JSON),  # intent candidates, of an incoming one
    Column("status", String(12)),  # of an outgoing one: queued, sending, sent, delivered, seen, failed, doubt, dropped
    Column("failure", String(60)),  # disposition and code, when failed
    Column("edited_at", BigInteger),
    Column("at", BigInteger, nullable=False),
    Index(None, "conversation_id", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(200), primary_key=True),  # deterministic: "<turn>:<n>"
    Column("seq", RowId, nullable=False),  # order within the conversation
    Column("conversation_id", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),  # the owner's number under which it was decided
    Column("author", String(12), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("body", JSON, nullable=False),  # the `message` of the Send API
    Column("persona_id", String(40)),
    Column("reply_to", String(400)),
    Column("state", String(10), nullable=False),  # queued, sending, doubt; final ones leave the table
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("sending_since", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "conversation_id", "seq"),
    Index(None, "due_at"),
)

buttons = Table(
    "buttons",
    metadata,
    # What a tapped button means. The payload that travels through Messenger is the token alone, so a payload that we
    # never sent means nothing.
    Column("token", String(40), primary_key=True),
    Column("command", JSON, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("reason", String(40), nullable=False),
    Column("detail", Text),
    Column("department", String(40)),
    Column("flow", String(80)),
    Column("step", String(80)),
    Column("requested_at", BigInteger, nullable=False, index=True),
    Column("accepted_at", BigInteger),
    Column("first_answer_at", BigInteger),
    Column("agent_id", Integer),
    Column("ended_at", BigInteger),
    Column("ending", String(20)),  # returned, closed, abandoned, elsewhere
    Column("promised", JSON),  # what the customer was told about the wait
    Column("edits", JSON),  # fields that the agent corrected: slot → value; the dialogue takes them when given back
    Column("asked", String(80)),  # the field that the assistant asked about for the agent; its answer lands there
    Column("rating", String(12)),  # one tap at the end: tak, czesciowo, nie
    Column("rating_comment", Text),
    Column("rating_asked_at", BigInteger),
    Column("rated_at", BigInteger),
    Column("escalated_at", BigInteger),  # the wait passed its limit and the supervisors were called
)

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("number", String(30), unique=True, nullable=False),
    Column("turn_id", String(200), unique=True, nullable=False),  # the turn that opened it: opened once
    Column("kind", String(40), nullable=False),
    Column("department", String(40)),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("sealed", LargeBinary),  # sensitive answers, encrypted
    Column("due_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("event_key", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("url", Text),  # the platform's, expiring
    Column("path", Text),  # ours, once fetched
    Column("media_type", String(80)),
    Column("size", Integer),
    Column("at", BigInteger, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(80), unique=True, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("gender", String(1), nullable=False),  # f or m: the agent's own texts agree with it
    Column("title", Text, nullable=False),  # as the customer sees it, e.g. "konsultantka, dział szkód"
    Column("role", String(16), nullable=False),
    Column("departments", JSON, nullable=False),
    Column("picture", Text),
    Column("personas", JSON, nullable=False),  # page id → persona id
    Column("presence", String(12), nullable=False, server_default="away"),
    Column("presence_at", BigInteger),
    Column("failed_logins", Integer, nullable=False, server_default="0"),
    Column("locked_until", BigInteger),
    Column("identity", String(200)),  # at the company's own provider: an e-mail address or a subject
    Index(None, "identity", unique=True),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", Integer, ForeignKey("agents.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("agent_id", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("kind", String(12), nullable=False, server_default="note"),  # bot.store.notes.Kind
    Column("department", String(40)),  # whom a question of kind `question` is put to
    Column("at", BigInteger, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    # What an agent asks another department while keeping the conversation. The answer lands as a note.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("agent_id", Integer, nullable=False),  # who asks
    Column("department", String(40), nullable=False),  # who is asked
    Column("text", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # the agreed time
    Column("reminded_at", BigInteger),
    Column("settled_at", BigInteger, index=True),
    Column("settled_by", Integer),  # the agent who answered or withdrew it
    Column("settlement", String(12)),  # answered, withdrawn
)

timers = Table(
    "timers",
    metadata,
    # What the product tells itself, now or later: a conversation given back, a sign of life, a reminder. Written in
    # the transaction that decides it, moved to the mailbox when due, removed when handled.
    Column("id", String(200), primary_key=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("event", JSON, nullable=False),
    Column("due_at", BigInteger, nullable=False, index=True),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("event_key", String(200), unique=True, nullable=False),
    Column("event", JSON, nullable=False),
    Column("error", String(200), nullable=False),  # type, code and place; never the text
    Column("attempts", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("settled_by", Integer),
    Column("settlement", String(20)),  # again, dropped
    Column("settlement_reason", Text),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("who", String(80), nullable=False),  # agent:<id>, customer, bot, system
    Column("what", String(60), nullable=False),
    Column("subject", String(120)),
    Column("details", JSON),
    Column("hash", String(64)),  # of this row and the hash of the one before, see bot/store/audit.py
)

choices = Table(
    "choices",
    metadata,
    # What supervisors and editors chose on the console instead of the settings and the files: opening hours,
    # departments, canned replies.
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("agent_id", Integer),
    Column("at", BigInteger, nullable=False),
)

matters = Table(
    "matters",
    metadata,
    # One thing that a customer came with, from its first message until it is solved; no words of theirs. The
    # reports count these rows, see bot/reports.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False),
    Column("day", String(10), nullable=False),  # on which it was opened, in Poland: 2026-11-22
    Column("subject", String(80), nullable=False, server_default=""),  # a flow, or "faq/…"; "" while not understood
    Column("department", String(40), nullable=False, server_default=""),
    Column("outcome", String(12), nullable=False),  # bot.reports.matter.Outcome
    Column("opened_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("messages", Integer, nullable=False, server_default="0"),  # the customer's, until it was solved
    Column("questions", Integer, nullable=False, server_default="0"),  # put by the assistant
    Column("twice", Integer, nullable=False, server_default="0"),  # of these: put although already answered
    Column("steps", JSON, nullable=False),  # step → what happened there, in letters: bot.reports.matter.Mark
    Column("step", String(80)),  # the question that stands open
    Column("requests", Integer, nullable=False, server_default="0"),  # for a person
    Column("handoff_id", BigInteger),  # the latest of them
    Column("with_person", Boolean, nullable=False, server_default="0"),
    Column("solved_at", BigInteger),
    Column("again_at", BigInteger),  # the customer came back about it within three days
    Column("pending_since", BigInteger),  # their oldest message that nobody has answered
    Column("case_number", String(30), index=True),
    Index(None, "conversation_id", "id"),
    Index(None, "outcome", "last_at"),
    # All that a report's spans need, so that a year of them is read off the index alone.
    Index("ix_matters_spans", "day", "department", "subject", "outcome", "opened_at", "solved_at"),
    Index(None, "pending_since"),
)

tallies = Table(
    "tallies",
    metadata,
    # Sums that the reports read: how often something happened on a day, by department, subject and a detail.
    Column("measure", String(20), primary_key=True),  # bot.reports.cells.Measure
    Column("day", String(10), primary_key=True),
    Column("department", String(40), primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("detail", String(160), primary_key=True),
    Column("n", BigInteger, nullable=False),
)

tally_entries = Table(
    "tally_entries",
    metadata,
    # What is to be added to `tallies`. Turns only insert here, so that no two of them wait for the same sum.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("day", String(10), nullable=False),
    Column("measure", String(20), nullable=False),
    Column("department", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("detail", String(160), nullable=False),
    Column("n", BigInteger, nullable=False),
)

misreadings = Table(
    "misreadings",
    metadata,
    # What the assistant did not understand, and what editors made of it. The words stand in `messages` alone, so that
    # they go when those go; `added` is the masked sentence that an editor put into the files.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("message_id", RowId, nullable=False, unique=True),
    Column("kind", String(12), nullable=False),  # bot.insight.misreading.Kind
    Column("offered", JSON, nullable=False),  # intents offered or acted on
    Column("chosen", String(80)),  # what the customer chose afterwards
    Column("at", BigInteger, nullable=False, index=True),
    Column("settled_at", BigInteger, index=True),
    Column("settled_by", Integer),
    Column("settlement", String(12)),  # bot.store.misreadings.Settlement
    Column("intent", String(80)),  # to whose examples it was added
    Column("added", Text),
)

complaints = Table(
    "complaints",
    metadata,
    # Complaints, said outright or not, with the clock that the Act of 5 August 2015 starts with the message. Whether
    # one is a "reklamacja" a person decides; then it has a case, which keeps the term when the message is erased.
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(80), nullable=False, index=True),
    Column("message_id", RowId),
    Column("kinds", JSON, nullable=False),  # bot.dialogue.grievances.Kind
    Column("department", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("extended_at", BigInteger),  # the term is 60 days since
    Column("case_number", String(30), index=True),
    Column("settled_at", BigInteger, index=True),
    Column("settled_by", Integer),
    Column("settlement", String(12)),  # bot.store.complaints.Settlement
)

page_stops = Table(
    "page_stops",
    metadata,
    # A page that may not send now: token dead or restricted. Rows wait in the outbox meanwhile.
    Column("page_id", String(40), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger),
)
