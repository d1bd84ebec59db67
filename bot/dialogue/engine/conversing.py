"""What an intent leads to when it is no answer: a question answered, a flow started, small talk, a fallback."""

from __future__ import annotations

import re

from bot.dialogue.engine import phrases, steering
from bot.dialogue.engine.acts import HANDOFF, REMEMBER_ADDRESS, HandoffReason
from bot.dialogue.engine.asking import ask_again, offer_to_go_on, proceed, silent_for_long
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import fill_besides, fill_opening
from bot.dialogue.engine.model import Flow
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.sentences import Extra, Sentence
from bot.dialogue.engine.state import Frame, Pending, Question
from bot.dialogue.engine.turn import Option, Purpose
from bot.dialogue.grievances import grievance

QUESTIONS = "faq/"
"""Prefix of the intents that are answered by one text and change nothing."""
_ADDRESS = {"na_ty": "ty", "per_pan_pani": "pan_pani"}
_CALLED = r"\b(?:mow\w*|zwrac\w*|pis(?:ac|z|zcie)|per|jestem|form[aey]?|tytul\w*)(?: (?!prosze)\w+){0,3}? "
_NAMED = {
    "pan": re.compile(_CALLED + r"(?:pan|panem|mezczyzna|facetem)\b"),
    "pani": re.compile(_CALLED + r"(?:pani|pania|kobieta|dziewczyna)\b"),
    "panstwo": re.compile(_CALLED + r"(?:panstwo|panstwa)\b"),
}
_UNNAMED = re.compile(r"\b(?:zaden|zadna|jak(?:i|a) z|nie (?:jestem|mow\w*|pisz\w*|per|zwrac\w*))\b")
NEVER_OFFERED = frozenset(
    {control.value for control in Control}
    | {"powitanie", "pozegnanie", "podziekowanie", "frustracja", "poza_zakresem", "na_ty", "per_pan_pani", "zdarzenie"}
)
_MOST_OFFERS = 3
_LEAST_CONFIDENCE = 0.05
_MOST_OPEN = 3


def converse(draft: Draft, intent: str) -> bool:
    """Does what `intent` is for; False where it is for nothing that this assistant knows."""
    flow = draft.flows.triggered_by(intent)
    if flow is not None:
        start(draft, flow)
    elif intent in _CONTROLS and steering.steer(draft, Control(intent)):
        pass
    elif intent in _SPECIAL:
        _SPECIAL[intent](draft)
    elif f"utter_{intent}" in draft.flows.responses:
        draft.say_in_place(f"utter_{intent}", _purpose(intent))
        ask_again(draft)
    else:
        return False
    return True


def start(draft: Draft, flow: Flow) -> None:
    """Starts `flow`, or goes on with it where it is already open, below another, or was left unfinished."""
    state, top = draft.state, draft.frame
    if top is not None and top.flow == flow.name:
        if not fill_besides(draft, top):
            draft.say(Sentence.ALREADY_IN_FLOW, Purpose.INFO)
        proceed(draft, again=True)
        return
    below = next((frame for frame in state.stack if frame.flow == flow.name), None)
    if below is not None:
        state.stack.remove(below)
        state.stack.append(below)
        draft.say(Sentence.RETURN_TO, Purpose.INFO, slots={"flow": flow.name})
        proceed(draft, again=True)
    elif any(frame.flow == flow.name for frame in state.suspended):
        offer_resumption(draft, flow.name)
    else:
        begin(draft, flow)


def begin(draft: Draft, flow: Flow) -> None:
    """A new round of `flow` on top of what is open, filled with what the opening message says."""
    if draft.frame is not None:
        draft.say(Sentence.INTERRUPTED_BY, Purpose.INFO, slots={"flow": draft.frame.flow, "nowa": flow.name})
    _make_room(draft)
    frame = Frame(flow.name)
    draft.state.stack.append(frame)
    _regret(draft, flow)
    opening = draft.first_of(f"utter_start_{flow.name}")
    if opening:
        draft.say(opening, Purpose.INFO)
    fill_opening(draft, frame)
    first = draft.flows.flows[flow.name].steps[flow.first]
    # The first question is also the first word to somebody in trouble; where it is not asked, another must be said.
    noted = draft.first_of(f"utter_noted_{flow.name}") if first.slot in frame.fields else None
    if noted:
        draft.say(noted, Purpose.INFO)
    proceed(draft)


