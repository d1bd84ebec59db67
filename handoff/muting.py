"""What follows when a supervisor mutes a customer: nobody answers, nobody is called, everything stays on record.

The customer is told once, honestly, until when; and where to turn in an emergency. What they complain of is marked all
the same: the law's clock does not ask whether they are muted.
"""

from __future__ import annotations

from bot.clock import WARSAW
from bot.store import customers, handoffs, questions, timers
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Ending
from bot.store.times import from_ms
from handoff import ownership
from handoff.floor import Floor
from handoff.ownership import Move, Owner

# Past it the platform takes no sentence of ours, so that an early end is told within it only.
WINDOW_MS = 24 * 3_600_000


def put_down(tx: Tx, floor: Floor, conversation: Conversation, until: int, now: int) -> None:
    """Out of the queue and out of hands; who was waiting for an answer hears that none comes."""
    if Owner(conversation.owner) not in (Owner.WAITING, Owner.AGENT):
        return
    moved = ownership.move(tx, conversation, Move.CLOSE, now=now)
    handoffs.end(tx, conversation.id, Ending.CLOSED, now)
    timers.cancel(tx, conversation.id, "desk:")
    questions.settle_all(tx, conversation.id, now=now)
    _say(tx, floor, moved, until, now)
    floor.owner_changed(tx, moved, "system", "handoff_muted", now)


def unheard(tx: Tx, floor: Floor, conversation: Conversation, message_id: int, now: int) -> None:
    customer = customers.find(tx, conversation.id)
    floor.told.messages(tx, conversation.id, [message_id], card=True)
    if customer is not None and customer.muted_until is not None:
        _say(tx, floor, conversation, customer.muted_until, now)


def lifted(tx: Tx, floor: Floor, conversation: Conversation, now: int) -> None:
    """The customer, who was told a later time, hears that they may write again."""
    wrote = conversation.last_customer_at
    if wrote is not None and now - wrote < WINDOW_MS:
        floor.say(tx, conversation, "utter_wyciszenie_koniec", {}, f"muted:{conversation.id}:over:{now}", now)


def _say(tx: Tx, floor: Floor, conversation: Conversation, until: int, now: int) -> None:
    # The id is the same for as long as this muting lasts, so it is said once.
    slots = {"termin": from_ms(until).astimezone(WARSAW).isoformat()}
    floor.say(tx, conversation, "utter_wyciszenie", slots, f"muted:{conversation.id}:{until}", now)
