"""Polish number plates in a message; knows their shapes, and the words that only look like one.

Shapes: the annex on number plates to the regulation on the registration of vehicles; individual plates,
black plates from before 2000 and those of the army and the police are accepted when a plate was asked for.
"""

from __future__ import annotations

import re

from .districts import DISTRICTS, SERVICES, VOIVODESHIPS
from .folding import word_set
from .message import Message
from .model import Reason
from .settling import Candidate

_NUMBER_PARTS = {
    2: re.compile(
        r"\d{5}|\d{4}[A-Z]|\d{3}[A-Z]{2}|\d[A-Z]\d{3}|\d[A-Z]{2}\d{2}|\d{2}[A-Z]\d{2}|\d{3}[A-Z]\d|[A-Z]{2}\d{3}|"
        r"\d{4}|\d{3}[A-Z]|\d{2}[A-Z]\d|\d[A-Z]\d{2}|[A-Z]\d{3}|\d{2}[A-Z]{2}|\d[A-Z]{2}\d|\d[A-Z]{3}\d|\d{2}[A-Z]{3}"
    ),
    3: re.compile(
        r"[A-Z]\d{3}|\d{2}[A-Z]{2}|\d[A-Z]\d{2}|\d{2}[A-Z]\d|\d[A-Z]{2}\d|[A-Z]{2}\d{2}|\d{5}|\d{4}[A-Z]|"
        r"\d{3}[A-Z]{2}|[A-Z]\d{2}[A-Z]|[A-Z]\d[A-Z]{2}|\d{4}|\d{3}[A-Z]"
    ),
}
_INDIVIDUAL = re.compile(r"[A-Z]\d(?:[A-Z]{3,5}|[A-Z]{2,4}\d|[A-Z]{1,3}\d{2})")
_ARMY = re.compile(r"U[A-Z]\d{5}|U[A-Z]\d{4}[A-Z]")
_FEWEST_DIGITS = 2
"""Counted as typed, before an O becomes a zero: words hold none."""

_PLATE = re.compile(r"(?<![a-z0-9@.])([a-z]{2,3})([ .-]{0,3})([a-z0-9]{1,5}(?:[ -][a-z0-9]{1,4}){0,2})(?![a-z0-9@])")
_INDIVIDUAL_TYPED = re.compile(r"(?<![a-z0-9])([a-z]\d)[ -]?([a-z]{1,5}\d{0,2})(?![a-z0-9])")
_LABEL = re.compile(
    r"\b(?:rejestr\w*|rej|tablic\w*|blach\w*|auto|auta|autem|samoch\w*|pojazd\w*)\b[^a-z0-9]*(?:[a-z]+[^a-z0-9]+){0,3}$"
)

_NOT_LETTERS_OF_A_PLATE = word_set(
    "KOD NR BMW PZU NIP TEL KRS VIN OC AC KM CCM TDI HDI TSI PLN ZL ID DO NA ZA OD TO OK"
)
_WORDS = word_set(
    "PO NO WE WY GO SO ON EL LUB ERA KOS WOT POT POS KOL LOP LU SI SA OST POD OPO GDA NOS NIE BYL ROK DNI"
)
"""Real codes that are words too, or nearly: without a label they count only when typed as one word."""


def _digits_for_letters(number: str) -> str:
    """O and I never stand in the number part, so a typed O is a zero; an I is a one if the rest is digits."""
    number = number.replace("O", "0")
    return number.replace("I", "1") if number.replace("I", "").isdigit() else number


def _fits(code: str, number: str) -> bool:
    return _NUMBER_PARTS[len(code)].fullmatch(number) is not None


def _may_be_plate(message: Message, match: re.Match[str], end: int, letters: str, strict: bool) -> bool:
    """Whether the district exists; one that does not is believed only of a text that is all plate, or says so."""
    if letters in DISTRICTS or letters in SERVICES:
        return True
    return (
        not strict and letters[0] in VOIVODESHIPS and (_is_alone(message, match, end) or _is_labelled(message, match))
    )


