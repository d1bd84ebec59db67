"""The Rasa policy that runs flows: a thin adapter between Rasa's tracker and the engine of the dialogue.

Forms and rules alone cannot go back, correct, interrupt and resume without an action server, so the policy decides
here, as Rasa's own later dialogue policies do. At the first prediction after a message it asks the engine for the
whole turn and emits it as events; then it predicts one utterance for each item, and then the end of the turn.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rasa.core.policies.policy import PolicyPrediction, SupportedData
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT, RULE_ONLY_LOOPS, RULE_ONLY_SLOTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

import bot.rasa_parts.speedups
from bot.branches import gazetteer
from bot.dialogue.engine import model as flow_model
from bot.dialogue.engine import state as states
from bot.dialogue.engine.advance import advance
from bot.dialogue.engine.turn import Outcome
from bot.rasa_parts.turn_channel import decided
from bot.rasa_parts.wire import understood_of

STATE_SLOT = "dyzurny_state"
TURN_SLOT = "dyzurny_turn"
FLOWS_FILE = "flows.json"
LIVE_FLOWS = "DYZURNY_LIVE_FLOWS"
"""Environment variable with a flows.json that is read again whenever it changes: for previews, never in service."""

_NOTHING_HIDDEN = json.dumps({RULE_ONLY_SLOTS: [], RULE_ONLY_LOOPS: []})

bot.rasa_parts.speedups.apply()
# The event's message looks like an intent to Rasa, which then says that it does not know it; the metadata counts.
warnings.filterwarnings("ignore", message=".*/zdarzenie.*")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FlowPolicy(RulePolicy):
    """Stands where Rasa wants a RulePolicy (it refuses forms without one); learns nothing, carries the flows."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`flows`: path of flows.json at training; `content`: its hash, so that Rasa's cache knows it apart."""
        return {**RulePolicy.get_default_config(), "flows": FLOWS_FILE, "content": ""}

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changes with the flows, whatever their path."""
        path = Path(config.get("flows", FLOWS_FILE))
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        flows: flow_model.CompiledFlows | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._flows = flows
        self._live = _LiveFlows.from_environment()

    def train(self, training_trackers: list[Any], domain: Domain, **kwargs: Any) -> Resource:
        """Puts the compiled flows into the model, so that a model always runs the flows it was made for."""
        content = Path(self.config["flows"]).read_text(encoding="utf-8")
        flow_model.from_json(json.loads(content))
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / FLOWS_FILE).write_text(content, encoding="utf-8")
            # A node of Rasa's graph reads what a RulePolicy learned to keep from other policies: nothing.
            (Path(folder) / "rule_only_data.json").write_text(_NOTHING_HIDDEN, encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FlowPolicy:
        """The policy with the flows out of the model."""
        with model_storage.read_from(resource) as folder:
            raw = json.loads((Path(folder) / FLOWS_FILE).read_text(encoding="utf-8"))
        gazetteer.shipped()  # read now, so that the first customer does not wait for it
        return cls(config, model_storage, resource, execution_context, flows=flow_model.from_json(raw))

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Any = None, **kwargs: Any
    ) -> PolicyPrediction:
        """The next item of the turn that the latest message began; after the last one, waiting for the customer."""
        said = _said_since_message(tracker)
        if said is None:
            return self._predict(ACTION_LISTEN_NAME, domain)
        if said > 0:
            return self._predict(_action_of(tracker.get_slot(TURN_SLOT) or [], said, domain), domain)
        items, events = self._turn(tracker, domain)
        decided(items)
        return self._predict(_action_of(items, 0, domain), domain, events)

    def _turn(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[list[dict[str, Any]], list[Event]]:
        message = tracker.latest_message
        metadata = dict(message.metadata or {}) if message is not None else {}
        flows = self._live.current() if self._live else self._flows
        if message is None or flows is None:
            raise RuntimeError("a turn without a message or without flows")
        understood = understood_of(message.text or "", message.parse_data, metadata)
        # SQL is the record: the worker sends the state along, also that there is none yet, so that a turn taken twice
        # is the same turn. The tracker is only its echo, for whoever asks by hand.
        before = metadata["restore"] if "restore" in metadata else tracker.get_slot(STATE_SLOT)
        state = states.from_json(before)
        outcome = advance(state, understood, flows, _moment(metadata))
        parsed = None if understood.event is not None else message.parse_data
        items = [*(item.to_json() for item in outcome.items), _snapshot(outcome, parsed)]
        return items, _events(outcome, items, tracker, domain)

    def _predict(self, action: str, domain: Domain, events: list[Event] | None = None) -> PolicyPrediction:
        prediction = PolicyPrediction.for_action_name(domain, action, self.__class__.__name__)
        prediction.events = events or []
        return prediction


class _LiveFlows:
    """A flows.json that an editor is working on: read anew when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = 0
        self._flows: flow_model.CompiledFlows | None = None

    @classmethod
    def from_environment(cls) -> _LiveFlows | None:
        path = os.environ.get(LIVE_FLOWS)
        return cls(Path(path)) if path else None

    def current(self) -> flow_model.CompiledFlows | None:
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            self._flows = flow_model.from_json(json.loads(self._path.read_text(encoding="utf-8")))
            self._stamp = stamp
        return self._flows


