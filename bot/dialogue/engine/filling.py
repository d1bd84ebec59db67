"""Putting values into a flow: the answer asked for, and what a sentence says besides; asks nothing."""

from __future__ import annotations

import re
from typing import Any

from bot.branches.gazetteer import town_in
from bot.dialogue.answers import Answer, parse_answer
from bot.dialogue.engine import phrases
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.reading import (
    TYPED_ALONE,
    Read,
    check,
    in_so_many_words,
    location_of,
    option_words,
    patterned,
    photos_of,
    plain_json,
)
from bot.dialogue.engine.sentences import Extra
from bot.dialogue.engine.state import Frame, Source
from bot.dialogue.engine.towns import lacks_town, with_town
from bot.dialogue.engine.turn import Entity
from bot.dialogue.engine.walk import reopen_after
from bot.dialogue.engine.whereabouts import place_told, tells_what_happened

_MOST_PHOTOS = 30
_STORY_WORDS = 7
"""So many words besides the values and the report itself tell what happened."""
_LONGEST_STORY = 2000
_HOUR_AFTER_DAY = re.compile(
    r"\W{0,3}((ok|około|koło|o|po|przed|godz)\.? \d{1,2})\b(?!\s*(km|m|lat|tys|zł|os|dni|met|min|god)|[.,:/-]?\d)",
    re.IGNORECASE,
)
_COMING_DAY = re.compile(r"\b(dzi[sś]|dzisiaj|jutro|pojutrze)\b", re.IGNORECASE)
_HOUR_OF_DAY = re.compile(
    r"\b(ok|okolo|kolo|o|po|przed|tak|gdzies|godz\w*) \d{1,2}\b|\b\d{1,2} (rano|wieczorem|w nocy|po poludniu)\b"
)
_COUNTED = re.compile(r"\b(dni|dnia|tygodni\w*|tyg|miesi\w+|temu)\b")
_GREETING = re.compile(r"^\s*(dzie[nń] dobry|witam|witajcie|hej|cze[sś][cć])\b[\s,.!]*", re.IGNORECASE)
_REPORTING = re.compile(
    r"\b(dzien|dobry|witam|hej|czesc|chce|chcial(bym|abym)|zglosic|zglaszam|zglosze|szkod[eya]|kolizje|stluczke|wypadek|"
    r"reklamacj[ea]|zlozyc|skladam|prosze|o|moja|mojego|auto|samochod|nr|numer|rejestra\w+|polisa|telefon|moj|to|jest|"
    r"dnia|godz\w*|stluczka|kolizja|nikt nie|nikomu nic|rann\w+|ucierpial\w*|naprawa|z ac|z oc|oc sprawcy|ac)\b"
)


def fill(draft: Draft, frame: Frame, slot: str, value: Any, source: Source, raw: str | None = None) -> None:
    """The answer to a question: stored, and remembered as the one that "wróć" takes back."""
    put(draft, frame, slot, value, source, raw)
    if slot in frame.history:
        frame.history.remove(slot)
    frame.history.append(slot)
    frame.rejected = 0


def put(draft: Draft, frame: Frame, slot: str, value: Any, source: Source, raw: str | None = None) -> None:
    """Stores a value; if it replaces another, what followed from that one is undone."""
    before = frame.fields.get(slot)
    if (before is not None and before.value != value) or slot in frame.skipped:
        reopen_after(draft, frame, slot)
    if slot in frame.skipped:
        frame.skipped.remove(slot)
    if before is None:
        frame.confirmed = False
    step = draft.flows.flows[frame.flow].collect_of(slot)
    # A number that must not be seen must not be seen in the sentence around it either.
    frame.fields[slot] = draft.field(value, source, None if step is not None and step.sensitive else raw)


def skip(frame: Frame, slot: str) -> None:
    """Leaves an optional slot out; "wróć" comes back to it."""
    if slot not in frame.skipped:
        frame.skipped.append(slot)
    frame.history.append(slot)
    frame.rejected = 0


def reopen(draft: Draft, frame: Frame, slot: str) -> None:
    """Takes the answer to `slot` back, so that the next walk asks for it."""
    reopen_after(draft, frame, slot)
    field = frame.fields.pop(slot, None)
    step = draft.flows.flows[frame.flow].collect_of(slot)
    if step is not None and step.type == "zdjecia" and field is not None:
        frame.photos = list(field.value)
    if slot in frame.skipped:
        frame.skipped.remove(slot)
    frame.streets.pop(slot, None)
    frame.rejected = 0


