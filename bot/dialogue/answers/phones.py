"""Phone numbers in a message, as E.164; a number of any other kind is never taken for a phone.

Knows numbering plans through `phonenumbers` and nothing of who is called. Decided: a number that no plan
issues is refused even if its length is right; of two different numbers neither is taken.
"""

from __future__ import annotations

import re
from datetime import datetime

import phonenumbers

from .accounts import LENGTH as ACCOUNT_LENGTH
from .digits import Run, dictated_runs, may_begin_with_an_hour, split_in_two, written_runs
from .message import Message
from .model import Reason
from .personal_ids import LENGTH as PESEL_LENGTH
from .personal_ids import why_not_pesel
from .settling import Candidate

LENGTH = 9
_COUNTRY_CODE = "48"
_PLUS = re.compile(r"(?:\+|\bplus)\s*\(?\s*$")
_CURRENCY = re.compile(r"\s?(?:zl|pln|eur|euro)\b")
_LABEL = re.compile(r"(?:tel|telefon|nr|numer|kom|komorka|fon|whatsapp)$")
_OTHER_NUMBER = re.compile(
    # "w sprawie szkody, mój numer 601…": behind the comma another number begins.
    r"\b(?:pesel\w*|nip\w*|regon\w*|polis\w*|(?:szkod\w*|spraw[ay])(?!\w*,)|faktur\w*|zamowieni\w*|kont[oa]|rachun\w*|"
    r"iban|vin|zgloszeni\w*|dowod\w*)\b[^0-9a-z]*(?:(?:nr|numer|to|jest|moj|oc|ac|mam)\b[^0-9a-z]*){0,3}$"
)


def _e164(number: str) -> str | None:
    """The number, given in international form, if the numbering plan of its country issues such."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or parsed.extension:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _polish(digits: str) -> str | None:
    return _e164(f"+{_COUNTRY_CODE}{digits}") if len(digits) == LENGTH else None


def _international(digits: str) -> str | Reason:
    """A number typed with + or 00; a Polish one must have exactly nine digits behind the country code."""
    if digits.startswith(_COUNTRY_CODE):
        national = digits[2:]
        if len(national) == LENGTH + 1 and national[0] == "0":
            national = national[1:]  # +48 (0) 22 …
        return (_polish(national) or Reason.WRONG_SHAPE) if len(national) == LENGTH else Reason.WRONG_LENGTH
    if not 8 <= len(digits) <= 15:
        return Reason.WRONG_LENGTH
    return _e164("+" + digits) or Reason.WRONG_SHAPE


def _could_be_pesel(digits: str) -> bool:
    """Whether it begins like somebody born in 1948: a PESEL with a slip must not become a phone number."""
    return int(digits[2:4]) in range(1, 13) and int(digits[4:6]) in range(1, 32)


def _national(run: Run, now: datetime) -> str | Reason:
    """A number typed without +: nine digits, or those behind 0048, behind 48, behind the old trunk prefix 0."""
    digits, first = run.digits, run.groups[0]
    if len(digits) == LENGTH:
        return _polish(digits) or Reason.WRONG_SHAPE
    if digits.startswith("00") and len(digits) > LENGTH + 1:
        return _international(digits[2:])
    if len(digits) == LENGTH + 1 and digits[0] == "0" and len(first) in (1, 3):
        return _polish(digits[1:]) or Reason.WRONG_SHAPE  # "022 123 45 67"; in one piece it may be a short PESEL
    if len(digits) == PESEL_LENGTH and first in (_COUNTRY_CODE, digits) and digits.startswith(_COUNTRY_CODE):
        if why_not_pesel(digits, now) is None or (first == digits and _could_be_pesel(digits)):
            return Reason.WRONG_LENGTH
        return _polish(digits[2:]) or Reason.WRONG_SHAPE
    return Reason.WRONG_LENGTH


def _is_joined(message: Message, run: Run) -> bool:
    """Digits that are part of a longer word, an e-mail address or an amount are no phone number."""
    before, after = message.folded[: run.start], message.folded[run.end : run.end + 2]
    glued_letters = before[-1:].isalpha() and not _LABEL.search(before[-12:])
    glued_signs = before[-1:] in {"_", "@", "=", "/", "#"} or after[:1] in {"@", "_"}
    return glued_letters or glued_signs or after[:1].isalpha() or _CURRENCY.match(message.folded, run.end) is not None


def _candidate(message: Message, run: Run, now: datetime) -> Candidate | None:
    before = message.folded[max(0, run.start - 60) : run.start]
    if _is_joined(message, run) or _OTHER_NUMBER.search(before):
        return None
    plus = _PLUS.search(before)
    outcome = _international(run.digits) if plus else _national(run, now)
    start = run.start - (len(plus.group()) if plus else 0)
    if not plus and may_begin_with_an_hour(message, run):
        outcome = Reason.WRONG_LENGTH
    if isinstance(outcome, Reason):
        return Candidate(start, run.end, None, outcome)
    return Candidate(start, run.end, outcome)


def _readings(run: Run) -> list[Run]:
    """The run, or its parts where a PESEL, an account or a second phone number stands beside a phone number."""
    for other in (PESEL_LENGTH, ACCOUNT_LENGTH, LENGTH):
        pair = split_in_two(run, (LENGTH, other)) or split_in_two(run, (other, LENGTH))
        if pair:
            return [part for part in pair if len(part.digits) == LENGTH]
    return [run]


def find_phones(message: Message, now: datetime) -> list[Candidate]:
    """Every run of digits, as a phone number or with the reason why it is none."""
    runs = [reading for run in written_runs(message) for reading in _readings(run)]
    found = (_candidate(message, run, now) for run in [*runs, *dictated_runs(message)])
    return [candidate for candidate in found if candidate is not None]
