"""What must hold between the steps of a flow, and between flows; speaks to editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowfiles import FlowSource
from bot.dialogue.compiler.normal import CONSENT
from bot.dialogue.engine.acts import ACTS, GIVEN
from bot.dialogue.engine.conditions import ConditionError, slots_of

END = "END"
_FROM_OPENING = frozenset({"tekst", "wybor", "lokalizacja"})
_RUN_ON = frozenset({"say", "set_slots", "onward"})
"""Kinds of steps that go on without the customer or the outside: a circle of them would never end."""


def check_flows(content: Content) -> list[Fault]:
    """Faults of every flow: unknown names, steps nobody reaches, steps that lead nowhere, circles, links."""
    faults: list[Fault] = []
    for flow in content.flows.flows.values():
        for check in (
            _ids,
            _targets,
            _ways_out,
            _reachable,
            _conditions,
            _acts,
            _options,
            _links,
            _circles,
            _slots,
            _consents,
        ):
            faults += check(flow, content)
    return faults + _triggers(content)


def _fault(flow: FlowSource, step: dict[str, Any], what: str, remedy: str) -> Fault:
    return Fault(flow.file, flow.step_line(step), what, remedy)


def _ids(flow: FlowSource, content: Content) -> Iterator[Fault]:
    seen: dict[str, dict[str, Any]] = {}
    for step in flow.steps:
        other = seen.setdefault(step["id"], step)
        if other is not step:
            line = flow.step_line(other)
            what = f"krok „{step['id']}” jest już w wierszu {line}."
            yield _fault(flow, step, what, "Nadaj jednemu z nich inną nazwę: id: …")


def _targets(flow: FlowSource, content: Content) -> Iterator[Fault]:
    ids = {step["id"] for step in flow.steps}
    for step in flow.steps:
        for way in step["next"]:
            if way["to"] not in ids and way["to"] != END:
                what = f"krok „{step['id']}” prowadzi do „{way['to']}”, a takiego kroku tu nie ma."
                yield _fault(flow, step, what, f"Kroki tej sprawy: {', '.join(sorted(ids))} oraz END.")


def _ways_out(flow: FlowSource, content: Content) -> Iterator[Fault]:
    for step in flow.steps:
        if not step["next"]:
            what = f"z kroku „{step['id']}” nie wiadomo, dokąd iść."
            yield _fault(flow, step, what, "Ostatni krok gałęzi potrzebuje next: nazwa kroku albo END.")
        elif all("if" in way for way in step["next"]):
            what = f"krok „{step['id']}” nie mówi, co zrobić, gdy żaden warunek nie jest spełniony."
            yield _fault(flow, step, what, "Dopisz na końcu listy: - else: nazwa kroku albo END.")
        elif any("if" not in way for way in step["next"][:-1]):
            what = f"w kroku „{step['id']}” za „else” stoją jeszcze warunki, których nikt nie sprawdzi."
            yield _fault(flow, step, what, "Przenieś „else” na koniec listy.")


def _reachable(flow: FlowSource, content: Content) -> Iterator[Fault]:
    reached = _reached(flow)
    for step in flow.steps:
        if step["id"] not in reached:
            what = f"do kroku „{step['id']}” nic nie prowadzi."
            yield _fault(flow, step, what, "Wskaż go w „next” innego kroku albo usuń.")


def _conditions(flow: FlowSource, content: Content) -> Iterator[Fault]:
    known = slots_known(flow)
    for step, condition in _conditions_of(flow):
        try:
            unknown = slots_of(condition) - known
        except ConditionError as error:
            yield _fault(flow, step, f"warunku „{condition}” nie da się odczytać ({error}).", _CONDITION)
            continue
        for slot in sorted(unknown):
            what = f"warunek pyta o pole „{slot}”, którego ta sprawa nie ma."
            yield _fault(flow, step, what, f"Pola tej sprawy: {', '.join(sorted(known))}.")


_CONDITION = "Wzór: slots.rola == 'oc' and slots.telefon is not null."


def _conditions_of(flow: FlowSource) -> Iterator[tuple[dict[str, Any], str]]:
    for step in flow.steps:
        for way in step["next"]:
            if "if" in way:
                yield step, way["if"]
        for rejection in step.get("rejections", ()):
            yield step, rejection["if"]
        for value in (*step.get("args", {}).values(), *step.get("assignments", {}).values()):
            if isinstance(value, str) and "slots." in value:
                yield step, value


def slots_known(flow: FlowSource) -> set[str]:
    """Every slot that the flow asks for, sets, or gets from its acts."""
    asked = {step["slot"] for step in flow.steps if step["kind"] == "collect"}
    given = {slot for step in flow.steps for slot in step.get("assignments", ())}
    acts = [ACTS[step["action"]] for step in flow.steps if step.get("action") in ACTS]
    return asked | given | {slot for act in acts for slot in act.results}


def _acts(flow: FlowSource, content: Content) -> Iterator[Fault]:
    for step in flow.steps:
        if step["kind"] == "act" and step["action"] not in ACTS:
            what = f"nie ma czynności „{step['action']}”."
            remedy = f"Są: {', '.join(sorted(ACTS))}. Tekst do powiedzenia zaczyna się od utter_."
            yield _fault(flow, step, what, remedy)


def _options(flow: FlowSource, content: Content) -> Iterator[Fault]:
    for step in flow.steps:
        if step.get("type") == "wybor" and not step["options"]:
            yield _fault(flow, step, "krok do wyboru nie ma odpowiedzi.", "Dopisz options: [pierwsza, druga].")
        elif step["kind"] == "collect" and step["options"] and step.get("type") != "wybor":
            yield _fault(flow, step, "lista odpowiedzi stoi przy kroku innego rodzaju.", "Dopisz type: wybor.")
        if step["kind"] == "collect" and step.get("from_opening") and step.get("type", "tekst") not in _FROM_OPENING:
            what = "from_opening stoi przy kroku innego rodzaju niż wybór, tekst lub lokalizacja."
            yield _fault(flow, step, what, "Usuń je: daty, numery i tym podobne odczytują się same.")
        if "pattern" in step and not (_is_pattern(step["pattern"]) and step.get("type", "tekst") == "tekst"):
            what = "pattern nie jest wyrażeniem regularnym albo nie stoi przy type: tekst."
            yield _fault(flow, step, what, "Popraw je, np. '\\bSK/\\d{4}/\\d+\\b', albo usuń.")
        yield from _told(flow, step)


def _told(flow: FlowSource, step: dict[str, Any]) -> Iterator[Fault]:
    """What a sentence must say to be taken for an option, or for a yes or a no."""
    told = step.get("told", {})
    allowed = {"tak_nie": ["tak", "nie"], "wybor": step.get("options", [])}.get(step.get("type", "tekst"), [])
    if any(value not in allowed or not _is_pattern(pattern) for value, pattern in told.items()):
        what = "told ma wartość, której ten krok nie zna, albo wyrażenie regularne z błędem."
        remedy = f"Tu mogą stać: {', '.join(allowed)}." if allowed else "Usuń je: pasuje tylko do tak_nie i wybor."
        yield _fault(flow, step, what, remedy)
    if step.get("told_address") and step.get("type", "tekst") != "tekst":
        yield _fault(flow, step, "told_address stoi przy kroku innego rodzaju niż tekst.", "Usuń je.")
    if step.get("careful") and step.get("type") != "tak_nie":
        yield _fault(flow, step, "careful stoi przy kroku innego rodzaju niż tak_nie.", "Usuń je.")


_NOT_WITH_CONSENT = ("optional", "persisted", "known_from", "from_opening")


def _consents(flow: FlowSource, content: Content) -> Iterator[Fault]:
    """A consent is asked each time and can be refused, and what needs it is asked only behind its yes."""
    asked = {step["slot"]: step for step in flow.steps if step.get("is_consent")}
    for step in asked.values():
        if flow.written(step).get("type") != CONSENT:
            what = f"przy kroku „{step['id']}” stoi refused, a nie jest to pytanie o zgodę."
            yield _fault(flow, step, what, "Dopisz type: zgoda.")
    for step in flow.steps:
        wrong = [word for word in _NOT_WITH_CONSENT if step.get(word) and (step.get("is_consent") or "consent" in step)]
        if wrong and (step.get("is_consent") or "from_opening" in wrong):
            what = f"przy kroku „{step['id']}” nie może stać: {', '.join(wrong)}."
            yield _fault(flow, step, what, "O zgodę i o to, co jej wymaga, asystent pyta zawsze.")
        needed = step.get("consent")
        if needed is not None and needed not in asked:
            what = f"krok „{step['id']}” wymaga zgody „{needed}”, o którą ta sprawa nie pyta."
            yield _fault(flow, step, what, f"Dopisz przed nim krok: collect: {needed}, type: zgoda, refused: …")
        elif needed is not None and step["id"] in _reached(flow, without=f"{asked[needed]['id']}{GIVEN}"):
            what = f"do kroku „{step['id']}” można dojść bez zgody „{needed}”."
            yield _fault(flow, step, what, "Pytanie o zgodę musi stać przed nim na każdej drodze.")


def _reached(flow: FlowSource, without: str = "") -> set[str]:
    """Ids of the steps that can be reached from the first, where one of them is closed."""
    by_id = {step["id"]: step for step in flow.steps}
    reached: set[str] = set()
    waiting = [flow.steps[0]["id"]] if flow.steps else []
    while waiting:
        at = waiting.pop()
        if at in by_id and at not in reached and at != without:
            reached.add(at)
            waiting += [way["to"] for way in by_id[at]["next"]]
    return reached


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _links(flow: FlowSource, content: Content) -> Iterator[Fault]:
    known = set(content.flows.flows) | content.flows.broken
    for step in flow.steps:
        if step["kind"] == "link" and step["flow"] not in known:
            what = f"nie ma sprawy „{step['flow']}”."
            yield _fault(flow, step, what, f"Sprawy: {', '.join(sorted(known))}.")
        elif step["kind"] == "link" and step["flow"] in _linked_to(step["flow"], content):
            what = f"sprawa „{step['flow']}” wraca przez połączenia do siebie samej."
            yield _fault(flow, step, what, "Zakończ jedną z tych spraw krokiem z next: END.")


def _linked_to(name: str, content: Content) -> set[str]:
    """Flows that `name` leads to by links alone."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        flow = content.flows.flows.get(waiting.pop())
        targets = {step["flow"] for step in flow.steps if step["kind"] == "link"} if flow else set()
        waiting += sorted(targets - reached)
        reached |= targets
    return reached


