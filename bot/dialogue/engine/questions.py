"""The customer's reply to each kind of pending question; what is no reply is left to the conversation at large."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue.engine import correcting, phrases, steering
from bot.dialogue.engine.acts import ANSWER_TO_AGENT, HandoffReason
from bot.dialogue.engine.asking import ask_again, ask_which_field, known_value, proceed, standing_question
from bot.dialogue.engine.conversing import QUESTIONS, converse, fall_back, resume, suspend_declined
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import fill, fill_besides
from bot.dialogue.engine.model import Step, StepKind
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.reading import Read, Refused, read, read_text, yes_or_no
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.engine.state import Frame, Pending, Source
from bot.dialogue.engine.turn import Certainty, Purpose

_LOOSE = frozenset({"tekst", "tak_nie", "wybor", "lokalizacja"})
"""Kinds for which almost any words may pass as an answer."""
_BARE = 3
_LONG = 6
"""A reply of more words may be about something else even where a value can be read out of it."""
_MOST_REFUSALS = 3
_ALWAYS = frozenset({Control.PERSON.value, Control.CANCEL.value, "usun_moje_dane"})
_STEERING = frozenset(control.value for control in Control) - {Control.YES.value, Control.NO.value}
_SMALL_TALK = frozenset(
    {"powitanie", "pozegnanie", "podziekowanie", "czy_jestes_botem", "na_ty", "per_pan_pani", "pomoc"}
)


def reply(draft: Draft) -> None:
    """Takes the message as a reply to the pending question."""
    question = draft.state.question
    if question is None:
        _free(draft)
    else:
        _REPLIES[question.kind](draft)


def answer(draft: Draft, step: Step, found: Read) -> None:
    """Stores the answer to the step that was asked, with whatever else the message says, and goes on."""
    frame = draft.frame
    if frame is None:
        return
    fill(draft, frame, step.slot, found.value, found.source, draft.understood.text or None)
    if found.source is not Source.BUTTON and step.type != "tekst":
        fill_besides(draft, frame, step.slot)
    proceed(draft)


def _free(draft: Draft) -> None:
    """Nothing was asked: the intent decides."""
    understood = draft.understood
    if understood.sure and understood.intent and converse(draft, understood.intent):
        return
    fall_back(draft)


def _to_step(draft: Draft) -> None:
    frame, step = draft.frame, draft.step
    if frame is None or step is None or step.kind is not StepKind.COLLECT:
        _free(draft)
    elif step.type == "zdjecia":
        _to_photos(draft, frame, step)
    elif not (_is_aside(draft, step) and _aside(draft)):
        _to_typed(draft, frame, step)


def _to_typed(draft: Draft, frame: Frame, step: Step) -> None:
    if _corrects_another(draft, step) or _explains(draft, step):
        return
    found = read(draft, step)
    if isinstance(found, Read):
        answer(draft, step, found)
    elif found.unsure or phrases.says_none(draft.understood.text) or _declines(draft, step):
        _unsure(draft, frame, step, found)
    elif found.empty and _aside(draft):
        pass
    elif found.empty and fill_besides(draft, frame, step.slot):
        draft.say(Sentence.NOTED, Purpose.INFO)
        proceed(draft, again=True)
    elif found.empty and correcting.correct_stated(draft):
        pass
    elif found.empty and draft.understood.certainty is Certainty.ASK and _worth_asking(draft):
        fall_back(draft)
    else:
        refuse(draft, frame, step, found)


def _corrects_another(draft: Draft, step: Step) -> bool:
    """ "popraw rejestrację" while something else is asked; a mistake told in a free text is part of the story."""
    text = draft.understood.text
    if step.type == "tekst" and not (phrases.orders_correction(text) and phrases.word_count(text) <= _LONG):
        return False
    return phrases.corrects(text) and correcting.correct(draft, insist=phrases.orders_correction(text))


def _declines(draft: Draft, step: Step) -> bool:
    """A bare no to a question that may be left out."""
    short = phrases.word_count(draft.understood.text) <= _BARE
    return step.optional and step.type != "tekst" and short and yes_or_no(draft) is False


def _explains(draft: Draft, step: Step) -> bool:
    """Answers "a po co wam to?" where the words might be taken for an answer."""
    text = draft.understood.text
    if step.type not in _LOOSE or not phrases.asks_back(text) or phrases.word_count(text) > _LONG + 2:
        return False
    steering.explain(draft)
    return True


def _is_aside(draft: Draft, step: Step) -> bool:
    """Whether a sure intent goes before the answer that might also be read out of the message."""
    understood = draft.understood
    intent, words = understood.intent or "", phrases.word_count(understood.text)
    if not understood.sure:
        return False
    asks = phrases.is_question(understood.text)
    if intent in _ALWAYS:
        return step.type != "tekst" or words <= _LONG or asks
    if step.type == "tekst":
        return (asks and (intent.startswith(QUESTIONS) or intent in _STEERING | _SMALL_TALK)) or (
            words <= 3 and intent in _STEERING | _SMALL_TALK
        )
    if intent.startswith(QUESTIONS):
        return asks or words > _LONG or step.type == "lokalizacja"
    if step.type == "lokalizacja" and intent in _SMALL_TALK:
        return True
    return intent in _STEERING and not isinstance(read(draft, step), Read)


def _aside(draft: Draft) -> bool:
    """Follows a sure intent away from the question, if it leads anywhere; yes and no lead nowhere else."""
    understood = draft.understood
    intent = understood.intent
    if not understood.sure or intent is None or intent in (Control.YES.value, Control.NO.value, "poza_zakresem"):
        return False
    return converse(draft, intent)


def _worth_asking(draft: Draft) -> bool:
    """Whether an unsure intent is worth the question "did you mean…" in the middle of a flow; once only."""
    intent, flow = draft.understood.intent or "", draft.flow
    if draft.state.fallbacks or (flow is not None and intent in flow.triggers):
        return False
    return intent.startswith(QUESTIONS) or draft.flows.triggered_by(intent) is not None


def _unsure(draft: Draft, frame: Frame, step: Step, found: Refused) -> None:
    """ "nie wiem": left out where it may be, explained where it may not."""
    if step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
        return
    refuse(draft, frame, step, found)


def refuse(draft: Draft, frame: Frame, step: Step, found: Refused) -> None:
    """Says why the answer was not taken and asks again; the third time in a row somebody else helps."""
    frame.rejected += 1
    if frame.rejected >= _MOST_REFUSALS:
        _give_up(draft, frame, step)
        return
    draft.say(_refusal(draft, step, found), Purpose.REJECT, slots={"slot": step.slot})
    explained = steering.explanation(draft, step)
    if explained and (frame.rejected > 1 or found.unsure):
        draft.say(explained, Purpose.EXPLAIN)
    proceed(draft, again=True)


def _refusal(draft: Draft, step: Step, found: Refused) -> str:
    names = (
        f"utter_reject_{step.slot}_{found.reason}",
        f"utter_reject_{step.type}_{found.reason}",
        f"utter_reject_{step.slot}",
        f"utter_reject_{step.type}",
    )
    return found.utter or draft.first_of(*names) or Sentence.REJECT


def _give_up(draft: Draft, frame: Frame, step: Step) -> None:
    frame.rejected = 0
    if step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
        return
    draft.say(Sentence.FALLBACK_HANDOFF, Purpose.FALLBACK)
    steering.person(draft, HandoffReason.STUCK)


def _to_photos(draft: Draft, frame: Frame, step: Step) -> None:
    text = draft.understood.text
    ended = phrases.says_done(text) or phrases.says_none(text) or phrases.says_unsure(text)
    if draft.understood.sure and draft.understood.intent == Control.NO.value:
        ended = True
    if ended and frame.photos:
        steering.finish_photos(draft, frame, step)
        proceed(draft)
    elif ended and step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
    elif _corrects_another(draft, step) or _aside(draft):
        pass
    elif fill_besides(draft, frame, step.slot):
        draft.say(Sentence.NOTED, Purpose.INFO)
        proceed(draft, again=True)
    else:
        refuse(draft, frame, step, Refused("no_value"))


def _to_known(draft: Draft) -> None:
    """Is the value that the company knows the right one? A value of the kind is a better one."""
    frame, step = draft.frame, draft.step
    if frame is None or step is None:
        _free(draft)
        return
    found = read_text(draft, step, draft.understood.text) if step.type not in ("tekst", "tak_nie") else None
    agreed = yes_or_no(draft)
    if isinstance(found, Read) and step.type != "lokalizacja":
        answer(draft, step, found)
    elif agreed is None:
        _to_typed(draft, frame, step)
    else:
        confirm_known(draft, agreed)


def confirm_known(draft: Draft, agreed: bool) -> None:
    frame, step = draft.frame, draft.step
    known = known_value(draft, frame, step) if frame is not None and step is not None else None
    if frame is None or step is None:
        return
    if agreed and known is not None:
        fill(draft, frame, step.slot, known["value"], Source.CRM)
        proceed(draft)
        return
    frame.declined.append(step.slot)
    proceed(draft)


def _to_summary(draft: Draft) -> None:
    frame, text = draft.frame, draft.understood.text
    if frame is None:
        _free(draft)
        return
    if phrases.is_question(text) and str(draft.understood.intent).startswith(QUESTIONS) and _aside(draft):
        return
    correcting_words = phrases.corrects(text) or draft.understood.intent == Control.CORRECT.value
    agreed = yes_or_no(draft)
    if correcting_words and correcting.correct(draft):
        return
    if agreed is True and phrases.word_count(text) <= _LONG:
        frame.confirmed = True
        proceed(draft)
    elif agreed is False:
        correcting.correct(draft)
    elif correcting.correct(draft, insist=False) or _aside(draft):
        pass
    else:
        draft.say(Sentence.NOT_AN_ANSWER, Purpose.REJECT)
        ask_again(draft)


def _to_which_field(draft: Draft) -> None:
    frame = draft.frame
    if frame is None:
        _free(draft)
    elif correcting.correct(draft, insist=False):
        pass
    elif yes_or_no(draft) is False:
        proceed(draft, again=True)
    elif not _aside(draft):
        draft.say(Sentence.CANNOT_CORRECT, Purpose.INFO)
        ask_which_field(draft)


def _to_cancel(draft: Draft) -> None:
    agreed = yes_or_no(draft)
    if agreed is None:
        # Neither yes nor no: whoever goes on answering does not want to stop.
        draft.state.question = standing_question(draft)
        reply(draft)
    else:
        decide_cancel(draft, agreed)


def decide_cancel(draft: Draft, agreed: bool) -> None:
    if agreed:
        steering.leave_flow(draft)
        return
    draft.say(Sentence.NOT_CANCELLED, Purpose.INFO)
    proceed(draft, again=True)


def _to_resume(draft: Draft) -> None:
    agreed = yes_or_no(draft)
    if agreed is None:
        draft.state.question = standing_question(draft)
        reply(draft)
    else:
        decide_resume(draft, agreed)


def decide_resume(draft: Draft, agreed: bool) -> None:
    """Goes on with the unfinished flow or lets it go; asked for anew, it starts from the beginning."""
    question = draft.state.question
    flow = question.flow if question is not None else None
    if flow is None:
        _free(draft)
    elif agreed:
        resume(draft, flow)
    else:
        suspend_declined(draft, flow)


def _to_person(draft: Draft) -> None:
    """ "Czy wolisz człowieka?": in a flow the buttons are "konsultant" and "dokończmy", so yes means go on."""
    agreed = yes_or_no(draft)
    if draft.frame is not None:
        draft.state.question = standing_question(draft)
        if agreed is None:
            reply(draft)
        else:
            proceed(draft, again=True)
    elif agreed is True:
        steering.person(draft, HandoffReason.ANGER)
    else:
        draft.state.question = None
        _free(draft)


def _to_choice(draft: Draft) -> None:
    """After "did you mean one of these?" a yes takes the one that was offered."""
    question = draft.state.question
    only = question.slot if question is not None else None
    draft.state.question = None
    if only and yes_or_no(draft) is True and converse(draft, only):
        return
    _free(draft)


def _to_snippet(draft: Draft) -> None:
    """An agent's one question: the answer goes to the agent, who keeps the conversation."""
    question = draft.state.question
    slot = question.slot if question is not None else None
    step = next((flow.collect_of(slot) for flow in draft.flows.flows.values() if slot and flow.collect_of(slot)), None)
    found = read(draft, step) if step is not None else Read(draft.understood.text)
    if isinstance(found, Refused) and draft.frame is not None and step is not None:
        refuse(draft, draft.frame, step, found)
        return
    if isinstance(found, Refused):
        ask_again(draft)
        return
    if draft.frame is not None and draft.flow is not None and slot and draft.flow.collect_of(slot):
        fill(draft, draft.frame, slot, found.value, found.source, draft.understood.text)
    draft.say(Sentence.NOTED, Purpose.INFO)
    draft.act(ANSWER_TO_AGENT, {"slot": slot, "value": found.value})
    draft.state.question, draft.state.handed = None, True


_REPLIES: dict[Pending, Callable[[Draft], None]] = {
    Pending.STEP: _to_step,
    Pending.KNOWN: _to_known,
    Pending.SUMMARY: _to_summary,
    Pending.WHICH_FIELD: _to_which_field,
    Pending.CANCEL: _to_cancel,
    Pending.RESUME: _to_resume,
    Pending.PERSON: _to_person,
    Pending.CHOICE: _to_choice,
    Pending.SNIPPET: _to_snippet,
}
