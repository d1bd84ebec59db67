"""`find_answers`: the typed values that a free message says unasked; knows what is certain enough to take.

Nobody asked for these values, so a doubtful one is left alone: an hour needs its "o" or colon, a sum its
currency, a lower-case plate a real district, a policy number its letters or the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from .accounts import find_accounts
from .dates import find_dates
from .emails import find_emails
from .folding import with_filled_gaps
from .message import LONGEST, Message, Taken
from .model import Found, Kind
from .money import find_sums
from .parsing import hours_beside_dates, local
from .personal_ids import find_pesels
from .phones import find_phones
from .plates import find_plates
from .policies import DEFAULT_PATTERN, find_policies
from .postcodes import find_postcodes
from .settling import Candidate, is_negated

_CERTAIN_SUM = 4
_CERTAIN_HOUR = 3
_REFERENCE = re.compile(
    r"\b(?:szkod\w*|polis\w*|faktur\w*|nip|regon|zamowieni\w*|zgloszeni\w*|spraw\w*|dowod\w*|vin|krs|id)\b[^a-z0-9,;]*"
    r"(?:(?:nr|numer|to|o|jest)\b[^a-z0-9,;]*){0,3}$"
)
_POLICY_LABEL = re.compile(r"\bpolis\w*[^a-z0-9]*(?:(?:nr|numer|numerze|o|to|oc|ac|jest|moj\w*|mam)\b[^a-z0-9]*){0,4}$")
_HOUR_OF = re.compile(
    r"\s*(?!na\s+dob)(?:$|[^a-z0-9\s]|(?:na|w|we|przy|pod|u|z|ze|do|i|a|nad|rano|po|wieczor\w*|w\s+nocy|wczoraj|dzis\w*|bo|ale)\b)"
)


def _before(message: Message, candidate: Candidate, reach: int = 60) -> str:
    return message.folded[max(0, candidate.start - reach) : candidate.start]


def _phones(message: Message, now: datetime) -> Iterable[Candidate]:
    return (c for c in find_phones(message, now) if not _REFERENCE.search(_before(message, c)))


def _policies(message: Message, pattern: str) -> Iterable[Candidate]:
    for candidate in find_policies(message, pattern):
        lettered = message.folded[candidate.start].isalpha() and not re.search(
            r"[a-z]{2} ", message.folded[candidate.start : candidate.end]
        )
        if lettered or _POLICY_LABEL.search(_before(message, candidate)):
            yield candidate


def _plates(message: Message) -> Iterable[Candidate]:
    return find_plates(message, strict=True)


def _hours(message: Message, now: datetime) -> Iterable[Candidate]:
    for candidate in hours_beside_dates(message, now):
        sure = candidate.strength > _CERTAIN_HOUR
        if sure or (candidate.strength == _CERTAIN_HOUR and _HOUR_OF.match(message.folded, candidate.end)):
            yield candidate


def _postcodes(message: Message) -> Iterable[Candidate]:
    return (c for c in find_postcodes(message) if "-" in message.folded[c.start : c.end])


def _sums(message: Message) -> Iterable[Candidate]:
    return (c for c in find_sums(message) if c.strength >= _CERTAIN_SUM)


def find_answers(
    text: str, now: datetime, kinds: Iterable[str] | None = None, *, pattern: str = DEFAULT_PATTERN
) -> list[Found]:
    """Values of all kinds (or of `kinds`) in `text`, in its order, none overlapping another.

    What is read first wins the place: account, PESEL, phone, e-mail, policy, plate, date, time, sum, postal
    code. tak_nie, wybor and the kinds that take the whole text are never found. `now` and `pattern` as for
    `parse_answer`. Offsets are those of `text`.
    """
    message, moment = Message(with_filled_gaps(text[:LONGEST])), local(now)
    readings: dict[Kind, Callable[[], Iterable[Candidate]]] = {
        Kind.NR_KONTA: lambda: find_accounts(message),
        Kind.PESEL: lambda: find_pesels(message, moment),
        Kind.TELEFON: lambda: _phones(message, moment),
        Kind.EMAIL: lambda: find_emails(message),
        Kind.NR_POLISY: lambda: _policies(message, pattern),
        Kind.NR_REJESTRACYJNY: lambda: _plates(message),
        Kind.DATA: lambda: find_dates(message, moment, only_sure=True),
        Kind.GODZINA: lambda: _hours(message, moment),
        Kind.KWOTA: lambda: _sums(message),
        Kind.KOD_POCZTOWY: lambda: _postcodes(message),
    }
    wanted = {Kind(kind) for kind in kinds} if kinds is not None else set(readings)
    found: list[tuple[Kind, Candidate]] = []
    taken = Taken(message)
    for kind, read in readings.items():
        for candidate in read():
            if candidate.value is None or is_negated(message, candidate.start):
                continue
            if taken.is_free(candidate.start, candidate.end):
                taken.add(candidate.start, candidate.end)
                found.append((kind, candidate))
    return [_found(message, kind, c) for kind, c in sorted(found, key=lambda pair: pair[1].start) if kind in wanted]


def _found(message: Message, kind: Kind, candidate: Candidate) -> Found:
    assert candidate.value is not None
    return Found(kind, candidate.value, *message.span(candidate.start, candidate.end))
