"""Every text is said by somebody, and everything that is said has a text: nothing lies about unread."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.dialogue.engine.sentences import IN_FLOW, Extra, Sentence
from tests.content.conftest import ROOT
from tests.content.test_completeness import Flows, Responses, collects, known_intents

_NAMED = re.compile(r"\butter_[a-z0-9_]+(?:/[a-z0-9_]+)?\b")
# Said under a name that is put together where they are said (bot/dialogue/engine).
_MADE_OF_PARTS = (
    "utter_ask_",
    "utter_ask_again_",
    "utter_explain_",
    "utter_reject_",
    "utter_known_",
    "utter_start_",
    "utter_noted_",
)


@cache
def said_in_code() -> frozenset[str]:
    """Names that stand in the code as a text's whole name, in quotes."""
    code = [*ROOT.joinpath("bot").rglob("*.py"), *ROOT.joinpath("handoff").rglob("*.py"), ROOT / "webhook.py"]
    quoted = re.compile(rf'"({_NAMED.pattern})"')
    return frozenset(name for path in code for name in quoted.findall(path.read_text(encoding="utf-8")))


@cache
def named_in_code() -> frozenset[str]:
    """Names of texts in the code, which says them outright."""
    code = [*ROOT.joinpath("bot").rglob("*.py"), *ROOT.joinpath("handoff").rglob("*.py"), ROOT / "webhook.py"]
    return frozenset(name for path in code for name in _NAMED.findall(path.read_text(encoding="utf-8")))


def named_in_flows(flows: Flows) -> set[str]:
    return set(_NAMED.findall(str(dict(flows))))


def made_of_steps(flows: Flows) -> set[str]:
    """Every name under which a text for a step of some flow is looked up."""
    names: set[str] = set()
    for flow, step in collects(flows):
        slot, kind = step["collect"], step["type"]
        names |= {f"utter_{what}_{slot}" for what in ("ask", "ask_again", "explain", "known", "reject")}
        names |= {f"utter_ask_{flow}_{slot}", f"utter_reject_{kind}", f"utter_noted_{slot}", f"utter_noted_{flow}"}
        names.add(f"utter_przykro_{flow}")
    return names


def is_reject_of(name: str, flows: Flows) -> bool:
    """`utter_reject_<field or kind>_<reason>`; kinds that no shipped flow asks for are there for other companies."""
    from bot.dialogue.answers import Kind, Reason

    fields = {step["collect"] for _, step in collects(flows)} | {str(kind) for kind in Kind}
    reasons = {str(reason) for reason in Reason}
    rest = name.removeprefix("utter_reject_")
    return rest in fields or any(rest == f"{field}_{reason}" for field in fields for reason in reasons)


def said(flows: Flows) -> set[str]:
    talk = {f"utter_{intent}" for intent in known_intents()}
    own = {str(one) for one in (*Sentence, *Extra)}
    plain = talk | own | named_in_code() | named_in_flows(flows) | made_of_steps(flows)
    return plain | {f"{name}{IN_FLOW}" for name in plain}


def test_every_text_is_said_by_somebody(raw_responses: Responses, flows: Flows) -> None:
    spoken = said(flows)
    unread = [
        name
        for name in raw_responses
        if name not in spoken and not (name.startswith("utter_reject_") and is_reject_of(name, flows))
    ]
    assert unread == []


def test_everything_that_is_said_has_a_text(raw_responses: Responses, flows: dict[str, dict[str, Any]]) -> None:
    without_text = {"utter_say", "utter_act", "utter_state"}  # actions of Rasa, not texts
    # Names that are only the beginnings of others, and those that a content may leave out.
    optional = {str(one) for one in Extra}
    named = {name for name in said_in_code() if not f"{name}_".startswith(_MADE_OF_PARTS) and not name.endswith("_")}
    missing = (named | named_in_flows(flows)) - set(raw_responses) - without_text - optional
    assert missing == set()
