"""PESEL numbers in a message: eleven digits, checksum, possible birth date; knows no other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.pl import pesel

from .digits import Run, dictated_runs, may_begin_with_an_hour, split_in_two, written_runs
from .message import Message
from .model import Reason
from .settling import Candidate

LENGTH = 11
_PHONE_LENGTH = 9


def why_not_pesel(digits: str, now: datetime) -> Reason | None:
    """None for a number that can be somebody's PESEL on the day `now`."""
    if len(digits) != LENGTH:
        return Reason.WRONG_LENGTH
    try:
        pesel.validate(digits)
        born = pesel.get_birth_date(digits)
    except InvalidChecksum:
        return Reason.WRONG_CHECKSUM
    except InvalidComponent:
        return Reason.IMPOSSIBLE_DATE
    except ValidationError:
        return Reason.WRONG_SHAPE
    return Reason.IMPOSSIBLE_DATE if born > now.date() else None


def _readings(run: Run) -> Iterator[Run]:
    """The run itself, or the PESEL beside a phone number that only a space divides from it."""
    pair = split_in_two(run, (LENGTH, _PHONE_LENGTH)) or split_in_two(run, (_PHONE_LENGTH, LENGTH))
    pair = pair or split_in_two(run, (LENGTH, LENGTH))
    if pair:
        yield from (part for part in pair if len(part.digits) == LENGTH)
    else:
        yield run


def find_pesels(message: Message, now: datetime) -> list[Candidate]:
    """Every run of digits, as a PESEL or with the reason why it is none."""
    runs = [reading for run in written_runs(message) for reading in _readings(run)]
    candidates = []
    for run in [*runs, *dictated_runs(message)]:
        reason = why_not_pesel(run.digits, now)
        if reason is None and may_begin_with_an_hour(message, run):
            reason = Reason.WRONG_LENGTH
        if not _is_joined_to_letters(message, run):
            value = None if reason else run.digits
            candidates.append(Candidate(run.start, run.end, value, reason))
    return candidates


def _is_joined_to_letters(message: Message, run: Run) -> bool:
    """Digits inside a longer token (a reference, an address) are not a PESEL; "pesel44051401359" is."""
    before = message.folded[max(0, run.start - 5) : run.start]
    after = message.folded[run.end : run.end + 1]
    return (
        (before[-1:].isalnum() and before != "pesel")
        or before[-1:] in {"_", "@", "+"}
        or after in {"@", "_"}
        or (after.isalpha())
    )
