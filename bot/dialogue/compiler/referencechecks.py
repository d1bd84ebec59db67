"""Names that texts use of other things: what a button means, which values a text shows, whose department it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import jinja2.meta

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowchecks import slots_known
from bot.dialogue.engine.phrases import Control
from bot.dialogue.rendering import environment
from bot.dialogue.texts import command_of

# What the engine gives along with its own sentences and with questions (bot/dialogue/engine/asking.py and others).
_GIVEN = frozenset({"flow", "slot", "type", "value", "known", "wiersze", "brakuje", "department", "ulica"})
_UNSAID = frozenset({"utter_act", "utter_say", "utter_state"})


def check_references(content: Content) -> list[Fault]:
    """Templates that do not compile, values nobody gives, buttons that mean nothing, departments nobody knows."""
    faults: list[Fault] = [*_departments(content)]
    templates, spoken = environment(), _spoken_by_flows(content)
    for name, variants in content.locale.responses.items():
        if name in _UNSAID:
            continue
        place = content.locale.places[name]
        for variant in variants:
            faults += [Fault(*place, *said) for said in _variant(name, variant, templates, spoken.get(name), content)]
    return faults


def _variant(
    name: str, variant: Mapping[str, Any], templates: jinja2.Environment, known: set[str] | None, content: Content
) -> Iterator[tuple[str, str]]:
    buttons = variant.get("buttons") or []
    if not isinstance(buttons, list) or not all(isinstance(button, Mapping) for button in buttons):
        yield f"przyciski tekstu „{name}” nie są listą.", 'Wzór: buttons: [{title: Tak, payload: "/potwierdzenie"}].'
        return
    for text in (variant.get("text", ""), *(button.get("title", "") for button in buttons)):
        yield from _values(name, str(text), templates, known)
    for text in _of_cards(variant.get("cards")):
        yield from _values(name, text, templates, None)
    for button in buttons:
        yield from _button(name, button, content)


def _of_cards(cards: object) -> Iterator[str]:
    """The texts of cards. What they are filled with comes from each card, not from the flow."""
    for part in cards.values() if isinstance(cards, Mapping) else ():
        yield from _of_cards(part) if isinstance(part, Mapping) else (str(part),)


def _values(name: str, text: str, templates: jinja2.Environment, known: set[str] | None) -> Iterator[tuple[str, str]]:
    try:
        asked = jinja2.meta.find_undeclared_variables(templates.parse(text))
        templates.compile(text)
    except jinja2.TemplateError:
        yield f"klamer w tekście „{name}” nie da się odczytać.", "Wzór: {{ nr_szkody }} albo {% if rola %}…{% endif %}."
        return
    for value in sorted(asked - known) if known is not None else ():
        remedy = f"Są tu: {', '.join(sorted(known or ()))}."
        yield f"tekst „{name}” chce wartości „{value}”, której nikt mu nie da.", remedy


def _button(name: str, button: Mapping[str, Any], content: Content) -> Iterator[tuple[str, str]]:
    if not button.get("title") or not (button.get("payload") or button.get("url")):
        yield f"przycisk w tekście „{name}” nie ma napisu albo znaczenia.", "Dopisz title i payload (albo url)."
        return
    if button.get("url"):
        return
    wrong = f"przycisk „{button['title']}” w tekście „{name}”"
    try:
        command = command_of(str(button["payload"]))
    except json.JSONDecodeError:
        yield f"{wrong} ma payload, którego nie da się odczytać.", 'Wzór: /answer{"slot":"rola","value":"ac"}.'
        return
    yield from ((f"{wrong} {what}.", remedy) for what, remedy in _meaning(command, content))


def _meaning(command: Mapping[str, Any], content: Content) -> Iterator[tuple[str, str]]:
    flows = content.flows.flows.values()
    controls = {control.value for control in Control}
    if command["kind"] == "intent":
        intents = set(content.nlu.places) | {intent for flow in flows for intent in flow.triggers()} | controls
        if command["intent"] not in intents:
            yield f"prowadzi do „{command['intent']}”, a takiej intencji nie ma", "Popraw nazwę po ukośniku."
    elif command["kind"] == "control" and command.get("control") not in controls:
        yield (
            f"prowadzi do „{command.get('control')}”, a takiego polecenia nie ma",
            f"Są: {', '.join(sorted(controls))}.",
        )
    elif command["kind"] == "answer":
        steps = [step for flow in flows for step in flow.steps if step.get("slot") == command.get("slot")]
        options = {option for step in steps for option in step.get("options", ())}
        # A field of the company's own making, such as an agent's rating, has its answers in the locale alone.
        named = content.locale.section("options").get(str(command.get("slot"))) or {}
        options |= set(named)
        if not steps and not named:
            yield f"odpowiada na pole „{command.get('slot')}”, którego nie ma żadna sprawa", "Popraw slot."
        elif options and str(command.get("value")) not in options:
            yield f"daje odpowiedź „{command.get('value')}”, której krok nie zna", f"Są: {', '.join(sorted(options))}."


def _spoken_by_flows(content: Content) -> dict[str, set[str]]:
    """Text → every value that it may name, for texts that flows say; others are said by code that knows them."""
    shared = _GIVEN | set(content.locale.sections) | set(content.locale.section("firma"))
    spoken: dict[str, set[str]] = {}
    for flow in content.flows.flows.values():
        known = shared | slots_known(flow)
        for name in _texts_of(flow.name, flow.steps):
            spoken.setdefault(name, set()).update(known)
    return spoken


def _texts_of(flow: str, steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        if step["kind"] == "say":
            yield step["action"]
        elif step["kind"] == "collect":
            slot = step["slot"]
            forms = ("ask", "ask_again", "explain", "known")
            yield from (f"utter_{form}_{slot}" for form in forms)
            yield from (f"utter_ask_{flow}_{slot}", *(item["utter"] for item in step["rejections"]))


def _departments(content: Content) -> Iterator[Fault]:
    known = content.locale.section("departments")
    for flow in content.flows.flows.values():
        department = flow.raw.get("department")
        if department and known and department not in known:
            remedy = f"Działy: {', '.join(sorted(known))}; nowy dopisz w locales/pl/pola.yml, w sekcji departments."
            yield Fault(flow.file, flow.line("department"), f"nie ma działu „{department}”.", remedy)
