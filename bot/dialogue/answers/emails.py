"""E-mail addresses in a message, also dictated ("jan małpa wp kropka pl"); knows nothing of mail."""

from __future__ import annotations

import re

from .folding import word_set
from .message import Message
from .model import Reason
from .settling import Candidate

_LOCAL = r"[a-z0-9](?:[a-z0-9_%+-]|\.(?=[a-z0-9_+-])){0,63}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?<![^\W_]|[_.%+@-])(?<![^\W\d_],)({_LOCAL})\s?@\s?((?:{_LABEL}\.)+[a-z]{{2,24}})(?![^\W_]|[_@-]|\.[a-z0-9-]*@)",
    re.IGNORECASE,
)
_TOP_LEVEL = "pl|com|eu|net|org|de|uk|info|edu|gov|io|biz|cz|ua|fr|it|es|at"
_SLIPPED_DOT = re.compile(rf"(@[a-z0-9.-]{{1,60}}?)(?: ?, ?|\. )({_TOP_LEVEL})(?![a-z0-9])", re.IGNORECASE)
_SENTENCE_BEHIND = re.compile(rf"\.(?:{_TOP_LEVEL})(\.[A-Z][a-z]+)$")
_AT = re.compile(
    r"\s*(?:\(\s*(?:at|malpa|a)\s*\)|\[\s*(?:at|malpa)\s*\]|(?<![a-z])malpk?a(?![a-z])|\s@\s|(?<=[a-z0-9])\s+at\s+)\s*"
)
_SPOKEN = (
    (re.compile(r"\s*(?:\(|\[)?\b(?:kropka|dot)\b(?:\)|\])?\s*"), "."),
    (re.compile(r"\s*\b(?:podkreslnik|podkreslenie|podloga|dolna kreska)\b\s*"), "_"),
    (re.compile(r"\s*\b(?:myslnik|minus|kreska|lacznik)\b\s*"), "-"),
)
_LEADING = word_set(
    "moj mail maila mailem to jest email emaila adres adresem a e na pod prosze pisac moze byc tak poczta i "
    "oraz najlepiej podaje oto ok mejl mejla mejlem wyslac wyslijcie przeslac"
)
_AROUND = 90


def _written(raw: str, shift: int = 0, strength: int = 2) -> list[Candidate]:
    found = []
    for match in _ADDRESS.finditer(raw):
        local, domain = match.groups()
        glued = _SENTENCE_BEHIND.search(domain)
        domain = domain[: glued.start(1)] if glued else domain
        if len(local) <= 64:
            value = f"{local}@{domain}".lower()
            found.append(Candidate(match.start() + shift, match.end() + shift, value, strength=strength))
    return found


def _dictated(message: Message) -> list[Candidate]:
    """Addresses with the sign said in a word; only where no stray word could be a part of the name."""
    found = []
    for match in _AT.finditer(message.folded):
        start = max(0, match.start() - _AROUND)
        local, domain = message.folded[start : match.start()], message.folded[match.end() : match.end() + _AROUND]
        for pattern, sign in _SPOKEN:
            local, domain = pattern.sub(sign, local), pattern.sub(sign, domain)
        *stray, name = local.split() or [""]
        host = re.match(r"[a-z0-9.-]+", domain)
        addresses = _written(f"{name}@{host.group().rstrip('.-')}") if host else []
        if not addresses:
            continue
        meant = re.findall(r"[a-z]+", " ".join(stray).split(",")[-1].split(":")[-1])
        plain = all(word in _LEADING for word in meant)
        value, reason = (addresses[0].value, None) if plain else (None, Reason.AMBIGUOUS)
        found.append(
            Candidate(
                message.folded.rfind(name[:3], 0, match.start()),
                match.end() + len(host.group() if host else ""),
                value,
                reason,
            )
        )
    return found


def find_emails(message: Message) -> list[Candidate]:
    """Every address; something with an @ that is none gives `wrong_shape`."""
    repaired = _SLIPPED_DOT.sub(lambda m: f"{m.group(1)}.{m.group(2)}", message.raw)
    candidates = _written(message.raw) or _written(repaired, strength=1)
    candidates = [c if c.end <= len(message.raw) else Candidate(c.start, len(message.raw), c.value) for c in candidates]
    if not candidates:
        candidates = _dictated(message)
    if not candidates and "@" in message.raw:
        return [Candidate(0, len(message.raw), None, Reason.WRONG_SHAPE)]
    return candidates
