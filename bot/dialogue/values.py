"""How a typed answer is shown to people, in a summary or on a card: a date in words, an amount with its currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from bot.dialogue.texts import Texts

_POLAND = 48

# Kinds of answer that one of the language filters shows; the others are shown as they are.
_FILTERS = {"data": "data", "godzina": "godzina", "telefon": "telefon", "kwota": "pln"}


def phone(number: str) -> str:
    """An E.164 number as people read it out: +48501234567 → 501 234 567, a foreign one with its country's code."""
    # Its numbering plans are not needed before the first number is shown.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(str(number), "PL")
    except phonenumbers.NumberParseException:
        return str(number)
    polish = parsed.country_code == _POLAND
    form = phonenumbers.PhoneNumberFormat.NATIONAL if polish else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


class Values:
    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        filters: Mapping[str, Callable[..., Any]] = texts.environment.filters
        self._filters = {kind: filters[name] for kind, name in _FILTERS.items()}

    def shown(self, slot: str, kind: str, value: Any) -> str:
        """`value` of the field `slot` in words; empty for None."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._word("tak" if value else "nie")
        if kind == "wybor":
            return self.texts.option_label(slot, str(value))
        if kind == "zdjecia" and isinstance(value, list | tuple):
            return self._count("zdjecia", len(value))
        if kind == "lokalizacja" and isinstance(value, Mapping):
            return str(value.get("miejsce") or value.get("miasto") or self._word("lokalizacja"))
        if kind in self._filters:
            try:
                return str(self._filters[kind](value))
            except (ValueError, TypeError):
                return str(value)
        return str(value)

    def rows(self, rows: list[Mapping[str, Any]]) -> list[dict[str, str]]:
        """The lines of a summary, as {label, value}, out of the engine's {slot, type, value}."""
        return [
            {
                "slot": str(row["slot"]),
                "label": self.texts.field_label(str(row["slot"])),
                "value": self.shown(str(row["slot"]), str(row.get("type") or ""), row.get("value")),
            }
            for row in rows
        ]

    def _word(self, key: str) -> str:
        return str(self.texts.section("slowa").get(key, key))

    def _count(self, key: str, count: int) -> str:
        template = self.texts.section("slowa").get(key)
        if not template:
            return str(count)
        try:
            return self.texts.template(str(template)).render(liczba=count)
        except jinja2.TemplateError:
            return str(count)
