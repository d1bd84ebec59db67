"""Messages that lead away from the pending question: which of them go before an answer, and where they lead."""

from __future__ import annotations

from bot.dialogue.engine import leaving, phrases
from bot.dialogue.engine.conversing import QUESTIONS, converse, fall_back
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.reading import Read, read
from bot.dialogue.engine.whereabouts import names_place

LONG = 6
"""A reply of more words may be about something else even where a value can be read out of it."""
_LONG_WISH = 9
"""A longer text that begins with a wish goes on to tell something."""
_SWEARING = 2
_ALWAYS = frozenset({Control.PERSON.value, Control.CANCEL.value, "usun_moje_dane"})
_STEERING = frozenset(control.value for control in Control) - {Control.YES.value, Control.NO.value}
_SMALL_TALK = frozenset(
    {"powitanie", "pozegnanie", "podziekowanie", "czy_jestes_botem", "na_ty", "per_pan_pani", "pomoc"}
)


def goes_first(draft: Draft, step: Step) -> bool:
    """Whether a sure intent goes before the answer that might also be read out of the message."""
    understood = draft.understood
    intent, words = understood.intent or "", phrases.word_count(understood.text)
    if not understood.sure or phrases.says_unsure(understood.text):
        return False
    if step.careful and isinstance(read(draft, step), Read):
        return False
    asks = phrases.is_question(understood.text)
    if intent in _ALWAYS:
        return step.type != "tekst" or words <= LONG or asks
    if begins_another(draft, step) or _is_angry(intent, step, words):
        return True
    if step.type == "tekst":
        return _leaves_a_story(intent, understood.text, words)
    if intent.startswith(QUESTIONS):
        # "koło domu" has the word for a wheel in it, which the classifier knows from breakdowns.
        return asks or words > LONG or (step.type == "lokalizacja" and not names_place(understood.text))
    if step.type == "lokalizacja" and intent in _SMALL_TALK:
        return True
    return intent in _STEERING and not isinstance(read(draft, step), Read)


def begins_another(draft: Draft, step: Step) -> bool:
    """Whether the message asks for another matter, where its words would pass for an answer.

    Whoever tells a story uses the words of other matters ("nie wypłacili mi odszkodowania"), so in a free text it
    takes a wish in so many words: "chcę złożyć reklamację".
    """
    text = draft.understood.text
    flow = draft.flows.triggered_by(draft.understood.intent or "")
    if flow is None or flow is draft.flow or (step.options and isinstance(read(draft, step), Read)):
        return False
    wished = phrases.wants_something_done(text) or phrases.is_asking(text)
    return wished and phrases.word_count(text) <= (_LONG_WISH if step.type == "tekst" else 2 * _LONG_WISH)


def _is_angry(intent: str, step: Step, words: int) -> bool:
    """ "mam was dosyć" is no yes; a swear word beside a yes takes nothing from it."""
    return intent == "frustracja" and step.type != "tekst" and words > _SWEARING


def _leaves_a_story(intent: str, text: str, words: int) -> bool:
    if intent.startswith(QUESTIONS):
        return phrases.is_question(text) or (phrases.is_asking(text) and words <= _LONG_WISH)
    return intent in _STEERING | _SMALL_TALK and (phrases.is_question(text) or words <= 3)


def follow_aside(draft: Draft) -> bool:
    """Follows a sure intent away from the question, if it leads anywhere; yes and no lead nowhere else."""
    understood = draft.understood
    intent = understood.intent
    if not understood.sure or intent is None or intent in (Control.YES.value, Control.NO.value, "poza_zakresem"):
        return False
    if intent == "pozegnanie" and not leaving.parts(understood.text):
        return False  # "od poniedziałku" has the words of a goodbye
    return converse(draft, intent)


def is_worth_asking(draft: Draft) -> bool:
    """Whether an unsure intent is worth the question "did you mean…" in the middle of a flow; once only."""
    intent, flow = draft.understood.intent or "", draft.flow
    if draft.state.fallbacks or (flow is not None and intent in flow.triggers):
        return False
    return intent.startswith(QUESTIONS) or draft.flows.triggered_by(intent) is not None


def take_freely(draft: Draft) -> None:
    """Nothing was asked: the intent decides."""
    understood = draft.understood
    if understood.sure and understood.intent and converse(draft, understood.intent):
        return
    fall_back(draft)
