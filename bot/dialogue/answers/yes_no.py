"""Yes or no out of a Polish sentence; knows idioms and negation, and nothing of what was asked.

Decided: "no" is yes, as in speech; "może" and "nie wiem" are neither; a short denying sentence ("nikt nie
ucierpiał", "auto nie jeździ") is no; a sentence without any such word is no answer.
"""

from __future__ import annotations

import re

from . import yes_no_words as words
from .message import Message
from .model import Answer, Kind, Reason, Rejection

_LONG_LETTERS = re.compile(r"([a-z])\1{2,}|([aeouy])\2")
_MAYBE = re.compile(
    r"(?:no |a )?(?:moze|mozliwe|ewentualnie|zobaczymy|hm+|niewykluczone)(?:,? (?:tak|nie|ze tak|ze nie))?|absolutnie"
)
_LEANING = re.compile(r"\b(?:chyba|raczej|wydaje mi sie ze|mysle ze|sadze ze)\s+(?:ze\s+)?(tak|nie)\b")
_NOT_TEXT = re.compile(r"[^a-z0-9,?/%+ 👍👌✅✔☑🆗💯🤝🙆👎❌🚫🙅✖⛔🤷]+")
_SHORT = 8
"""Words up to which a "nie" anywhere in the sentence is the answer."""
_LONGEST = 600


def _normalised(folded: str) -> str:
    """Clauses divided by commas, words by one space, "nieee" as "nie"."""
    text = re.sub(r"[.!;:()\n]+", ",", _LONG_LETTERS.sub(r"\1\2", folded))
    text = re.sub(r"\s*,[\s,]*", ", ", _NOT_TEXT.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip(" ,")


def _sign(text: str) -> bool | None:
    said = {meaning for meaning, signs in words.SIGNS.items() if any(sign in text for sign in signs)}
    return said.pop() if len(said) == 1 else None


def _without_question(text: str) -> str:
    """The clauses that tell something, without one that asks back."""
    return ", ".join(clause for clause in text.split(", ") if not clause.endswith("?")) if "?" in text else text


def _of_both(said: list[str], yes: list[int], no: list[int]) -> bool | Reason:
    """ "oczywiście, że nie" is no, "tak, ale nie teraz" yes, "nie no, jasne" yes, "tak, nie" neither."""
    if no == [0] and said[1:2] == ["no"]:
        return True
    if said[yes[0]] in words.AFFIRMING_FIRST:
        if yes[0] < no[0]:
            return True if len(said) > 2 and yes[0] <= 2 else Reason.AMBIGUOUS
        return Reason.AMBIGUOUS if len(said) <= 2 else False
    return False


def _of_words(clauses: list[list[str]]) -> bool | Reason:
    said = [word for clause in clauses for word in clause]
    meanings = [words.meaning_of(word) for word in said]
    yes = [index for index, meaning in enumerate(meanings) if meaning is True]
    no = [index for index, meaning in enumerate(meanings) if meaning is False]
    if yes:
        no = [index for index in no if said[index] != words.REGRET]
    if yes and no:
        return _of_both(said, yes, no)
    if yes or no:
        first = (yes or no)[0]
        return bool(yes) if first <= 1 or len(said) <= _SHORT else Reason.NO_VALUE
    return True if _leans_to_yes(clauses[0]) or _leans_to_yes(said) else Reason.NO_VALUE


def _leans_to_yes(said: list[str]) -> bool:
    """Whether nothing but "chyba", "mam", "no dobrze" and fillers is said."""
    leaning = [index for index, word in enumerate(said) if word in words.LEANING]
    rest = [word for word in said if word not in words.LEANING and word not in words.FILLERS]
    return bool(leaning) and (not rest or (leaning[0] == 0 and len(said) <= 3))


def _of_idioms(text: str) -> bool | Reason | None:
    """What an idiom decides; None where there is none."""
    if words.UNSURE_IDIOMS.search(text) or words.SHRUG in text:
        lean = _LEANING.search(words.UNSURE_IDIOMS.sub(" ", text))
        return lean.group(1) == "tak" if lean else Reason.UNSURE
    if words.NO_IDIOMS.search(text):
        return text.split(",")[0] in words.AFFIRMING_FIRST
    if words.YES_IDIOMS.search(text):
        rest = re.findall(r"[a-z]+", words.YES_IDIOMS.sub(" ", text))
        return not (rest and rest[0] in words.NO and "no" not in rest)
    return Reason.UNSURE if _MAYBE.fullmatch(text) else None


def _of_text(text: str) -> bool | Reason:
    *_, last = words.CORRECTION.split(text)
    if last != text and last.strip(" ,"):
        corrected = _of_text(last.strip(" ,"))
        if isinstance(corrected, bool):
            return corrected
    decided = _of_idioms(text.replace("?", ""))
    if decided is not None:
        return decided
    clauses = [re.findall(r"[a-z0-9]+", clause) for clause in _without_question(text).split(",")]
    clauses = [clause for clause in clauses if clause]
    outcome = _of_words(clauses) if clauses else Reason.NO_VALUE
    sign = _sign(text)
    return sign if sign is not None and not isinstance(outcome, bool) else outcome


def read_yes_no(message: Message) -> Answer | Rejection:
    """True, False, or why the message is neither."""
    outcome = _of_text(_normalised(message.folded[:_LONGEST]))
    if isinstance(outcome, Reason):
        return Rejection(Kind.TAK_NIE, outcome)
    return Answer(Kind.TAK_NIE, outcome, *message.span(0, len(message.folded)))
