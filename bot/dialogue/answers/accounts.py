"""Polish bank account numbers (NRB, IBAN) in a message; knows no other numbers."""

from __future__ import annotations

import re

from stdnum import iban
from stdnum.iso7064 import mod_97_10

from .digits import Run, dictated_runs, may_begin_with_an_hour, split_in_two, written_runs
from .message import Message
from .model import Reason
from .settling import Candidate

LENGTH = 26
_NEIGHBOURS = (9, 11)
"""A phone number or a PESEL typed right behind or before the account with only a space between."""
_FOREIGN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?(?![a-z0-9])")
_COUNTRY = re.compile(r"(?<![a-z])([a-z]{2})[ :-]{0,2}$")
_NOT_A_COUNTRY = frozenset({"nr", "to", "na", "do", "mi", "za", "iz", "no", "ma"})


def is_account(digits: str) -> bool:
    """26 digits that pass mod 97 as a Polish account."""
    if len(digits) != LENGTH or not digits.isascii():
        return False
    return bool(mod_97_10.is_valid(digits[2:] + "PL" + digits[:2]))


def _named_country(message: Message, start: int) -> str | None:
    match = _COUNTRY.search(message.folded[max(0, start - 6) : start])
    return match.group(1) if match else None


def _candidate(message: Message, run: Run) -> Candidate:
    country = _named_country(message, run.start)
    start = run.start
    if country and country != "pl":
        glued = message.folded[run.start - 1].isalpha()
        if glued or country not in _NOT_A_COUNTRY:
            return Candidate(start, run.end, None, Reason.FOREIGN_ACCOUNT)
    if country == "pl":
        start = message.folded.rindex("pl", 0, run.start)
    if len(run.digits) != LENGTH or may_begin_with_an_hour(message, run):
        return Candidate(start, run.end, None, Reason.WRONG_LENGTH)
    if not is_account(run.digits):
        return Candidate(start, run.end, None, Reason.WRONG_CHECKSUM)
    return Candidate(start, run.end, "PL" + run.digits)


def _readings(run: Run) -> list[Run]:
    for other in _NEIGHBOURS:
        pair = split_in_two(run, (LENGTH, other)) or split_in_two(run, (other, LENGTH))
        if pair:
            return [part for part in pair if len(part.digits) == LENGTH]
    return [run]


def _foreign(message: Message) -> list[Candidate]:
    """Whole IBANs of other countries, letters inside included (GB29 NWBK …)."""
    return [
        Candidate(match.start(), match.end(), None, Reason.FOREIGN_ACCOUNT)
        for match in _FOREIGN.finditer(message.folded)
        if not match.group().startswith("pl") and iban.is_valid(match.group().upper())
    ]


def find_accounts(message: Message) -> list[Candidate]:
    """Every run of digits, as a Polish account or with the reason why it is none."""
    foreign = _foreign(message)
    runs = [reading for run in written_runs(message) for reading in _readings(run)]
    runs += [run for run in dictated_runs(message) if len(run.digits) >= LENGTH]
    within_foreign = [run for run in runs if any(c.start <= run.start < c.end for c in foreign)]
    return foreign + [_candidate(message, run) for run in runs if run not in within_foreign]