def _is_alone(message: Message, match: re.Match[str], end: int) -> bool:
    return not message.folded[: match.start()].strip(" \"'(") and not message.folded[end:].strip(" .!?\"')")


def _is_labelled(message: Message, match: re.Match[str]) -> bool:
    return _LABEL.search(message.folded[max(0, match.start() - 50) : match.start()]) is not None


def _cuts(typed: str) -> list[tuple[str, int]]:
    """The longest reading of the number part first, then without its last group."""
    cuts = [(typed, len(typed))]
    while (cut := max(typed.rfind(" "), typed.rfind("-"))) > 0:
        typed = typed[:cut]
        cuts.append((typed, cut))
    return cuts


def _same_case(message: Message, match: re.Match[str], end: int) -> bool:
    """Whether later groups are letters typed as the code is: "WX 1234 a" ends before "a"."""
    code, rest = message.raw[match.start(1) : match.end(1)], message.raw[match.start(3) : end]
    tail = [part for part in rest.split()[1:] if part.isalpha()]
    return _is_alone(message, match, end) or all(part.isupper() == code.isupper() for part in tail)


def _read(message: Message, match: re.Match[str], strict: bool) -> Candidate | None:
    code = match.group(1).upper()
    if not message.raw[match.start() : match.end(1)].isascii() or code in _NOT_LETTERS_OF_A_PLATE:
        return None
    if code in _WORDS and not _is_deliberate(message, match):
        return None
    for typed, length in _cuts(match.group(3)):
        if sum(character.isdigit() for character in typed) < _FEWEST_DIGITS:
            continue
        candidate = _read_as(message, match, typed, match.start(3) + length, strict)
        if candidate:
            return candidate
    return None


def _read_as(message: Message, match: re.Match[str], typed: str, end: int, strict: bool) -> Candidate | None:
    code, number = match.group(1).upper(), typed.upper().replace(" ", "").replace("-", "")
    if _ARMY.fullmatch(code + number):
        return Candidate(match.start(), end, code + number)
    shift = len(code) == 3 and not match.group(2) and code[2] not in "OI"
    for letters, rest in [(code, number), *([(code[:2], code[2] + number)] if shift else [])]:
        rest = _digits_for_letters(rest)
        if (
            _fits(letters, rest)
            and _may_be_plate(message, match, end, letters, strict)
            and _same_case(message, match, end)
        ):
            return Candidate(match.start(), end, letters + rest, strength=2 if letters in DISTRICTS else 1)
    return None


def _is_deliberate(message: Message, match: re.Match[str]) -> bool:
    glued = match.group(2) in {"", "-"}
    shouted = message.raw[match.start(1) : match.end(1)].isupper() and not message.raw.isupper()
    return glued or shouted or _is_labelled(message, match) or _is_alone(message, match, match.end())


def find_plates(message: Message, strict: bool = False) -> list[Candidate]:
    """Plates typed in any case and spacing. `strict`: only districts that exist and only the usual shapes."""
    found = []
    position = 0
    while match := _PLATE.search(message.folded, position):
        candidate = _read(message, match, strict)
        position = candidate.end if candidate else match.end(1)
        if candidate:
            found.append(candidate)
    if strict or found:
        return found
    individual = _individual(message)
    if not individual and re.search(r"\d", message.folded):
        return [Candidate(0, len(message.folded), None, Reason.WRONG_SHAPE)]
    return individual


def _individual(message: Message) -> list[Candidate]:
    found = []
    for match in _INDIVIDUAL_TYPED.finditer(message.folded):
        plate = (match.group(1) + match.group(2)).upper()
        typed = message.raw[match.start() : match.end()]
        alone = len(message.raw.strip(" .!?")) <= len(typed)
        labelled = _LABEL.search(message.folded[max(0, match.start() - 50) : match.start()]) is not None
        if plate[0] in VOIVODESHIPS and _INDIVIDUAL.fullmatch(plate) and (typed.isupper() or alone or labelled):
            found.append(Candidate(match.start(), match.end(), plate))
    return found