def _regret(draft: Draft, flow: Flow) -> None:
    """Whoever begins by complaining ("miesiąc czekam i cisza") is not met with a bare question."""
    sorry = draft.first_of(f"utter_przykro_{flow.name}")
    found = grievance(draft.understood.text) if sorry and draft.understood.command is None else None
    if sorry and found is not None and not found.is_threat:
        draft.say(sorry, Purpose.INFO)


def offer_resumption(draft: Draft, flow: str) -> None:
    slots = {"flow": flow}
    draft.ask(Question(Pending.RESUME, flow=flow), Sentence.RESUME_OFFER, Purpose.CONFIRM, slots=slots)


def resume(draft: Draft, flow: str) -> None:
    """Goes on with an unfinished flow: from those put aside, or the one that has been open all along."""
    state = draft.state
    frame = next((item for item in state.suspended if item.flow == flow), None)
    if frame is not None:
        state.suspended.remove(frame)
        frame.paused = False
        _make_room(draft)
        state.stack.append(frame)
    if frame is None and not any(item.flow == flow for item in state.stack):
        draft.say(Sentence.STALE_BUTTON, Purpose.INFO)
    else:
        rows = draft.rows(next(item for item in state.stack if item.flow == flow))
        draft.say(Sentence.RESUMED, Purpose.INFO, slots={"flow": flow, "wiersze": rows})
    proceed(draft, again=True)


def suspend_declined(draft: Draft, flow: str) -> None:
    """Not now: an open flow is put aside, one put aside before is dropped."""
    state = draft.state
    if draft.frame is not None and draft.frame.flow == flow:
        steering.suspend_top(draft)
    else:
        state.suspended = [frame for frame in state.suspended if frame.flow != flow]
    state.question = None
    draft.say(Sentence.RESUME_DECLINED, Purpose.INFO)
    if draft.frame is not None:
        proceed(draft, again=True)


def still_here(draft: Draft) -> bool:
    """Asks a customer who is back whether to go on with what is unfinished; False where nothing is."""
    frame = draft.frame
    if frame is not None:
        offer_to_go_on(draft, frame.flow)
        return True
    if draft.state.suspended:
        offer_resumption(draft, draft.state.suspended[-1].flow)
        return True
    return False


def fall_back(draft: Draft) -> None:
    """Offers the likely meanings and a person; the second time in a row a person takes over."""
    draft.state.fallbacks += 1
    if draft.state.fallbacks > 1:
        draft.say(Sentence.FALLBACK_HANDOFF, Purpose.FALLBACK)
        steering.person(draft, HandoffReason.NOT_UNDERSTOOD)
        return
    likely = likely_meanings(draft)
    name = Sentence.FALLBACK if likely else Sentence.FALLBACK_NO_IDEA
    options = [Option({"kind": "intent", "intent": intent}, title_key=f"intent_titles.{intent}") for intent in likely]
    if likely or name not in draft.flows.buttoned:
        options.append(Option({"kind": "control", "control": Control.PERSON.value}, title_key="titles.konsultant"))
    only = likely[0] if len(likely) == 1 else None
    keep = draft.state.question if draft.frame is not None else Question(Pending.CHOICE, slot=only)
    draft.say(name, Purpose.FALLBACK, options=tuple(options))
    draft.state.question = keep


def likely_meanings(draft: Draft) -> list[str]:
    """The two or three intents that the message most likely means, of those that can be offered."""
    offered = [
        intent
        for intent, confidence in draft.understood.ranking
        if confidence >= _LEAST_CONFIDENCE and _can_offer(draft, intent)
    ]
    return offered[:_MOST_OFFERS]