def fill_besides(draft: Draft, frame: Frame, asked: str | None = None) -> list[str]:
    """Fills what the message says of steps other than `asked`; the slots filled.

    Only where a kind was found once: of two number plates we do not guess whose is whose. A slot that has a
    value keeps it; changing one takes words of correction.
    """
    filled = []
    for step in draft.flows.flows[frame.flow].collects():
        found = None if step.slot == asked else _besides(draft, frame, step)
        if found is not None and not keep_street(draft, frame, step, found.value):
            put(draft, frame, step.slot, found.value, found.source, draft.understood.text or None)
            filled.append(step.slot)
    return filled


def keep_street(draft: Draft, frame: Frame, step: Step, place: Any) -> bool:
    """Whether `place` is a street without its town, which is kept until the town is told; asked for once only."""
    addressed = step.told_address or (step.type == "lokalizacja" and not step.from_opening)
    if not addressed or step.slot in frame.streets or Extra.TOWN not in draft.flows.responses:
        return False
    if draft.understood.command is not None or not lacks_town(str(place)):
        return False
    frame.streets[step.slot] = str(place)
    return True


def place_of(draft: Draft, frame: Frame, step: Step, told: Any) -> Any:
    """`told`, with the street that was told before it; who does not know the town has told enough."""
    street = frame.streets.pop(step.slot, None)
    text = draft.understood.text.strip()
    if street is None or location_of(draft.understood.attachments):
        return told
    return street if phrases.says_unsure(text) or phrases.says_none(text) else with_town(street, text)


def fill_hour_of_day(draft: Draft, frame: Frame, asked: Step) -> None:
    """ "wczoraj ok 15": beside a day that was asked for, a number may be an hour that alone would be none."""
    text = phrases.plain(draft.understood.text)
    if asked.type != "data" or not _HOUR_OF_DAY.search(text) or _COUNTED.search(text):
        return
    _put_hour(draft, frame, draft.understood.text)


def fill_told(draft: Draft, frame: Frame) -> None:
    """Fills what a story says in so many words, as that the car still drives; its dates and numbers are its own."""
    for step in draft.flows.flows[frame.flow].collects():
        found = _told_besides(draft, step) if step.told and step.slot not in frame.fields else None
        if found is not None:
            put(draft, frame, step.slot, found.value, found.source, draft.understood.text)


def fill_opening(draft: Draft, frame: Frame) -> list[str]:
    """As `fill_besides`, for the message that starts a flow.

    Steps marked `from_opening` may also take the option that it names, the town, or the whole of it as their text.
    """
    filled = fill_besides(draft, frame)
    _take_hour(draft, frame)
    _take_photos(draft, frame)
    _take_place(draft, frame)
    for step in draft.flows.flows[frame.flow].collects():
        if step.from_opening and step.slot not in frame.fields:
            told = _told(draft, step)
            if told is not None:
                put(draft, frame, step.slot, told, Source.GUESSED, draft.understood.text or None)
                filled.append(step.slot)
    return filled


def fill_story(draft: Draft, frame: Frame, asked: str | None = None) -> str | None:
    """Takes a sentence of what happened for the description, or adds it to the one given; the slot it filled."""
    if draft.understood.command is not None or not tells_what_happened(draft.understood.text):
        return None
    steps = draft.flows.flows[frame.flow].collects()
    step = next((step for step in steps if step.from_opening and step.type == "tekst" and not step.pattern), None)
    if step is None or step.consent or step.slot == asked:
        return None
    before, text = frame.fields.get(step.slot), draft.understood.text.strip()
    told = f"{before.value} {text}"[:_LONGEST_STORY] if before is not None else text
    put(draft, frame, step.slot, told, Source.SAID, text)
    return step.slot


def only_entity(entities: tuple[Entity, ...], kind: str) -> Entity | None:
    """The one entity of `kind`; None where there is none, or where different ones contradict each other."""
    values = {str(item.value): item for item in entities if item.kind == kind}
    return next(iter(values.values())) if len(values) == 1 else None


def photo_step(draft: Draft, frame: Frame) -> Step | None:
    """The flow's step that collects photos."""
    steps = draft.flows.flows[frame.flow].collects()
    return next((step for step in steps if step.type == "zdjecia"), None)


def add_photos(frame: Frame, step: Step, photos: list[str], at_step: bool, draft: Draft) -> bool:
    """Adds photos to the step's field, or, while it is being asked, to what is being collected.

    False when there are more than a claim takes; the first ones are kept.
    """
    have = frame.photos if at_step else list(frame.fields[step.slot].value if step.slot in frame.fields else [])
    room = max(_MOST_PHOTOS - len(have), 0)
    new = [photo for photo in photos if photo not in have]
    have.extend(new[:room])
    if not at_step:
        frame.fields[step.slot] = draft.field(have, Source.SAID)
    return len(new) <= room


