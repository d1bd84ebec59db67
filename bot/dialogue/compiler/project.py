"""The Rasa project that stands for the content: domain, rules and flows.json as plain values; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.flowfiles import FlowSource
from bot.dialogue.engine.acts import ACTS
from bot.dialogue.engine.model import FORMAT

RASA_FORMAT = "3.1"
SLASH = "__"
"""Spelling of an intent's slash in rules; bot/rasa_parts/content_importer.py reads it back."""
STATE_SLOT = "dyzurny_state"
TURN_SLOT = "dyzurny_turn"
SAY, ACT, STATE = "utter_say", "utter_act", "utter_state"
"""Rasa actions for what has none of its own: a sentence of the engine's, an act, the snapshot."""


def flows_json(content: Content, content_hash: str) -> dict[str, Any]:
    """The flows as the engine reads them, with the names of texts that it chooses among."""
    return {
        "v": FORMAT,
        "hash": content_hash,
        "flows": {flow.name: _flow(flow) for flow in content.flows.flows.values()},
        "responses": sorted(content.locale.responses),
        "buttoned": content.locale.buttoned(),
        "labels": content.locale.labels(),
        "options": content.locale.options(),
        "intents": content.nlu.intents(),
    }


def domain(content: Content) -> dict[str, Any]:
    """Intents, entities, slots, forms and responses; the responses have no wording, which is the locale's."""
    flows = list(content.flows.flows.values())
    names = sorted({_rasa_name(name) for name in _spoken(content)} | {SAY, ACT, STATE})
    return {
        "version": RASA_FORMAT,
        "intents": content.nlu.intents(),
        "entities": sorted({step.get("type", "tekst") for flow in flows for step in _collects(flow)}),
        "slots": {name: _slot() for name in (*_slots(flows), STATE_SLOT, TURN_SLOT)},
        "forms": {_form(flow): {"required_slots": [step["slot"] for step in _collects(flow)]} for flow in flows},
        "responses": {name: [{"custom": {"say": name}}] for name in names},
        "session_config": {"session_expiration_time": 0, "carry_over_slots_to_new_session": False},
    }


def rules(content: Content) -> dict[str, Any]:
    """A rule for each question and small talk, and two for each flow: how it starts and how it ends."""
    written: list[dict[str, Any]] = []
    started: set[str] = set()
    for flow in content.flows.flows.values():
        started |= set(flow.triggers())
        written += _flow_rules(flow)
    for intent in content.nlu.intents():
        if intent not in started:
            own = f"utter_{intent}"
            actions = [_rasa_name(own)] if own in content.locale.responses else [SAY, ACT]
            written.append(_rule(intent, intent, [*actions, STATE]))
    return {"version": RASA_FORMAT, "rules": written}


def config(settings: Mapping[str, Any], flows_file: str, content_hash: str) -> dict[str, Any]:
    """nlu_data/config.yml with our importer, and the policy told where its flows are.

    The hash keeps Rasa's cache honest.
    """
    policy = {"name": "bot.rasa_parts.flow_policy.FlowPolicy", "flows": flows_file, "content": content_hash}
    importers = [{"name": "bot.rasa_parts.content_importer.ContentImporter"}]
    defaults = {"assistant_id": "dyzurny", "recipe": "default.v1", "language": "pl"}
    return {**defaults, **settings, "importers": importers, "policies": [policy]}


def endpoints(redis_url: Mapping[str, Any] | None, tracker_seconds: int) -> dict[str, Any]:
    """Where Rasa keeps its trackers and locks, and that its answers are names and values. No action server."""
    nlg = {"nlg": {"type": "bot.rasa_parts.nlg.SayNlg"}}
    if redis_url is None:
        return nlg
    redis = {"type": "redis", **redis_url, "key_prefix": "rasa"}
    trackers = {**redis, "type": "bot.rasa_parts.tracker_store.OneWriterTrackerStore", "record_exp": tracker_seconds}
    return {**nlg, "tracker_store": trackers, "lock_store": redis}


def _flow(flow: FlowSource) -> dict[str, Any]:
    steps = [{key: value for key, value in step.items() if key != "at"} for step in flow.steps]
    return {"department": flow.raw.get("department", ""), "triggers": flow.triggers(), "steps": steps}


def _flow_rules(flow: FlowSource) -> list[dict[str, Any]]:
    form = _form(flow)
    starts = [
        {
            "rule": f"{flow.name}: początek ({intent})",
            "steps": [{"intent": intent}, {"action": form}, {"active_loop": form}],
        }
        for intent in flow.triggers()
    ]
    said = [step["action"] for step in flow.steps if step["kind"] == "say"]
    refused = [item["utter"] for step in _collects(flow) for item in step["rejections"]]
    acts = [ACT] if any(step["kind"] == "act" for step in flow.steps) else []
    spoken = [{"action": _rasa_name(name)} for name in dict.fromkeys([*acts, *refused, *said, STATE])]
    end = {
        "rule": f"{flow.name}: koniec",
        "condition": [{"active_loop": form}],
        "steps": [
            {"action": form},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            *spoken,
        ],
    }
    return [*starts, end]


def _rule(name: str, intent: str, actions: list[str]) -> dict[str, Any]:
    spelled = intent.replace("/", SLASH)
    return {"rule": name, "steps": [{"intent": spelled}, *({"action": action} for action in actions)]}


def _spoken(content: Content) -> set[str]:
    """Texts that are Rasa actions of their own: questions of steps, what flows say, small talk."""
    flows = content.flows.flows.values()
    known = _names(content)
    asked = {name for flow in flows for step in _collects(flow) for name in _question_names(flow, step)}
    said = {step["action"] for flow in flows for step in flow.steps if step["kind"] == "say"}
    refused = {item["utter"] for flow in flows for step in _collects(flow) for item in step["rejections"]}
    talk = {f"utter_{intent}" for intent in content.nlu.intents()}
    starting = {f"utter_{intent}" for flow in flows for intent in flow.triggers()}
    return ((asked | (talk - starting)) & known) | said | refused


def _names(content: Content) -> set[str]:
    return set(content.locale.responses)


def _question_names(flow: FlowSource, step: Mapping[str, Any]) -> set[str]:
    return {f"utter_ask_{step['slot']}", f"utter_ask_{flow.name}_{step['slot']}"}


def _rasa_name(text: str) -> str:
    """Rasa keeps "/" in a response's name for retrieval intents."""
    return text.replace("/", "_")


def _collects(flow: FlowSource) -> list[dict[str, Any]]:
    return [step for step in flow.steps if step["kind"] == "collect"]


def _form(flow: FlowSource) -> str:
    return f"{flow.name}_form"


def _slots(flows: list[FlowSource]) -> list[str]:
    asked = {step["slot"] for flow in flows for step in _collects(flow)}
    given = {slot for flow in flows for step in flow.steps for slot in step.get("assignments", ())}
    acts = [ACTS[step["action"]] for flow in flows for step in flow.steps if step.get("action") in ACTS]
    return sorted(asked | given | {slot for act in acts for slot in act.results})


def _slot() -> dict[str, Any]:
    # "custom" without an action: only the policy sets it, Rasa's own extraction passes it over.
    return {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