def _can_offer(draft: Draft, intent: str) -> bool:
    if intent in NEVER_OFFERED:
        return False
    return draft.flows.triggered_by(intent) is not None or f"utter_{intent}" in draft.flows.responses


def _greet(draft: Draft) -> None:
    """A greeting after a long silence is met with what was left unfinished."""
    unfinished = draft.frame is not None or bool(draft.state.suspended)
    if unfinished and (draft.frame is None or silent_for_long(draft)):
        variant = draft.first_of(f"{Sentence.GREETING}_w_trakcie") or Sentence.GREETING
        draft.say(variant, Purpose.ANSWER)
        still_here(draft)
        return
    if draft.frame is not None:
        draft.say_in_place(Sentence.GREETING, Purpose.ANSWER)
        ask_again(draft)
        return
    first = None if draft.state.introduced else draft.first_of(Extra.GREETING_FIRST)
    again = draft.first_of(Extra.GREETING_AGAIN) if silent_for_long(draft) else None
    draft.state.introduced = draft.state.introduced or first is not None
    draft.say(first or again or Sentence.GREETING, Purpose.ANSWER)
    draft.state.question = None


def _address(draft: Draft) -> None:
    intent = draft.understood.intent if draft.understood.intent in _ADDRESS else None
    wish = _wish_named(draft.understood.text) if intent == "per_pan_pani" else _ADDRESS[intent or "per_pan_pani"]
    draft.act(REMEMBER_ADDRESS, {"zwrot": wish})
    draft.say(f"utter_{intent or 'per_pan_pani'}", Purpose.ANSWER)
    ask_again(draft)


def _wish_named(text: str) -> str:
    """ "proszę mówić do mnie pani": the one form of address that is asked for by its name, else the formal one."""
    words = phrases.plain(text)
    named = {wish for wish, pattern in _NAMED.items() if pattern.search(words)}
    return named.pop() if len(named) == 1 and not _UNNAMED.search(words) else _ADDRESS["per_pan_pani"]


def soothe(draft: Draft) -> None:
    """Anger is answered once with an apology and the offer of a person; the second time the person comes."""
    draft.state.frustrations += 1
    if draft.state.frustrations > 1:
        draft.state.frustrations = 0
        args = {"reason": HandoffReason.ANGER.value}
        draft.act(HANDOFF, {**args, "department": draft.flow.department} if draft.flow else args)
        return
    draft.say_in_place(Sentence.FRUSTRATION, Purpose.ANSWER)
    draft.state.question = Question(Pending.PERSON, flow=draft.frame.flow if draft.frame else None)


def _part(draft: Draft) -> None:
    """Goodbye: what is open is kept for later, and no question follows."""
    steering.pause(draft)
    if "utter_pozegnanie" in draft.flows.responses:
        draft.say("utter_pozegnanie", Purpose.INFO)


def _agree(draft: Draft) -> None:
    """A yes or a no to which nothing was asked."""
    intent = draft.understood.intent
    if draft.state.question is None and f"utter_{intent}" in draft.flows.responses:
        draft.say(f"utter_{intent}", Purpose.INFO)
        return
    draft.say(Sentence.NOT_AN_ANSWER, Purpose.REJECT)
    ask_again(draft)


def _out_of_scope(draft: Draft) -> None:
    draft.say_in_place("utter_poza_zakresem", Purpose.ANSWER)
    ask_again(draft)


def _make_room(draft: Draft) -> None:
    """Nobody remembers more than three open matters: the oldest is put aside, to be offered again."""
    while len(draft.state.stack) >= _MOST_OPEN:
        draft.state.suspended.append(draft.state.stack.pop(0))


def _purpose(intent: str) -> Purpose:
    return Purpose.ANSWER if intent.startswith(QUESTIONS) else Purpose.INFO


_CONTROLS = frozenset(control.value for control in Control)
_SPECIAL = {
    "powitanie": _greet,
    "frustracja": soothe,
    "pozegnanie": _part,
    "na_ty": _address,
    "per_pan_pani": _address,
    "potwierdzenie": _agree,
    "zaprzeczenie": _agree,
    "poza_zakresem": _out_of_scope,
}
