"""The normal form of a flow's steps: a flat list, every step with an id and its ways out.

Branches that stand inside a step are steps of the same list; `at` keeps where each was written, for messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.engine.acts import GIVEN, RECORD_CONSENT, REFUSED

END = "END"

Raw = Mapping[str, Any]
_PLAIN = (
    *("type", "optional", "sensitive", "persisted", "ask_before_filling", "from_opening", "known_from", "utter"),
    *("pattern", "told", "told_address", "careful", "consent"),
)
CONSENT = "zgoda"
"""The type of a question whose yes is a consent: a yes or no that is put on record, and two ways on."""


def normal_steps(steps: Sequence[Raw]) -> list[dict[str, Any]]:
    """The flat list. A step without `next` goes on to the one after it, the last to END.

    The last step of a branch needs a `next` of its own; where it is missing, `next` is empty, which the checks
    report as a step with no way out.
    """
    ids = _Ids()
    return _sequence(steps, (), ids, last_goes_to=END)


class _Ids:
    """Names for steps: their own, or made from what they do, numbered where that repeats."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def of(self, step: Raw) -> str:
        if "id" in step:
            return str(step["id"])
        name = str(step.get("collect") or step.get("action") or step.get("link") or _what(step))
        if "collect" in step:
            return name
        self._used[name] = self._used.get(name, 0) + 1
        return name if self._used[name] == 1 else f"{name}#{self._used[name]}"


def _what(step: Raw) -> str:
    return next((word for word in ("summary", "set_slots") if word in step), "onward")


def _sequence(
    steps: Sequence[Raw], at: tuple[str | int, ...], ids: _Ids, last_goes_to: str | None
) -> list[dict[str, Any]]:
    names = [ids.of(step) for step in steps]
    flat: list[dict[str, Any]] = []
    for index, (step, name) in enumerate(zip(steps, names, strict=True)):
        after = names[index + 1] if index + 1 < len(steps) else last_goes_to
        flat += _step(step, name, (*at, index), after, ids)
    return flat


def _step(step: Raw, name: str, at: tuple[str | int, ...], after: str | None, ids: _Ids) -> list[dict[str, Any]]:
    if "refused" in step or step.get("type") == CONSENT:
        return _consent(step, name, at, after, ids)
    normal: dict[str, Any] = {"id": name, "at": at, **_own(step)}
    nested: list[dict[str, Any]] = []
    if "next" in step:
        normal["next"], nested = _ways(step["next"], (*at, "next"), ids)
    elif "link" in step:
        normal["next"] = [{"to": END}]
    else:
        normal["next"] = [{"to": after}] if after is not None else []
    return [normal, *nested]


def _consent(step: Raw, name: str, at: tuple[str | int, ...], after: str | None, ids: _Ids) -> list[dict[str, Any]]:
    """The question, a record of either answer, and where each leads: a yes on, a no to `refused`."""
    slot = step["collect"]
    on, nested = _ways(step["next"], (*at, "next"), ids) if "next" in step else ([{"to": after}] if after else [], [])
    refused = step.get("refused") or []
    rest = _sequence(refused, (*at, "refused"), ids, last_goes_to=None) if isinstance(refused, list) else []
    # Without `refused` the refusal leads nowhere, which the checks report.
    away = [{"to": rest[0]["id"] if rest else str(refused)}] if refused else []
    asked = {"type": "tak_nie", "is_consent": True, "ask_before_filling": True}
    ways = [{"if": f"slots.{slot}", "to": f"{name}{GIVEN}"}, {"to": f"{name}{REFUSED}"}]
    return [
        {"id": name, "at": at, **_own(step), **asked, "next": ways},
        _record(f"{name}{GIVEN}", at, slot, True, on),
        _record(f"{name}{REFUSED}", at, slot, False, away),
        *nested,
        *rest,
    ]


def _record(id: str, at: tuple[str | int, ...], slot: str, given: bool, ways: list[dict[str, Any]]) -> dict[str, Any]:
    args = {"zgoda": slot, "udzielona": given}
    return {"id": id, "at": at, "kind": "act", "action": RECORD_CONSENT, "args": args, "next": ways}


def _ways(ways: Any, at: tuple[str | int, ...], ids: _Ids) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if not isinstance(ways, list):
        return [{"to": str(ways)}], []
    branches: list[dict[str, Any]] = []
    nested: list[dict[str, Any]] = []
    for index, way in enumerate(ways):
        word = "then" if "if" in way else "else"
        target = way.get(word)
        if isinstance(target, list):
            inner = _sequence(target, (*at, index, word), ids, last_goes_to=None)
            nested += inner
            target = inner[0]["id"] if inner else END
        branch = {"to": str(target)}
        branches.append({**branch, "if": str(way["if"])} if "if" in way else branch)
    return branches, nested


def _own(step: Raw) -> dict[str, Any]:
    if "collect" in step:
        own: dict[str, Any] = {"kind": "collect", "slot": step["collect"]}
        own.update({word: step[word] for word in _PLAIN if word in step})
        if "consent" in step:
            # Not even out of a sentence that says it before the consent was given.
            own["ask_before_filling"] = True
        own["options"] = [str(option) for option in step.get("options", ())]
        own["rejections"] = [dict(item) for item in step.get("rejections", ())]
        return own
    if "action" in step:
        says = str(step["action"]).startswith("utter_")
        return {"kind": "say" if says else "act", "action": step["action"], "args": dict(step.get("with") or {})}
    if "link" in step:
        return {"kind": "link", "flow": step["link"]}
    if "set_slots" in step:
        assignments = {slot: value for item in step["set_slots"] for slot, value in item.items()}
        return {"kind": "set_slots", "assignments": assignments}
    return {"kind": "summary"} if step.get("summary") else {"kind": "onward"}
