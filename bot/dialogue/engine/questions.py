"""The customer's reply to each kind of pending question; what is no reply is left to the conversation at large."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue.engine import correcting, leaving, phrases, steering
from bot.dialogue.engine.acts import ANSWER_TO_AGENT, HandoffReason
from bot.dialogue.engine.answering import answer, refuse, reply_to_step, reply_to_typed
from bot.dialogue.engine.asides import LONG, follow_aside, take_freely
from bot.dialogue.engine.asking import ask_again, ask_which_field, known_value, proceed, standing_question
from bot.dialogue.engine.conversing import QUESTIONS, converse, resume, soothe, suspend_declined
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import fill
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.reading import Read, Refused, read, read_text, yes_or_no
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.engine.state import Pending, Source
from bot.dialogue.engine.turn import Purpose


def reply(draft: Draft) -> None:
    """Takes the message as a reply to the pending question."""
    question = draft.state.question
    if question is None:
        take_freely(draft)
    elif _threatens(draft):
        soothe(draft)
    else:
        _REPLIES[question.kind](draft)


def _threatens(draft: Draft) -> bool:
    """Whether a regulator, a court or the press is threatened with, where no story is being told."""
    step, understood = draft.step, draft.understood
    angry = understood.sure and understood.intent == "frustracja"
    telling = step is not None and step.type == "tekst" and not step.sensitive and not angry
    asks = understood.sure and str(understood.intent).startswith((QUESTIONS, Control.PERSON.value))
    return draft.frame is not None and not telling and not asks and leaving.threatens(understood.text)


def _to_known(draft: Draft) -> None:
    """Is the value that the company knows the right one? A value of the kind is a better one."""
    frame, step = draft.frame, draft.step
    if frame is None or step is None:
        take_freely(draft)
        return
    found = read_text(draft, step, draft.understood.text) if step.type not in ("tekst", "tak_nie") else None
    agreed = yes_or_no(draft)
    if isinstance(found, Read) and step.type != "lokalizacja":
        answer(draft, step, found)
    elif agreed is None:
        reply_to_typed(draft, frame, step)
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
        take_freely(draft)
        return
    if phrases.is_question(text) and str(draft.understood.intent).startswith(QUESTIONS) and follow_aside(draft):
        return
    correcting_words = phrases.corrects(text) or draft.understood.intent == Control.CORRECT.value
    agreed = yes_or_no(draft)
    if correcting_words and correcting.correct(draft):
        return
    # "tak, ale telefon 600…" agrees to the summary as it will be.
    if agreed is True and correcting.correct_stated(draft, named_only=False):
        return
    if agreed is True and phrases.word_count(text) <= LONG:
        frame.confirmed = True
        proceed(draft)
    elif agreed is False:
        correcting.correct(draft)
    elif correcting.correct(draft, insist=False) or follow_aside(draft):
        pass
    else:
        draft.say(Sentence.NOT_AN_ANSWER, Purpose.REJECT)
        ask_again(draft)


def _to_which_field(draft: Draft) -> None:
    frame = draft.frame
    if frame is None:
        take_freely(draft)
    elif correcting.correct(draft, insist=False):
        pass
    elif yes_or_no(draft) is False:
        proceed(draft, again=True)
    elif not follow_aside(draft):
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
        take_freely(draft)
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
        take_freely(draft)


def _to_choice(draft: Draft) -> None:
    """After "did you mean one of these?" a yes takes the one that was offered."""
    question = draft.state.question
    only = question.slot if question is not None else None
    draft.state.question = None
    if only and yes_or_no(draft) is True and converse(draft, only):
        return
    take_freely(draft)


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
    Pending.STEP: reply_to_step,
    Pending.KNOWN: _to_known,
    Pending.SUMMARY: _to_summary,
    Pending.WHICH_FIELD: _to_which_field,
    Pending.CANCEL: _to_cancel,
    Pending.RESUME: _to_resume,
    Pending.PERSON: _to_person,
    Pending.CHOICE: _to_choice,
    Pending.SNIPPET: _to_snippet,
}
