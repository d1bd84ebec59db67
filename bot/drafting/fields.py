"""The list of fields as an editor writes it ("nowy adres, data przeprowadzki?, kto (wybór: ja, ktoś inny)"), read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.dialogue.answers import Kind

_BETWEEN = re.compile(r",(?![^(]*\))")
_FIELD = re.compile(
    r"^(?P<label>[^(?]+?)\s*(?P<left_out>\?)?\s*(?:\((?P<kind>[^):]+)(?::(?P<options>[^)]*))?\))?\s*\??$"
)
_NO_NAME = re.compile(r"[^a-z0-9]+")

# The beginning of a field's name, folded, and the kind of answer that it then most likely wants.
_GUESSES: Mapping[str, Kind] = {
    "data": Kind.DATA,
    "dzien": Kind.DATA,
    "godzina": Kind.GODZINA,
    "telefon": Kind.TELEFON,
    "numer_telefonu": Kind.TELEFON,
    "pesel": Kind.PESEL,
    "numer_pesel": Kind.PESEL,
    "numer_konta": Kind.NR_KONTA,
    "konto": Kind.NR_KONTA,
    "numer_rejestracyjny": Kind.NR_REJESTRACYJNY,
    "numer_polisy": Kind.NR_POLISY,
    "kwota": Kind.KWOTA,
    "e_mail": Kind.EMAIL,
    "adres_e_mail": Kind.EMAIL,
    "email": Kind.EMAIL,
    "kod_pocztowy": Kind.KOD_POCZTOWY,
    "czy": Kind.TAK_NIE,
    "zdjeci": Kind.ZDJECIA,
}
_SAID: Mapping[str, Kind] = {"wybór": Kind.WYBOR, "tak/nie": Kind.TAK_NIE, "tak_nie": Kind.TAK_NIE}
SENSITIVE = frozenset({Kind.PESEL, Kind.NR_KONTA})


class UnreadableFieldError(ValueError):
    """A field that is not written as the question asks for it; the message is that field."""


@dataclass(frozen=True)
class Field:
    """One field: its name among slots, its name for people, the kind of answer, and options of a choice."""

    slot: str
    label: str
    kind: Kind
    optional: bool = False
    options: tuple[str, ...] = ()
    known_from: str | None = None
    is_new: bool = True


@dataclass(frozen=True)
class Known:
    """A field that other flows have already, with the kind under which they ask for it."""

    slot: str
    kind: Kind
    known_from: str | None = None


def plain_name(words: str) -> str:
    """A name for files, flows and slots: "Zmiana adresu" → zmiana_adresu."""
    letters = unicodedata.normalize("NFKD", words.strip().lower().replace("ł", "l"))
    return _NO_NAME.sub("_", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip("_")


def read_fields(written: str, known: Mapping[str, Known]) -> list[Field]:
    """The fields in their order; `known`: by label and by slot, folded. Raises UnreadableFieldError."""
    return [_field(one.strip(), known) for one in _BETWEEN.split(written) if one.strip()]


def _field(written: str, known: Mapping[str, Known]) -> Field:
    found = _FIELD.match(written)
    if not found or not plain_name(found["label"]):
        raise UnreadableFieldError(written)
    label, said = found["label"].strip(), (found["kind"] or "").strip().lower()
    optional = "?" in written
    name = plain_name(label)
    if name in known and not said:
        there = known[name]
        return Field(there.slot, label, there.kind, optional, known_from=there.known_from, is_new=False)
    options = tuple(option.strip() for option in (found["options"] or "").split(",") if option.strip())
    kind = _kind(said, name, written)
    if (kind is Kind.WYBOR) != bool(options):
        raise UnreadableFieldError(written)
    return Field(name, label, kind, optional, options)


def _kind(said: str, name: str, written: str) -> Kind:
    if said:
        if said in _SAID:
            return _SAID[said]
        if said in {kind.value for kind in Kind}:
            return Kind(said)
        raise UnreadableFieldError(written)
    return next(_guesses(name), Kind.TEKST)


def _guesses(name: str) -> Iterator[Kind]:
    for beginning, kind in sorted(_GUESSES.items(), key=lambda item: -len(item[0])):
        if name == beginning or name.startswith(f"{beginning}_") or (beginning == "zdjeci" and name.startswith("zdj")):
            yield kind
