"""Places and links in a message: coordinates, a postal code or a town; knows no map."""

from __future__ import annotations

import re

from .message import Message
from .model import Answer, Kind, Reason, Rejection
from .postcodes import find_postcodes
from .settling import Candidate, is_unsure, remaining

_COORDINATES = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d{2,9})\s?[,; ]\s?(-?\d{1,3}\.\d{2,9})(?![\d.])")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")
_LEAD = re.compile(
    r"(?:\s|[,.!:]|\b(?:w|we|z|ze|na|pod|kolo|okolo|okolice|okolicach|okolicy|jestem|mieszkam|teraz|szukam|dla|miasto|miejscowosc|"
    r"najblizej|blisko|najlepiej|prosze|poprosze|to|moze|byc|o|placowka|placowki|placowke|oddzial|oddzialu|mi|chodzi|miescie|"
    r"gmina|gminie|moje|moja|mnie|obecnie|ja|hej|czesc|dzien dobry)\b)*"
)
_LONGEST_PLACE = 60


def read_links(message: Message) -> Answer | Rejection:
    """The addresses of pictures; attachments themselves do not come as text."""
    links = tuple(match.group() for match in _LINK.finditer(message.raw))
    if links:
        return Answer(Kind.ZDJECIA, links, 0, message.span(0, len(message.raw))[1])
    return Rejection(Kind.ZDJECIA, Reason.NO_VALUE)


def _coordinates(message: Message) -> Candidate | None:
    match = _COORDINATES.search(message.folded)
    if match and abs(float(match.group(1))) <= 90 and abs(float(match.group(2))) <= 180:
        return Candidate(*match.span(), f"{match.group(1)},{match.group(2)}")
    return None


def _town(message: Message) -> Candidate | None:
    """What is left of a short message without the words that lead to a place: "mieszkam w Łodzi" → "Łodzi"."""
    lead = _LEAD.match(message.folded)
    start = lead.end() if lead else 0
    name = message.raw[start:].strip(" .,!?\n\t")
    if len(re.findall(r"[^\W\d_]", name)) < 2 or len(name) > _LONGEST_PLACE or "\n" in name:
        return None
    start = message.raw.index(name, start)
    return Candidate(start, start + len(name), re.sub(r"\s+", " ", name))


def read_place(message: Message) -> Answer | Rejection:
    """ "52.2297,21.0122", "00-950", or the name of a place as written."""
    codes = remaining(message, find_postcodes(message))
    found = _coordinates(message) or (codes[0] if len(codes) == 1 else None)
    if found is None and not is_unsure(message):
        found = _town(message)
    if found is None or found.value is None:
        return Rejection(Kind.LOKALIZACJA, Reason.UNSURE if is_unsure(message) else Reason.NO_VALUE)
    return Answer(Kind.LOKALIZACJA, found.value, *message.span(found.start, found.end))


def read_text(message: Message) -> Answer | Rejection:
    """The text without control characters and surrounding space."""
    kept = "".join(c if c.isprintable() or c in "\n\u200d" else " " for c in message.raw)
    value = re.sub(r"[^\S\n]+", " ", kept).strip()
    if not re.search(r"[^\W_]|[^\w\s\x00-\x7f]", value):
        return Rejection(Kind.TEKST, Reason.NO_VALUE)
    return Answer(Kind.TEKST, value, 0, message.span(0, len(message.raw))[1])