def _circles(flow: FlowSource, content: Content) -> Iterator[Fault]:
    """A circle without a question or an act would turn for ever."""
    by_id = {step["id"]: step for step in flow.steps if step["kind"] in _RUN_ON}
    for step in by_id.values():
        reached: set[str] = set()
        waiting = [way["to"] for way in step["next"]]
        while waiting:
            at = waiting.pop()
            if at in by_id and at not in reached:
                reached.add(at)
                waiting += [way["to"] for way in by_id[at]["next"]]
        if step["id"] in reached:
            what = f"krok „{step['id']}” wraca do siebie, o nic po drodze nie pytając."
            yield _fault(flow, step, what, "Zmień „next” w jednym z kroków tego koła.")
            return


def _slots(flow: FlowSource, content: Content) -> Iterator[Fault]:
    """One slot has one type, whichever flow asks for it: a value goes along when one flow links to another."""
    for step in flow.steps:
        for other in content.flows.flows.values():
            for same in other.steps:
                if _type(same) and step.get("slot") == same.get("slot") and _type(step) != _type(same):
                    what = (
                        f"pole „{step['slot']}” ma tu rodzaj {_type(step)}, a w sprawie „{other.name}” {_type(same)}."
                    )
                    yield _fault(flow, step, what, "Nadaj jednemu z pól inną nazwę.")
                    break


def _type(step: dict[str, Any]) -> str | None:
    return str(step.get("type", "tekst")) if step["kind"] == "collect" else None


def _triggers(content: Content) -> list[Fault]:
    faults = []
    first: dict[str, FlowSource] = {}
    for flow in content.flows.flows.values():
        for intent in flow.triggers():
            other = first.setdefault(intent, flow)
            if other is not flow:
                remedy = "Zostaw tę intencję w jednej ze spraw."
                for here, there in ((flow, other), (other, flow)):
                    what = f"intencja „{intent}” zaczyna też sprawę „{there.name}” ({there.file})."
                    faults.append(Fault(here.file, here.line("nlu_trigger"), what, remedy))
    return faults
