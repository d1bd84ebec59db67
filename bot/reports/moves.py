"""What a turn did to each flow, read off the dialogue's snapshot before and after it; pure, knows no SQL.

The snapshot's form is bot/dialogue/engine/state.py's; one that is damaged or of another format says nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]

# Kinds of the pending question that are about the flow's own step; the others stand in front of it.
_OF_STEP = frozenset({"step", "known"})
_NO_FRAME: Json = {}


class Over(StrEnum):
    """How a flow left the table."""

    FINISHED = "finished"
    GIVEN_UP = "given_up"
    PAUSED = "paused"  # "dokończę później": still wanted, until it falls silent


@dataclass(frozen=True, slots=True)
class Move:
    """Of one flow in one turn. Steps go by the name of their slot, a summary by the step's id.

    `stood`: the question that the customer had before them; `reached`: the one put now, if it is another one.
    `reset`: answers that the flow itself took back.
    """

    flow: str
    stood: str | None = None
    reached: str | None = None
    stands: str | None = None
    answered: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    reset: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    refused: bool = False
    over: Over | None = None


def moves(before: Json | None, after: Json | None) -> list[Move]:
    """One move for each flow that was or is on the table, the topmost of `before` first."""
    try:
        return _moves(before or {}, after or {})
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def top_flow(state: Json | None) -> str | None:
    stack = (state or {}).get("stack") or []
    return stack[-1].get("flow") if stack else None


def _moves(before: Json, after: Json) -> list[Move]:
    old, new = _frames(before), _frames(after)
    flows = list(dict.fromkeys((*reversed(old), *reversed(new))))
    return [_move(flow, before, after, old, new) for flow in flows]


def _frames(state: Json) -> dict[str, Json]:
    """Flows on the table, the topmost last."""
    return {frame["flow"]: frame for frame in state.get("stack") or []}


def _suspended(state: Json) -> dict[str, Json]:
    return {frame["flow"]: frame for frame in state.get("suspended") or []}


def _move(flow: str, before: Json, after: Json, old: Mapping[str, Json], new: Mapping[str, Json]) -> Move:
    was = old.get(flow) or _suspended(before).get(flow) or _NO_FRAME
    stood = _question(before, flow)
    if flow not in new:
        over = _over(_suspended(after).get(flow))
        answered = (stood,) if stood is not None and over is Over.FINISHED else ()
        return Move(flow, stood=stood, answered=answered, over=over)
    now, stands = new[flow], _question(after, flow)
    had, has = was.get("fields") or {}, now.get("fields") or {}
    corrected = tuple(slot for slot in had if _is_corrected(slot, was, now))
    return Move(
        flow,
        stood=stood,
        reached=stands if stands != stood else None,
        stands=stands,
        answered=tuple(slot for slot in has if slot not in had and slot == stood),
        given=tuple(slot for slot in has if slot not in had and slot != stood),
        corrected=corrected,
        reset=tuple(slot for slot in had if slot not in has and slot not in corrected),
        skipped=tuple(slot for slot in now.get("skipped") or () if slot not in (was.get("skipped") or ())),
        refused=int(now.get("rejected") or 0) > int(was.get("rejected") or 0),
    )


def _over(put_aside: Json | None) -> Over:
    if put_aside is None:
        return Over.FINISHED
    return Over.PAUSED if put_aside.get("paused") else Over.GIVEN_UP


def _question(state: Json, flow: str) -> str | None:
    """The step of `flow` at which the customer stands; None while another flow is in front of it."""
    question: Json | None = state.get("question")
    if question is None or top_flow(state) != flow:
        return None
    if question.get("kind") in _OF_STEP and question.get("slot"):
        return str(question["slot"])
    step = state["stack"][-1].get("step")
    return str(step) if step else None


def _is_corrected(slot: str, was: Json, now: Json) -> bool:
    """Whether the customer changed the answer, called it wrong, or went back to its question."""
    held, holds = was["fields"][slot], (now.get("fields") or {}).get(slot)
    if holds is not None:
        return bool(held.get("value") != holds.get("value"))
    called_wrong = slot in (now.get("declined") or ()) and slot not in (was.get("declined") or ())
    went_back = slot in (was.get("history") or ()) and slot not in (now.get("history") or ())
    return called_wrong or went_back