def _besides(draft: Draft, frame: Frame, step: Step) -> Read | None:
    if step.ask_before_filling or step.slot in frame.fields:
        return None
    if step.type in TYPED_ALONE:
        return patterned(step, draft.understood.text) or _told_besides(draft, step)
    if _first_of_its_type(draft, frame, step) is not step:
        return None
    entity = only_entity(draft.understood.entities, step.type)
    place = _place(draft, step) if step.type == "lokalizacja" else None
    value = place or (plain_json(entity.value) if entity else None)
    if value is None:
        return None
    found = check(draft, step, Read(value))
    return found if isinstance(found, Read) else None


def _place(draft: Draft, step: Step) -> str | None:
    """The location shared, or the place told in passing; a step that takes its town from the opening wants no more."""
    told = None if step.from_opening or draft.understood.command is not None else place_told(draft.understood.text)
    return location_of(draft.understood.attachments) or told


def _told_besides(draft: Draft, step: Step) -> Read | None:
    """What the step's own words say in the message: the option, the yes or the no, the address."""
    if draft.understood.command is not None:
        return None
    text = draft.understood.text
    if step.told_address:
        place = place_told(text, home=True)
        return Read(place) if place and any(character.isdigit() for character in place) else None
    return in_so_many_words(step, text)


def _first_of_its_type(draft: Draft, frame: Frame, step: Step) -> Step | None:
    """A second number plate is somebody else's: only the first step of a type takes a value nobody asked for."""
    steps = draft.flows.flows[frame.flow].collects()
    return next((item for item in steps if item.type == step.type), None)


def _told(draft: Draft, step: Step) -> str | None:
    if draft.understood.command is not None:
        return None
    if step.type == "lokalizacja":
        code = only_entity(draft.understood.entities, "kod_pocztowy")
        return str(code.value) if code else town_in(draft.understood.text)
    return _named_option(draft, step) if step.options else _told_story(draft)


def _named_option(draft: Draft, step: Step) -> str | None:
    """The one option that the message names in full."""
    named = phrases.named_in_full(draft.understood.text, option_words(draft, step))
    return named[0] if len(named) == 1 else None


def _told_story(draft: Draft) -> str | None:
    """The opening message as the description that would be asked for, where it tells enough to be one."""
    text = draft.understood.text
    rest = text
    for entity in draft.understood.entities:
        rest = rest.replace(entity.text, " ") if entity.text else rest
    place = place_told(text)
    rest = rest.replace(place, " ") if place else rest
    telling = _REPORTING.sub(" ", phrases.plain(rest)).split()
    return _GREETING.sub("", text) if len(telling) >= _STORY_WORDS else None


def _take_hour(draft: Draft, frame: Frame) -> None:
    """ "wczoraj ok 17 na A4": straight after a day a number may be an hour that elsewhere would be none."""
    text = draft.understood.text
    days = [text.find(item.text) + len(item.text) for item in draft.understood.entities if item.kind == "data"]
    for end in (*days, *(match.end() for match in _COMING_DAY.finditer(text))):
        found = _HOUR_AFTER_DAY.match(text, end)
        if found is not None:
            _put_hour(draft, frame, found.group(1))


def _put_hour(draft: Draft, frame: Frame, text: str) -> None:
    steps = draft.flows.flows[frame.flow].collects()
    step = next((item for item in steps if item.type == "godzina" and item.slot not in frame.fields), None)
    found = parse_answer("godzina", text, draft.now) if step is not None else None
    if step is not None and isinstance(found, Answer):
        put(draft, frame, step.slot, str(found.value), Source.SAID, draft.understood.text)


def _take_place(draft: Draft, frame: Frame) -> None:
    """The location that was shared before anybody asked for it."""
    steps = draft.flows.flows[frame.flow].collects()
    step = next((step for step in steps if step.type == "lokalizacja"), None)
    if step is not None and draft.state.place is not None:
        if step.slot not in frame.fields:
            put(draft, frame, step.slot, draft.state.place, Source.SAID)
        draft.state.place = None


def _take_photos(draft: Draft, frame: Frame) -> None:
    step = photo_step(draft, frame)
    photos = [*draft.state.photos, *photos_of(draft.understood.attachments)]
    if step is not None and photos:
        add_photos(frame, step, photos, at_step=False, draft=draft)
        draft.state.photos = []