def _said_since_message(tracker: DialogueStateTracker) -> int | None:
    """How many of the turn's items are out already; None where no message began a turn."""
    said = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return said
        said += isinstance(event, BotUttered)
    return None


def _action_of(items: list[dict[str, Any]], index: int, domain: Domain) -> str:
    """The Rasa action for item `index`: its own where the domain has one, else that of its kind."""
    if index >= len(items):
        return str(ACTION_LISTEN_NAME)
    item = items[index]
    if "say" not in item:
        return "utter_act" if "act" in item else "utter_state"
    own = str(item["say"]).replace("/", "_")
    return str(own) if own in domain.responses else "utter_say"


def _moment(metadata: dict[str, Any]) -> datetime:
    given = metadata.get("now")
    moment = datetime.fromisoformat(given) if given else datetime.now(timezone.utc)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _snapshot(outcome: Outcome, parse_data: dict[str, Any] | None) -> dict[str, Any]:
    """The turn's last item: the state to be stored, and what was understood of a message, for the console."""
    if parse_data is None:
        return {"state": states.to_json(outcome.state)}
    understood = {
        "intent": parse_data.get("intent"),
        "intent_ranking": (parse_data.get("intent_ranking") or [])[:5],
        "understood": parse_data.get("understood"),
    }
    return {"state": states.to_json(outcome.state), "understood": understood}


def _events(
    outcome: Outcome, items: list[dict[str, Any]], tracker: DialogueStateTracker, domain: Domain
) -> list[Event]:
    """The turn as Rasa's own events, so that its tracker tells the same story as our snapshot."""
    state = outcome.state
    frame = state.top
    known = {slot.name for slot in domain.slots}
    events: list[Event] = [SlotSet(STATE_SLOT, items[-1]["state"]), SlotSet(TURN_SLOT, items)]
    values = frame.slots() if frame else {}
    ours = sorted(slot for slot in known - {STATE_SLOT, TURN_SLOT, REQUESTED_SLOT} if not slot.startswith("session_"))
    changed = (slot for slot in ours if tracker.slots[slot].value != values.get(slot))
    events += [SlotSet(slot, values.get(slot)) for slot in changed]
    form = f"{frame.flow}_form" if frame and f"{frame.flow}_form" in domain.form_names else None
    if tracker.active_loop_name != form:
        events.append(ActiveLoop(form))
    requested = state.question.slot if frame and state.question else None
    if tracker.get_slot(REQUESTED_SLOT) != requested and REQUESTED_SLOT in known:
        events.append(SlotSet(REQUESTED_SLOT, requested))
    return events
