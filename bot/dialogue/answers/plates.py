"""Polish number plates in a message; knows their shapes, and the words that only look like one.

Shapes: the annex on number plates to the regulation on the registration of vehicles; individual plates,
black plates from before 2000 and those of the army and the police are accepted when a plate was asked for.
"""

from __future__ import annotations

import re

from .districts import DISTRICTS, SERVICES, VOIVODESHIPS
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

_NOT_LETTERS_OF_A_PLATE = frozenset(
    "NR BMW PZU NIP TEL KRS VIN OC AC KM CCM TDI HDI TSI PLN ZL ID DO NA ZA OD TO OK".split()
)
_WORDS = frozenset(
    "PO NO WE WY GO SO ON EL LUB ERA KOS WOT POT POS KOL LOP LU SI SA OST POD OPO GDA NOS NIE BYL ROK DNI".split()
)
"""Real codes that are words too, or nearly: without a label they count only when typed as one word."""


def _digits_for_letters(number: str) -> str:
    """O and I never stand in the number part, so a typed O is a zero; an I is a one if the rest is digits."""
    number = number.replace("O", "0")
    return number.replace("I", "1") if number.replace("I", "").isdigit() else number


def _fits(code: str, number: str) -> bool:
    return _NUMBER_PARTS[len(code)].fullmatch(number) is not None


def _is_issued(code: str, strict: bool) -> bool:
    if code in DISTRICTS or code in SERVICES:
        return True
    return not strict and code[0] in VOIVODESHIPS and code not in _NOT_LETTERS_OF_A_PLATE


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
    alone = match.start() <= 1 and end >= len(message.raw.rstrip(" .!?")) - 1
    return alone or not any(part.isalpha() and part.isupper() != code.isupper() for part in rest.split()[1:])


def _read(message: Message, match: re.Match[str], strict: bool) -> Candidate | None:
    code = match.group(1).upper()
    if not message.raw[match.start() : match.end(1)].isascii():
        return None
    if code in _NOT_LETTERS_OF_A_PLATE or (code in _WORDS and not _is_deliberate(message, match)):
        return None
    for typed, length in _cuts(match.group(3)):
        end = match.start(3) + length
        if sum(character.isdigit() for character in typed) < _FEWEST_DIGITS:
            continue
        for split in {len(code), 2}:
            letters, number = code[:split], code[split:] + typed.upper().replace(" ", "").replace("-", "")
            number = _digits_for_letters(number)
            if _is_issued(letters, strict) and _fits(letters, number) and _same_case(message, match, end):
                return Candidate(match.start(), end, letters + number, strength=3 if letters in DISTRICTS else 2)
        if _ARMY.fullmatch(code + typed.upper().replace(" ", "")):
            return Candidate(match.start(), end, code + typed.upper().replace(" ", ""), strength=2)
    return None


def _is_deliberate(message: Message, match: re.Match[str]) -> bool:
    glued = match.group(2) in {"", "-"}
    shouted = message.raw[match.start(1) : match.end(1)].isupper() and not message.raw.isupper()
    labelled = _LABEL.search(message.folded[max(0, match.start() - 50) : match.start()]) is not None
    alone = not message.folded[: match.start()].strip() and match.end() >= len(message.folded.rstrip(" .!"))
    return glued or shouted or labelled or alone


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
