"""Puts on record how a customer answered a question for consent: when, and in which wording it was put."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.engine.acts import RECORD_CONSENT
from bot.dialogue.texts import Texts
from bot.dialogue.turns import Act, Turn
from bot.store import audit
from bot.store.database import Tx

TextsOf = Callable[[Mapping[str, Any] | None, str], Texts]


def keep(tx: Tx, conversation_id: str, turn: Turn, texts_of: TextsOf, now: int) -> None:
    """One entry of the audit log for each answer of this turn; `now`: UTC ms."""
    for act in turn.acts:
        if act.name == RECORD_CONSENT:
            slot, flow = str(act.args.get("zgoda")), str(act.args.get("flow") or "")
            asked = f"utter_ask_{flow}_{slot}"
            texts = texts_of(turn.state, asked)
            if asked not in texts:
                asked = f"utter_ask_{slot}"
                texts = texts_of(turn.state, asked)
            read = {"text": asked, "wording": texts.version_of(asked), "edition": turn.state.get("flows")}
            audit.note(
                tx, at=now, who="customer", what=_what(act), subject=conversation_id, consent=slot, flow=flow, **read
            )


def _what(act: Act) -> str:
    if act.args.get("udzielona") is True:
        return "consent_given"
    return "consent_withdrawn" if act.args.get("wycofana") is True else "consent_refused"
