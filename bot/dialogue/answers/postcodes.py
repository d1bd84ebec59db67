"""Polish postal codes in a message; knows nothing of towns."""

from __future__ import annotations

import re

from .digits import dictated_runs
from .message import Message
from .model import Reason
from .settling import Candidate

_HYPHENATED = re.compile(
    r"(?<![\d.,/+])(?<!\d[-/ ])(\d{2}) ?- ?(\d{3})(?!\d|[-/.,]\d| \d{2,})|(?<=\d )(\d{2})-(\d{3})(?!\d|[-/.,]\d| ?\d)"
)
_SPACED = re.compile(
    r"(?<![\d.,/+-])(?<!\d[-/ ])(\d{2})(?: |\. ?|_| ?/ ?)?(\d{3})(?!\d|[-/.,:]\d| \d{2,}| ?(?:zl|pln|km|tys|szt)\b)"
)
_NUMBER = re.compile(r"\d[\d -]*")
_NOWHERE = "00-000"


def _candidates(message: Message, pattern: re.Pattern[str], strength: int) -> list[Candidate]:
    found = []
    for match in pattern.finditer(message.folded):
        if message.folded[match.start() - 1 : match.start()].isalpha():
            continue
        code = "-".join(group for group in match.groups() if group)
        value, reason = (code, None) if code != _NOWHERE else (None, Reason.WRONG_SHAPE)
        found.append(Candidate(match.start(), match.end(), value, reason, strength))
    return found


def find_postcodes(message: Message) -> list[Candidate]:
    """Codes with a hyphen, and five digits standing alone as the weaker reading."""
    found = _candidates(message, _HYPHENATED, 2) + _candidates(message, _SPACED, 1)
    for run in dictated_runs(message):
        if len(run.digits) == 5 and run.digits != "00000":
            found.append(Candidate(run.start, run.end, f"{run.digits[:2]}-{run.digits[2:]}"))
    if not found:
        return [Candidate(m.start(), m.end(), None, Reason.WRONG_LENGTH) for m in _NUMBER.finditer(message.folded)][:1]
    return found
