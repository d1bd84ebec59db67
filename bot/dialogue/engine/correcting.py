"""Correcting an answer already given: which field is meant, and its new value; asks when it is not told."""

from __future__ import annotations

import re

from bot.dialogue.engine import phrases
from bot.dialogue.engine.asking import ask_which_field, proceed
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import only_entity, put, reopen
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.reading import TYPED_ALONE, Read, check, option_words, plain_json, read_text
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.engine.state import Frame
from bot.dialogue.engine.turn import Purpose
from bot.dialogue.engine.walk import can_go_back_to

_TO_BE = re.compile(r"\b(ma|mia[lł][ao]?|powin\w+) by[cć]:?\s", re.IGNORECASE)


def correct(draft: Draft, insist: bool = True) -> bool:
    """Corrects the field that the message names or gives a new value for.

    With `insist` a message that names none is answered with the question which; without, it is left to others
    and False is returned.
    """
    frame = draft.frame
    if frame is None:
        return False
    steps = meant(draft, frame)
    if len(steps) == 1:
        return _correct_one(draft, frame, steps[0])
    if steps or insist:
        ask_which_field(draft, [step.slot for step in steps] or None)
        return True
    return False


def correct_stated(draft: Draft, named_only: bool = True) -> bool:
    """Corrects a field for which the message gives another value, without a word of correction.

    With `named_only` the message must call the field by its name as well.
    """
    frame = draft.frame
    if frame is None:
        return False
    answered = _answered(draft, frame)
    stated = [step for step in answered if _new_value(draft, frame, step) is not None]
    named = [step for step in _named(draft, answered) if step in stated]
    chosen = named or ([] if named_only else stated)
    if len(chosen) > 1:
        ask_which_field(draft, [step.slot for step in chosen])
        return True
    return bool(chosen) and _correct_one(draft, frame, chosen[0])


def meant(draft: Draft, frame: Frame) -> list[Step]:
    """The answered steps that the message may be about: by name, else by the kind of value that it gives."""
    answered = _answered(draft, frame)
    by_value = [step for step in answered if _new_value(draft, frame, step) is not None]
    named = _named(draft, answered)
    both = [step for step in named if step in by_value]
    if both:
        return both
    # "nie WX12345 tylko WX54321": of the fields that the value fits, the one whose old value is in the text.
    quoted = [step for step in by_value if _quotes_old_value(draft, frame, step)]
    return quoted or named or by_value


def _answered(draft: Draft, frame: Frame) -> list[Step]:
    return [step for step in draft.flows.flows[frame.flow].collects() if _is_answered(draft, frame, step)]


def _named(draft: Draft, steps: list[Step]) -> list[Step]:
    """The steps that the message calls by their label, or by the name of their slot."""
    labels = {step.slot: (*draft.flows.labels.get(step.slot, ()), step.slot.replace("_", " ")) for step in steps}
    names = phrases.matching(draft.understood.text, labels)
    return [step for step in steps if step.slot in names]


def correct_slot(draft: Draft, slot: str) -> None:
    """Opens `slot` again on the press of its button."""
    frame = draft.frame
    step = draft.flows.flows[frame.flow].collect_of(slot) if frame else None
    if frame is None or step is None or not _is_answered(draft, frame, step):
        draft.say(Sentence.CANNOT_CORRECT, Purpose.INFO)
        ask_which_field(draft)
        return
    _open(draft, frame, step)


def _correct_one(draft: Draft, frame: Frame, step: Step) -> bool:
    value = _new_value(draft, frame, step) or _stated_value(draft, step)
    if value is None:
        _open(draft, frame, step)
        return True
    put(draft, frame, step.slot, value.value, value.source, draft.understood.text)
    frame.rejected = 0
    slots = {"slot": step.slot, "value": draft.values().get(step.slot), "type": step.type}
    draft.say(Sentence.CORRECTED, Purpose.INFO, slots=slots)
    proceed(draft, again=True)
    return True


def _open(draft: Draft, frame: Frame, step: Step) -> None:
    reopen(draft, frame, step.slot)
    # What the company knows was just called wrong: ask, do not offer it again.
    if step.slot not in frame.declined:
        frame.declined.append(step.slot)
    proceed(draft)


def _is_answered(draft: Draft, frame: Frame, step: Step) -> bool:
    given = step.slot in frame.fields or step.slot in frame.skipped
    return given and can_go_back_to(draft, frame, step.slot)


def _new_value(draft: Draft, frame: Frame, step: Step) -> Read | None:
    """A value of the step's kind in the message that differs from what is recorded."""
    if step.type == "wybor":
        return _other_option(draft, frame, step)
    if step.type in TYPED_ALONE:
        return None
    entity = only_entity(draft.understood.entities, step.type)
    found = (
        check(draft, step, Read(plain_json(entity.value)))
        if entity is not None
        else read_text(draft, step, draft.understood.text)
        if step.type != "lokalizacja"
        else None
    )
    old = frame.fields.get(step.slot)
    differs = isinstance(found, Read) and (old is None or found.value != old.value)
    return found if differs and isinstance(found, Read) else None


def _other_option(draft: Draft, frame: Frame, step: Step) -> Read | None:
    """ "to nie zalanie, tylko wichura": the option named beside the recorded one, or alone after "jednak"."""
    old, text = frame.fields.get(step.slot), draft.understood.text
    named = phrases.named_in_full(text, option_words(draft, step))
    others = [option for option in named if old is None or option != old.value]
    contrasts = len(named) == 2 and len(others) == 1
    if len(others) == 1 and (contrasts or phrases.changes_mind(text)):
        return Read(others[0])
    return None


def _stated_value(draft: Draft, step: Step) -> Read | None:
    """The new value where only its place tells it: "opis: stałem na światłach", "adres ma być Długa 5"."""
    text = draft.understood.text
    shown = _TO_BE.search(text)
    tail = text[shown.end() :].strip() if shown else text.partition(":")[2].strip()
    source = tail or (text if step.type == "wybor" else "")
    found = read_text(draft, step, source) if source and step.type != "zdjecia" else None
    return found if isinstance(found, Read) else None


def _quotes_old_value(draft: Draft, frame: Frame, step: Step) -> bool:
    field = frame.fields.get(step.slot)
    if field is None:
        return False
    squeezed = phrases.plain(draft.understood.text).replace(" ", "")
    return phrases.plain(str(field.value)).replace(" ", "") in squeezed
