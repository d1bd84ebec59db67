"""Changes to a database behind the product's back."""

from __future__ import annotations

from sqlalchemy import text

from bot.store.database import create


def change(url: str, *statements: str) -> None:
    """Run the statements at `url`, in one transaction."""
    engine = create(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
