"""Finds messages by their words: an index in the database's own full-text search, without diacritics or case."""

# Statements are put together from constants of this module only; what a person types travels as a parameter.
# ruff: noqa: S608

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, text

from bot.store.database import Tx

# The newest hits are what an agent looks for; a word that half the messages hold must not read them all.
MOST_HITS = 2000
# Shorter ones must stand as they are: "5" would begin too much.
SHORTEST_BEGINNING = 3

# FTS5 takes diacritics away itself, except where Unicode has no decomposition.
_SQLITE_FOLDED = "replace(replace({0}, 'ł', 'l'), 'Ł', 'l')"
_SQLITE = (
    "CREATE VIRTUAL TABLE messages_words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')",
    f"""CREATE TRIGGER messages_words_written AFTER INSERT ON messages WHEN new.text IS NOT NULL BEGIN
    INSERT INTO messages_words (rowid, text) VALUES (new.id, {_SQLITE_FOLDED.format("new.text")}); END""",
    f"""CREATE TRIGGER messages_words_edited AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_words (messages_words, rowid, text)
    SELECT 'delete', old.id, {_SQLITE_FOLDED.format("old.text")} WHERE old.text IS NOT NULL;
    INSERT INTO messages_words (rowid, text)
    SELECT new.id, {_SQLITE_FOLDED.format("new.text")} WHERE new.text IS NOT NULL; END""",
    f"""CREATE TRIGGER messages_words_erased AFTER DELETE ON messages WHEN old.text IS NOT NULL BEGIN
    INSERT INTO messages_words (messages_words, rowid, text)
    VALUES ('delete', old.id, {_SQLITE_FOLDED.format("old.text")}); END""",
    # Messages written before the index existed.
    f"""INSERT INTO messages_words (rowid, text)
    SELECT id, {_SQLITE_FOLDED.format("text")} FROM messages WHERE text IS NOT NULL""",
)
# Capitals as well: in a database of the locale C, `lower` knows ASCII only.
_POSTGRESQL_WORDS = (
    "to_tsvector('simple', translate(lower(coalesce(text, '')), 'ąćęłńóśźżĄĆĘŁŃÓŚŹŻ', 'acelnoszzacelnoszz'))"
)
_POSTGRESQL = (f"CREATE INDEX messages_words ON messages USING gin ({_POSTGRESQL_WORDS})",)

_FIND_SQLITE = text(
    "SELECT conversation_id FROM messages WHERE id IN"
    " (SELECT rowid FROM messages_words WHERE messages_words MATCH :words ORDER BY rowid DESC LIMIT :most)"
)
_FIND_POSTGRESQL = text(
    f"SELECT conversation_id FROM messages WHERE {_POSTGRESQL_WORDS} @@ to_tsquery('simple', :words)"
    " ORDER BY id DESC LIMIT :most"
)


def create_index(connection: Connection) -> None:
    """Make the index; called by a migration.

    A later migration that makes the table of messages anew, as SQLite's batch mode does, has to call this again.
    """
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def drop_index(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in ("written", "edited", "erased"):
            connection.execute(text(f"DROP TRIGGER messages_words_{name}"))
        connection.execute(text("DROP TABLE messages_words"))
    else:
        connection.execute(text("DROP INDEX messages_words"))


def is_ours(name: str | None) -> bool:
    """Whether a table or index of this name is made here, and is no business of the schema's."""
    return name is not None and name.startswith("messages_words")


def fold(words: str) -> str:
    """Lower case, without diacritics."""
    plain = unicodedata.normalize("NFD", words.lower().replace("ł", "l"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def conversations_saying(tx: Tx, words: str) -> list[str]:
    """Conversations with a message that holds all of `words` (their beginnings will do), from the newest messages."""
    terms = re.findall(r"\w+", fold(words))
    if not terms:
        return []
    if tx.is_postgresql:
        query = " & ".join(f"{term}:*" if len(term) >= SHORTEST_BEGINNING else term for term in terms)
    else:
        query = " ".join(f'"{term}"*' if len(term) >= SHORTEST_BEGINNING else f'"{term}"' for term in terms)
    find = _FIND_POSTGRESQL if tx.is_postgresql else _FIND_SQLITE
    return list(dict.fromkeys(tx.scalars(find, {"words": query, "most": MOST_HITS})))
