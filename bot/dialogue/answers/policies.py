"""Policy numbers in a message; their shape is a setting; knows nothing of policies."""

from __future__ import annotations

import re
from functools import lru_cache

from .folding import word_set
from .message import Message
from .model import Reason
from .settling import Candidate

DEFAULT_PATTERN = r"(?:[A-Z]{2})?\d{9,12}"
"""Two optional letters and 9 to 12 digits, upper case, without spaces."""

_PIECE = re.compile(r"[a-z0-9]+")
_JOINT = re.compile(r"[ \-./_]{1,3}")
_LONGEST = 8
_NOT_A_PREFIX = word_set(
    "nr no to na do za mi ma od ze we wy bo ja go by im tu ta te co id oc ac nw po my on ok w z o a i u"
)
"""Short words, and kinds of insurance, that stand before a number without belonging to it."""
_LABELLED = re.compile(r"\bpolis\w*[^a-z0-9]*(?:(?:nr|numer|numerze|to|oc|ac|jest|moj\w*|mam)\b[^a-z0-9]*){0,3}$")
_OTHER_NUMBER = re.compile(
    r"\b(?:pesel\w*|tel|telefon\w*|kom|komork\w*|nip|regon|kont[oa]|szkod\w*|zadzwon\w*|dzwon\w*|dowod\w*)\b[^a-z0-9]*"
    r"(?:(?:nr|numer|to|jest|moj|kontaktowy)\b[^a-z0-9]*){0,3}$"
)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _chains(message: Message) -> list[list[re.Match[str]]]:
    """Pieces of letters and digits with nothing but a space or dash between neighbours."""
    chains: list[list[re.Match[str]]] = []
    for piece in _PIECE.finditer(message.folded):
        joint = message.folded[chains[-1][-1].end() : piece.start()] if chains else ""
        if chains and _JOINT.fullmatch(joint):
            chains[-1].append(piece)
        else:
            chains.append([piece])
    return chains


def _has_digit(piece: re.Match[str]) -> bool:
    return any(character.isdigit() for character in piece.group())


def _is_tied(message: Message, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether the pieces are one longer number: digits on the far side, or a dash without spaces between."""
    joint = message.folded[left.end() : right.start()]
    return " " not in joint.strip(".") and joint.strip(".") != ""


def _is_cut_out(message: Message, chain: list[re.Match[str]], first: int, last: int) -> bool:
    """Whether the window is only a part of a longer number."""
    before = chain[first - 1] if first else None
    after = chain[last] if last < len(chain) else None
    if before and (_has_digit(before) or _is_tied(message, before, chain[first])):
        return True
    return after is not None and (_has_digit(after) or _is_tied(message, chain[last - 1], after))


def _is_prefix(message: Message, piece: re.Match[str], following: re.Match[str]) -> bool:
    """Whether letters before a space belong to the number: "ab 123456789" yes, "nr 123456789" no."""
    return _has_digit(piece) or piece.group() not in _NOT_A_PREFIX or message.folded[piece.end()] == "-"


def _windows(message: Message, chain: list[re.Match[str]], shape: re.Pattern[str]) -> list[tuple[int, int]]:
    found = []
    for first in range(len(chain)):
        for last in range(min(len(chain), first + _LONGEST), first, -1):
            pieces = chain[first:last]
            if not shape.fullmatch("".join(piece.group() for piece in pieces).upper()):
                continue
            if len(pieces) > 1 and not _is_prefix(message, pieces[0], pieces[1]):
                continue
            if not _is_cut_out(message, chain, first, last):
                found.append((first, last))
                break
    return [w for w in found if not any(o != w and o[0] <= w[0] and w[1] <= o[1] for o in found)]


def find_policies(message: Message, pattern: str = DEFAULT_PATTERN) -> list[Candidate]:
    """Numbers of the given shape (`pattern` is matched in full against upper case without separators)."""
    shape = _compiled(pattern)
    candidates = []
    for chain in _chains(message):
        for first, last in _windows(message, chain, shape):
            start, end = chain[first].start(), chain[last - 1].end()
            before = message.folded[max(0, start - 60) : start]
            if _OTHER_NUMBER.search(before):
                continue
            value = "".join(piece.group() for piece in chain[first:last]).upper()
            candidates.append(Candidate(start, end, value, strength=2 if _LABELLED.search(before) else 1))
        if any(_has_digit(piece) for piece in chain):
            candidates.append(Candidate(chain[0].start(), chain[-1].end(), None, Reason.WRONG_LENGTH))
    return candidates
