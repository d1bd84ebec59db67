"""Reading a typed answer out of a message for one step; changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.dialogue.answers import Answer, Reason, parse_answer
from bot.dialogue.engine import careful, phrases
from bot.dialogue.engine.conditions import Scope, evaluate
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.state import Source
from bot.dialogue.engine.turn import Json
from bot.dialogue.engine.whereabouts import tells_no_place, tells_what_happened

PHOTO_KINDS = frozenset({"image", "video", "file"})
_BARE = 2
FREE = frozenset({"tekst", "lokalizacja"})
"""Kinds for which almost any words may pass as an answer."""
TYPED_ALONE = frozenset({"tekst", "tak_nie", "wybor", "zdjecia"})
"""Kinds whose answers only the question asked can tell: never filled from a sentence about something else."""


@dataclass(frozen=True)
class Read:
    """A value for the step, plain JSON, and where it comes from."""

    value: Any
    source: Source = Source.SAID


@dataclass(frozen=True)
class Refused:
    """No value: a reason of bot.dialogue.answers, or the flow's own text for a value it does not take."""

    reason: str
    utter: str | None = None

    @property
    def unsure(self) -> bool:
        return self.reason == Reason.UNSURE.value

    @property
    def empty(self) -> bool:
        """Nothing of the kind was said, so the message may be about something else."""
        return self.reason in (Reason.NO_VALUE.value, Reason.NOT_AN_OPTION.value, Reason.UNSURE.value)


def read(draft: Draft, step: Step) -> Read | Refused:
    """The answer to `step` that the message gives, checked against the flow's own rejections."""
    found = _from_attachments(draft, step) or _from_text(draft, step, draft.understood.text)
    if isinstance(found, Refused):
        return found
    return check(draft, step, found)


def read_text(draft: Draft, step: Step, text: str) -> Read | Refused:
    """As `read`, out of a text alone."""
    found = _from_text(draft, step, text)
    return found if isinstance(found, Refused) else check(draft, step, found)


def check(draft: Draft, step: Step, found: Read) -> Read | Refused:
    """`found`, unless one of the flow's rejections holds for it."""
    slots = draft.frame.slots() if draft.frame else {}
    scope = Scope({**slots, step.slot: found.value}, draft.now)
    for rejection in step.rejections:
        if evaluate(rejection.condition, scope):
            return Refused("flow", rejection.utter)
    return found


def patterned(step: Step, text: str) -> Read | None:
    """The value that a text step's own pattern finds in `text`, in capitals: "to sk/2026/4500" → "SK/2026/4500"."""
    found = re.search(step.pattern, text, re.IGNORECASE) if step.pattern else None
    return Read(found.group().upper()) if found else None


def plain_json(value: Any) -> Any:
    """A parsed value as JSON carries it: money as a decimal string, sets of things as lists."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [plain_json(item) for item in value]
    return str(value) if isinstance(value, str) else value


def location_of(attachments: tuple[Json, ...]) -> str | None:
    """ "lat,lon" of the first shared location."""
    for item in attachments:
        if item.get("type") == "location" and item.get("lat") is not None:
            return f"{item['lat']},{item['long']}"
    return None


def photos_of(attachments: tuple[Json, ...]) -> list[str]:
    return [str(item["id"]) for item in attachments if item.get("type") in PHOTO_KINDS and item.get("id")]


def _from_attachments(draft: Draft, step: Step) -> Read | None:
    if step.type == "lokalizacja":
        place = location_of(draft.understood.attachments)
        return Read(place) if place else None
    return None


def _from_text(draft: Draft, step: Step, text: str) -> Read | Refused:
    if step.type == "zdjecia":
        return Refused(Reason.NO_VALUE.value)
    if not step.careful and phrases.says_unsure(text) and (step.optional or step.type != "tekst"):
        return Refused(Reason.UNSURE.value)
    if step.optional and phrases.says_none(text):
        return Refused(Reason.UNSURE.value)
    if step.type == "lokalizacja" and (phrases.is_question(text) or tells_no_place(text)):
        return Refused(Reason.NO_VALUE.value)
    if draft.frame is not None and step.slot in draft.frame.streets and tells_what_happened(text):
        return Refused(Reason.NO_VALUE.value)  # only the town is asked for
    shown = patterned(step, text)
    if shown is not None:
        return shown
    bare = _bare_yes_or_no(draft, text) if step.type == "tekst" else None
    if bare is not None:
        return Refused((Reason.UNSURE if step.optional and not bare else Reason.NO_VALUE).value)
    words = option_words(draft, step)
    said = next((option for option, names in words.items() if phrases.plain(text) in map(phrases.plain, names)), None)
    if said is not None:
        return Read(said)  # word for word, before "wszystko jedno" is counted as the first
    if step.careful:
        weighed = careful.weigh(text, step.told)
        return Read(weighed) if isinstance(weighed, bool) else Refused(weighed.value)
    labels = [(option, names[0] if names else option) for option, names in words.items()]
    parsed = parse_answer(step.type, text, draft.now, options=labels)
    if isinstance(parsed, Answer):
        return Read(plain_json(parsed.value))
    named = phrases.matching(text, words) if parsed.reason is Reason.NOT_AN_OPTION else []
    if len(named) == 1 and phrases.says_more_than_small_words(text, words[named[0]]):
        return Read(named[0])
    understood = draft.understood
    if step.type == "tak_nie" and understood.sure and understood.intent in _YES_NO:
        return Read(_YES_NO[understood.intent])
    return (in_so_many_words(step, text) if not named else None) or Refused(parsed.reason.value)


def in_so_many_words(step: Step, text: str) -> Read | None:
    """The option, the yes or the no that the step's own words say in `text`; None where they say several."""
    said = [value for value, pattern in step.told.items() if re.search(pattern, phrases.plain(text))]
    if len(said) != 1 or (step.careful and said == ["nie"] and careful.doubts(text)):
        return None
    return Read(said[0] == "tak" if step.type == "tak_nie" else said[0])


def _bare_yes_or_no(draft: Draft, text: str) -> bool | None:
    """A yes or a no that is all there is: no description, no name."""
    understood = draft.understood
    if understood.sure and phrases.word_count(text) <= _BARE:
        return _YES_NO.get(understood.intent or "")
    return None


def option_words(draft: Draft, step: Step) -> dict[str, tuple[str, ...]]:
    """The step's options in order, each with its label and the other ways to say it."""
    known = draft.flows.options.get(step.slot, {})
    return {option: known.get(option, ()) for option in step.options}


_YES_NO = {phrases.Control.YES.value: True, phrases.Control.NO.value: False}


def yes_or_no(draft: Draft) -> bool | None:
    """What the message says to a yes-or-no question of the engine's own; None where it says neither."""
    understood = draft.understood
    if understood.sure and understood.intent in _YES_NO:
        return _YES_NO[understood.intent]
    parsed = parse_answer("tak_nie", understood.text, draft.now)
    return bool(parsed.value) if isinstance(parsed, Answer) else None
