"""From a parsed message with the worker's metadata to the engine's `Understood`; imports nothing of Rasa.

What the worker sends as `metadata` with each message to Rasa's REST channel:

* `mid`: id of the turn; not read here, it lets the answer be found again in the tracker.
* `now`: ISO time with zone; "wczoraj" is the day before it.
* `restore`: the snapshot of the last turn, as SQL has it, or null; it goes before the tracker's own.
* `command`: null, or what a tapped button means: `{"kind": "intent", "intent"}`, `{"kind": "answer", "slot",
  "value"}`, `{"kind": "control", "control", "slot"?}` (the values of `Control`), `{"kind": "resume", "flow"}`.
* `attachments`: `[{"type", "id", "lat"?, "long"?}]`; with them alone the text is "[zalacznik]".
* `known`: `{"crm.telefon": {"value", "label"}}`, what the company knows of this customer.
* `event`: null, or what no customer wrote: `{"kind": "result", "act", "slots" | "error"}`, `{"kind": "handback",
  "edits"}`, `{"kind": "edit", "slot", "value"}`, `{"kind": "nudge"}`, `{"kind": "snippet", "slot"}`. The text,
  "/zdarzenie", then means nothing.

What comes back, each as the `custom` of one item: sentences (`Say.to_json`), acts (`Act.to_json`), and last the
snapshot with what was understood: `{"state": {…}, "understood": {"intent", "intent_ranking", "understood"}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.engine.turn import Certainty, Entity, Understood

ACT_FROM, ASK_FROM = 0.6, 0.25
"""Confidences from which an intent is acted on, or asked about, where the classifier does not say so itself."""


def understood_of(text: str, parsed: Mapping[str, Any], metadata: Mapping[str, Any]) -> Understood:
    """What the pipeline and the worker say of one message; whatever is absent or malformed is empty."""
    intent = parsed.get("intent") or {}
    confidence = float(intent.get("confidence") or 0.0)
    return Understood(
        text=text,
        intent=intent.get("name"),
        confidence=confidence,
        certainty=_certainty(parsed.get("understood"), confidence),
        ranking=tuple(
            (str(item["name"]), float(item["confidence"]))
            for item in parsed.get("intent_ranking") or ()
            if item.get("name")
        ),
        entities=tuple(
            Entity(str(item["entity"]), item.get("value"), str(item.get("text") or ""))
            for item in parsed.get("entities") or ()
            if item.get("value") is not None
        ),
        command=_mapping(metadata.get("command")),
        event=_mapping(metadata.get("event")),
        attachments=tuple(item for item in metadata.get("attachments") or () if isinstance(item, Mapping)),
        known=_mapping(metadata.get("known")) or {},
    )


def _certainty(said: Any, confidence: float) -> Certainty:
    if said in {item.value for item in Certainty}:
        return Certainty(said)
    if confidence >= ACT_FROM:
        return Certainty.YES
    return Certainty.ASK if confidence >= ASK_FROM else Certainty.NO


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None
