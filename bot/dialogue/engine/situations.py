"""Messages that are no sentence: photos, recordings, stickers, emoji, nothing at all, another language."""

from __future__ import annotations

import re

from bot.dialogue.engine import phrases
from bot.dialogue.engine.asking import ask_again, proceed
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import add_photos, fill_besides, photo_step
from bot.dialogue.engine.foreign import is_foreign, is_wordless
from bot.dialogue.engine.model import Flow, Step
from bot.dialogue.engine.reading import location_of, photos_of
from bot.dialogue.engine.sentences import Extra, Sentence
from bot.dialogue.engine.state import Pending
from bot.dialogue.engine.turn import Purpose

NO_TEXT = "[zalacznik]"
"""What the worker sends as the text of a message that has attachments only."""
_SENSITIVE = frozenset({"pesel", "nr_konta"})
_LONGEST = 1500
_LINK = re.compile(r"^\s*(https?://|www\.)\S+\s*$", re.IGNORECASE)


def take_attachments(draft: Draft) -> bool:
    """Deals with what came attached; True where the turn is thereby answered."""
    attachments = draft.understood.attachments
    has_text = draft.understood.text.strip() not in ("", NO_TEXT)
    if not attachments:
        return False
    photos = photos_of(attachments)
    if photos:
        return _take_photos(draft, photos, has_text)
    if location_of(attachments) is not None:
        return _take_location(draft, has_text)
    if has_text:
        return False
    kinds = {str(item.get("type")) for item in attachments}
    draft.say_in_place(Sentence.VOICE if "audio" in kinds else Sentence.STICKER, Purpose.ANSWER)
    ask_again(draft)
    return True


def take_odd_text(draft: Draft) -> bool:
    """Answers a text in which there is nothing to understand; True where it was one."""
    text = draft.understood.text
    step = draft.step
    if draft.understood.sure and draft.understood.intent == "frustracja" and is_wordless(text):
        return False  # an angry face is understood
    sentence = odd_sentence(text, draft.understood.sure, free_text=step is not None and step.type == "tekst")
    if sentence is None:
        return False
    draft.say_in_place(sentence, Purpose.ANSWER)
    ask_again(draft)
    return True


def warn_of_sensitive(draft: Draft, flow: Flow | None) -> None:
    """Says that a PESEL or an account number is not wanted here, where the flow that was open asks for none."""
    wanted = {step.type for step in flow.collects()} if flow is not None else set()
    told = {item.kind for item in draft.understood.entities} & _SENSITIVE - wanted
    answered = flow is not None and any(step.sensitive and step.type == "tekst" for step in flow.collects())
    if told and not answered and Extra.SENSITIVE in draft.flows.responses:
        draft.say_first(Extra.SENSITIVE)


def odd_sentence(text: str, understood: bool, free_text: bool = False) -> Sentence | None:
    """What to say to a text that is empty, endless, a link, emoji only or not Polish."""
    if text.strip() in ("", NO_TEXT):
        return Sentence.EMPTY
    if is_wordless(text):
        return Sentence.EMOJI
    if free_text:
        return None
    if len(text) > _LONGEST:
        return Sentence.TOO_LONG
    if _LINK.match(text):
        return Sentence.LINK
    if is_foreign(text, understood):
        return Sentence.OTHER_LANGUAGE
    return None


def _take_photos(draft: Draft, photos: list[str], has_text: bool) -> bool:
    frame = draft.frame
    step = photo_step(draft, frame) if frame is not None else None
    if frame is None or step is None:
        draft.state.photos = [*draft.state.photos, *photos]
        if has_text:
            return False
        draft.say(_kept_for_later(draft), Purpose.INFO)
        ask_again(draft)
        return True
    return _add(draft, step, photos, has_text)


def _add(draft: Draft, step: Step, photos: list[str], has_text: bool) -> bool:
    frame, question = draft.frame, draft.state.question
    if frame is None:
        return False
    asked = question is not None and question.kind is Pending.STEP and question.slot == step.slot
    if not add_photos(frame, step, photos, at_step=asked, draft=draft):
        limit = len(frame.photos if asked else frame.fields[step.slot].value)
        draft.say(Sentence.PHOTO_LIMIT, Purpose.INFO, slots={"liczba": limit})
    if has_text and not (asked and not phrases.says_done(draft.understood.text)):
        return False
    if asked:
        draft.ask(question, Sentence.PHOTO_COUNT, slots={"liczba": len(frame.photos)}, step=step.slot)  # type: ignore[arg-type]
        return True
    draft.say(Sentence.PHOTO_KEPT, Purpose.INFO)
    ask_again(draft)
    return True


def _take_location(draft: Draft, has_text: bool) -> bool:
    frame, step = draft.frame, draft.step
    if has_text or (step is not None and step.type == "lokalizacja"):
        return False
    if frame is not None and fill_besides(draft, frame):
        draft.say(Sentence.NOTED, Purpose.INFO)
        proceed(draft, again=True)
        return True
    draft.state.place = location_of(draft.understood.attachments)
    draft.say_in_place(Sentence.LOCATION, Purpose.ANSWER)
    ask_again(draft)
    return True


def _kept_for_later(draft: Draft) -> Sentence:
    kinds = {str(item.get("type")) for item in draft.understood.attachments}
    if "image" in kinds:
        return Sentence.PHOTO
    return Sentence.VIDEO if "video" in kinds else Sentence.FILE
