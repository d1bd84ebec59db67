"""Whether somebody is in danger as a message is written, and what its turn becomes by it: nothing goes before 112.

A claim's own question ("czy ktoś jest ranny?") knows its yes (engine/careful.py, engine/danger.py). This is for all the
rest: no claim open, another question asked, a person waited for, the dialogue away. How much a message sounds like it
is learned (learned_score.py, zagrozenia.yml). Figures: tests/dialogue/test_emergencies.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.dialogue.learned_score import Score
from bot.dialogue.saying import led_by
from bot.dialogue.turns import Act, Turn
from bot.language.diacritics import plain
from bot.store.handoffs import URGENT_REASONS

# Above SURE a person is brought at once. Above LIKELY, where the message is not understood as something else, the
# customer is told whom to call, in words that are right as well where nobody is in danger, and the turn goes on.
SURE, LIKELY = 0.5, -1.0
# "Gaz", "koniec": so few words say too little.
FEWEST_WORDS = 3
# Who asks what a policy covers may name the worst.
_ASKED_OF_POLICIES = re.compile(
    r"(?=.*(?:\?|\bczy\b|\bile\b|\bjaki))(?=.*\b(?:polis|ubezpiecz|obejm|odszkodow|wyplac|wyplat|swiadczen|skladk|owu))",
    re.DOTALL,
)
HANDOFF = "przekaz_pilnie"
_HANDOFFS = frozenset({HANDOFF, "przekaz_konsultantowi"})


class Kind(StrEnum):
    """As the reason of the handoff says it; both are among URGENT_REASONS."""

    DANGER = "zagrozenie"
    CRISIS = "kryzys"


_SOUNDS: Mapping[Kind, Score] = {Kind.DANGER: Score("zagrozenie"), Kind.CRISIS: Score("kryzys")}
_RESPONSES: Mapping[Kind, str] = {Kind.DANGER: "utter_alarm_112", Kind.CRISIS: "utter_alarm_kryzys"}


@dataclass(frozen=True, slots=True)
class Emergency:
    kind: Kind
    is_sure: bool

    @property
    def reason(self) -> str:
        return self.kind.value

    @property
    def response(self) -> str:
        return _RESPONSES[self.kind]


def emergency(text: str) -> Emergency | None:
    """What danger `text` sounds like reporting."""
    if not any(letter.isalpha() for letter in text):
        return None
    score, kind = max((sound.of(text), kind) for kind, sound in _SOUNDS.items())
    if score > SURE:
        return Emergency(kind, is_sure=True)
    if score > LIKELY and len(text.split()) >= FEWEST_WORDS and not _ASKED_OF_POLICIES.match(plain(text)):
        return Emergency(kind, is_sure=False)
    return None


def alarmed(turn: Turn, text: str, key: str) -> Turn:
    """The turn that tells whom to call; where it is sure it asks nothing more and brings a person out of turn.

    `key`: of the message. Whoever the turn hands over as urgent has been told.
    """
    found = emergency(text)
    if found is None or any(act.args.get("reason") in URGENT_REASONS for act in turn.acts):
        return turn
    if not found.is_sure:
        # In a claim accounts of what happened sound like what happens, and its own question was asked.
        is_something_else = turn.state.get("stack") or (turn.understood or {}).get("understood") == "yes"
        return turn if is_something_else else replace(turn, says=led_by(found.response, turn.says, turn.says))
    acts = [act for act in turn.acts if act.name not in _HANDOFFS]
    act = Act(HANDOFF, {"reason": found.reason}, f"{key}:alarm")
    return replace(
        turn,
        says=led_by(found.response, [], turn.says),
        acts=[*acts, act],
        understood={**(turn.understood or {}), "alarm": found.reason},
    )
