"""Makes the database itself refuse to change the audit log, whoever asks through the product.

Rows older than a year may go, because they too have a term; nothing may be changed, nor a younger row removed. Whoever
owns the database can take the triggers away: what they did then is to be found in the database's own log.
"""

# Statements are put together from constants of this module only.
# ruff: noqa: S608

from __future__ import annotations

from sqlalchemy import Connection, text

KEPT_DAYS = 365
_KEPT_MS = KEPT_DAYS * 24 * 3600 * 1000
_REFUSAL = "the audit log is append-only"

_SQLITE = (
    f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"""CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN old.at > CAST(strftime('%s', 'now') AS INTEGER) * 1000 - {_KEPT_MS}
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    # REPLACE removes a row without asking the trigger above, unless told to.
    f"""CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
        IF old.at <= extract(epoch FROM now()) * 1000 - {_KEPT_MS} THEN RETURN old; END IF;
    END IF;
    RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
)


def guard(connection: Connection) -> None:
    """Put the triggers on; called by a migration.

    A later migration that makes the table anew, as SQLite's batch mode does, has to call this again.
    """
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def unguard(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in ("audit_unchanged", "audit_kept", "audit_not_replaced"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    for name in ("audit_unchanged", "audit_kept"):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON audit"))
    connection.execute(text("DROP FUNCTION IF EXISTS audit_refuses()"))
