"""Names that flows and the engine ask of the texts and of the examples; the wording is checked elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.dialogue.answers import Kind, Reason
from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowfiles import FlowSource
from bot.dialogue.engine.asking import TITLED
from bot.dialogue.engine.conversing import NEVER_OFFERED
from bot.dialogue.engine.sentences import Sentence

_FIELDS_FILE = "locales/pl/pola.yml"
_STEERING_FILE = "locales/pl/sterowanie.yml"
_FORM = re.compile(r"\bfields\[\w+\]\.(\w+)")
_CASE = re.compile(r"\bflow_names\[\w+\]\.(\w+)")
_REFUSAL = re.compile(rf"^utter_reject_({'|'.join(kind.value for kind in Kind)})_(\w+)$")


def check_names(content: Content) -> list[Fault]:
    """Texts, labels and examples that something asks for and that nobody wrote."""
    faults = [*_engine_texts(content), *_titles(content), *_intent_texts(content), *_refusals(content)]
    faults += _unasked(content)
    for flow in content.flows.flows.values():
        faults += [*_questions(flow, content), *_said(flow, content), *_labels(flow, content)]
        faults += _triggers(flow, content)
    return faults


def _engine_texts(content: Content) -> Iterator[Fault]:
    for sentence in Sentence:
        if sentence.value not in content.locale.responses:
            what = f"brakuje tekstu „{sentence.value}”, który asystent mówi sam z siebie."
            yield Fault(_STEERING_FILE, 1, what, "Dopisz go w sekcji responses.")


def _titles(content: Content) -> Iterator[Fault]:
    """Words on buttons that are made in the course of a conversation."""
    for title in (control.value for control in TITLED):
        if title not in content.locale.section("titles"):
            yield Fault(_FIELDS_FILE, 1, f"przycisk „{title}” nie ma napisu.", "Dopisz go w sekcji titles.")
    started = {intent for flow in content.flows.flows.values() for intent in flow.triggers()}
    for intent, places in content.nlu.places.items():
        answered = f"utter_{intent}" in content.locale.responses
        offered = (answered or intent in started) and intent not in NEVER_OFFERED
        if offered and intent not in content.locale.section("intent_titles"):
            what = f"intencja „{intent}” nie ma napisu na przycisk podpowiedzi."
            yield Fault(*places[0], what, f"Dopisz go w {_FIELDS_FILE}, w sekcji intent_titles.")


def _intent_texts(content: Content) -> Iterator[Fault]:
    for intent, places in content.nlu.places.items():
        if intent.startswith("faq/") and f"utter_{intent}" not in content.locale.responses:
            file, line = places[0]
            what = f"pytanie „{intent}” nie ma odpowiedzi."
            yield Fault(file, line, what, f"Dopisz w locales/pl/pytania.yml tekst utter_{intent}.")


def _unasked(content: Content) -> Iterator[Fault]:
    """An answer to a question that has no examples is never given."""
    for name in content.locale.responses:
        intent = name.removeprefix("utter_")
        if intent.startswith("faq/") and intent not in content.nlu.places:
            what = f"na pytanie „{intent}” jest odpowiedź, a nie ma przykładów, jak o to pytają klienci."
            yield Fault(*content.locale.places[name], what, f"Dopisz w nlu_data blok „- intent: {intent}”.")


def _refusals(content: Content) -> Iterator[Fault]:
    reasons = [reason.value for reason in Reason]
    for name, (file, line) in content.locale.places.items():
        found = _REFUSAL.match(name)
        asked = {step["slot"] for flow in content.flows.flows.values() for step in flow.steps if "slot" in step}
        own = any(name.startswith(f"utter_reject_{slot}") for slot in asked)
        if found and not own and found.group(2) not in reasons:
            what = f"tekst „{name}” nigdy nie padnie: nie ma powodu „{found.group(2)}”."
            yield Fault(file, line, what, f"Powody odrzucenia: {', '.join(reasons)}.")


def _questions(flow: FlowSource, content: Content) -> Iterator[Fault]:
    known = content.locale.responses
    for step in flow.steps:
        if step["kind"] != "collect":
            continue
        slot = step["slot"]
        names = [step.get("utter", f"utter_ask_{slot}"), f"utter_ask_{flow.name}_{slot}"]
        if not any(name in known for name in names):
            what = f"krok „{step['id']}” nie ma pytania."
            yield Fault(flow.file, flow.step_line(step), what, f"Dopisz w locales/pl tekst utter_ask_{slot}.")
        for rejection in step["rejections"]:
            if rejection["utter"] not in known:
                what = f"nie ma tekstu „{rejection['utter']}”."
                yield Fault(flow.file, flow.step_line(step), what, "Dopisz go w locales/pl.")


def _said(flow: FlowSource, content: Content) -> Iterator[Fault]:
    for step in flow.steps:
        if step["kind"] == "say" and step["action"] not in content.locale.responses:
            what = f"nie ma tekstu „{step['action']}”."
            yield Fault(flow.file, flow.step_line(step), what, "Dopisz go w locales/pl albo popraw nazwę.")


def _labels(flow: FlowSource, content: Content) -> Iterator[Fault]:
    fields, options = content.locale.section("fields"), content.locale.section("options")
    names = content.locale.section("flow_names").get(flow.name) or {}
    if not names:
        what = f"sprawa „{flow.name}” nie ma nazwy dla klienta."
        remedy = f"Dopisz ją w {_FIELDS_FILE}, w sekcji flow_names: {flow.name}: {{M: …, D: …, B: …}} i tak dalej."
        yield Fault(flow.file, flow.line(), what, remedy)
    elif lacking := [case for case in sorted(_asked_for(_CASE, content)) if not names.get(case)]:
        what = f"nazwa sprawy „{flow.name}” nie ma przypadków: {', '.join(lacking)}."
        yield Fault(flow.file, flow.line(), what, f"Dopisz je w {_FIELDS_FILE}, w sekcji flow_names, przy tej sprawie.")
    for step in flow.steps:
        if step["kind"] == "collect" and step["slot"] not in fields:
            what = f"pole „{step['slot']}” nie ma nazwy dla klienta."
            form = f"{step['slot']}: {{label: …, dopelniacz: …, biernik: …, przycisk: …}}"
            remedy = f"Dopisz ją w {_FIELDS_FILE}, w sekcji fields: {form}"
            yield Fault(flow.file, flow.step_line(step), what, remedy)
        elif step["kind"] == "collect":
            yield from _forms(flow, step, content)
        for option in step.get("options", ()):
            if option not in (options.get(step["slot"]) or {}):
                what = f"odpowiedź „{option}” pola „{step['slot']}” nie ma nazwy dla klienta."
                remedy = f"Dopisz ją w {_FIELDS_FILE}: options, {step['slot']}."
                yield Fault(flow.file, flow.step_line(step), what, remedy)


def _asked_for(pattern: re.Pattern[str], content: Content) -> set[str]:
    """The forms of a name that the texts speak of."""
    texts = (str(variant.get("text", "")) for said in content.locale.responses.values() for variant in said)
    return {form for text in texts for form in pattern.findall(text)}


def _forms(flow: FlowSource, step: dict[str, Any], content: Content) -> Iterator[Fault]:
    """The forms of a field's name that sentences and buttons ask for; without one such a sentence cannot be said."""
    names = content.locale.section("fields")[step["slot"]] or {}
    lacking = [form for form in sorted({"przycisk", *_asked_for(_FORM, content)}) if not names.get(form)]
    if lacking:
        what = f"pole „{step['slot']}” nie ma: {', '.join(lacking)}."
        yield Fault(flow.file, flow.step_line(step), what, f"Dopisz w {_FIELDS_FILE}, przy tym polu.")


def _triggers(flow: FlowSource, content: Content) -> Iterator[Fault]:
    for index, intent in enumerate(flow.triggers()):
        if intent not in content.nlu.places:
            what = f"intencja „{intent}” nie ma przykładów."
            line = flow.line("nlu_trigger", index, "intent")
            yield Fault(
                flow.file, line, what, "Dopisz w nlu_data co najmniej czterdzieści przykładów, jak piszą ludzie."
            )
