"""The platform's state and its two sides: the customer acts, the page's apps send; knows nothing of HTTP routes."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messenger.graph import PAGE_INBOX_APP_ID
from bot.messenger.json_values import as_object
from bot.simulator import rules, wire
from bot.simulator.acts import Act, Presses, Writes
from bot.simulator.bubbles import customers_bubble, new_mid, pages_bubble
from bot.simulator.clock import ShiftedClock, milliseconds
from bot.simulator.control import Routing
from bot.simulator.courier import Courier, Parcel
from bot.simulator.exchange import ExchangeLog
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.receipts import Receipts
from bot.simulator.thread import Message, Thread
from bot.simulator.wall import Wall

_THREADS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Account:
    """The page, our app and their secrets, as the product knows them too."""

    page_id: str
    page_name: str
    app_id: str
    app_secret: str
    page_token: str

    def __repr__(self) -> str:
        return f"Account(page_id={self.page_id!r}, app_id={self.app_id!r})"


@dataclass(frozen=True, slots=True)
class Persona:
    persona_id: str
    name: str
    picture_url: str | None


class Twin:
    """One page of the platform. Everything happens on one event loop, so nothing here locks."""

    def __init__(
        self,
        account: Account,
        routing: Routing,
        webhook_url: str,
        clock: ShiftedClock,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self.account, self.routing, self.clock = account, routing, clock
        self.chance = chance or secrets.SystemRandom().random
        self.faults = Faults()
        self.feed = Feed()
        self.log = ExchangeLog(self.feed)
        self.threads: OrderedDict[str, Thread] = OrderedDict()
        self.personas: dict[str, Persona] = {}
        self.profile: dict[str, Any] = {}
        self.templates: dict[str, dict[str, Any]] = {}
        self.subscribed_fields: list[str] = []
        self.courier = Courier(
            account.page_id, webhook_url, account.app_secret, clock, self.log, lambda: self.faults, self.chance
        )
        self.wall = Wall(self)
        self._receipts = Receipts(self._arrived)

    def thread(self, psid: str) -> Thread:
        """The person's thread, new if there was none; the longest unused are forgotten past a bound."""
        if psid not in self.threads:
            self.threads[psid] = Thread(psid)
            while len(self.threads) > _THREADS_KEPT:
                self.threads.popitem(last=False)
        self.threads.move_to_end(psid)
        return self.threads[psid]

    def set_profile(self, psid: str, profile: Mapping[str, Any]) -> None:
        thread = self.thread(psid)
        thread.profile = dict(profile)
        self.feed.tell("profile", psid, {"profile": thread.profile})

    def set_faults(self, faults: Faults) -> None:
        self.faults = faults
        self.feed.tell("faults", None, {"faults": faults.to_dict()})

    def customer_acts(self, psid: str, act: Act) -> str | None:
        """Sends the event on its way. Returns the mid of the new message, if the act made one."""
        now, thread = self.clock.now(), self.thread(psid)
        self.customer_reads(psid)
        self.routing.customer_wrote(thread, now)
        thread.interacted_at = now
        if not isinstance(act, Writes | Presses):
            self._deliver(thread, wire.from_customer(self.account.page_id, psid, now, {act.kind: act.content}))
            self.feed.tell("reload", psid, {})
            return None
        message, content = customers_bubble(act, now)
        self._show(thread, message)
        item = wire.from_customer(self.account.page_id, psid, now, content)
        self._deliver(thread, item, lambda: self._mark_delivered(thread, message))
        return message.mid

    def customer_reads(self, psid: str) -> bool:
        """The customer has looked at everything so far. Returns whether there was something new."""
        thread, now = self.thread(psid), self.clock.now()
        unread = [each for each in thread.messages if each.sender == "page" and not each.seen]
        for message in unread:
            message.seen = True
        if unread:
            content = {"read": {"watermark": milliseconds(now)}}
            self._deliver(thread, wire.from_customer(self.account.page_id, psid, now, content))
            self._tell_receipts(thread)
        return bool(unread)

    def page_sends(self, thread: Thread, body: Mapping[str, Any]) -> str:
        """Our app's message, checked already: shown, echoed, delivered. Returns its mid."""
        now, persona = self.clock.now(), self.personas.get(str(body.get("persona_id")))
        message = pages_bubble(as_object(body["message"]), now, self.templates)
        message.app_id = self.account.app_id
        message.reply_to = as_object(body.get("reply_to")).get("mid")
        if persona is not None:
            message.persona, message.persona_picture = persona.name, persona.picture_url
        self.routing.wrote(thread, self.account.app_id, now)
        self._publish(thread, message, as_object(body["message"]))
        return message.mid

    def inbox_writes(self, psid: str, text: str) -> str:
        """Staff answers in Meta's own inbox: it takes the thread, and we hear of it. Returns the mid."""
        thread, now = self.thread(psid), self.clock.now()
        message = Message(new_mid(), "page", now, text, app_id=PAGE_INBOX_APP_ID)
        if thread.owner(now) == self.account.app_id:
            lost = {"previous_owner_app_id": self.account.app_id, "new_owner_app_id": PAGE_INBOX_APP_ID}
            self._hand_over(thread, "take_thread_control", {**lost, "metadata": ""})
        self.routing.wrote(thread, PAGE_INBOX_APP_ID, now)
        self._publish(thread, message, {"text": text})
        return message.mid

    def inbox_gives_back(self, psid: str, *, passes: bool, metadata: str = "") -> None:
        """Staff is done: passes the thread to our app (which hears of it) or leaves it idle (which nobody does)."""
        thread, now = self.thread(psid), self.clock.now()
        if not passes:
            thread.give(None, None)
            return
        gained = {"previous_owner_app_id": thread.owner(now), "new_owner_app_id": self.account.app_id}
        self.routing.wrote(thread, self.account.app_id, now)
        self._hand_over(thread, "pass_thread_control", {**gained, "metadata": metadata})

    def shows_typing(self, thread: Thread, since: datetime | None, persona_id: str | None) -> None:
        """Shows or hides the dots, under a persona's name if one is given."""
        persona = self.personas.get(persona_id or "")
        thread.typing_since, thread.typing_persona = since, persona.name if persona else None
        self.feed.tell("typing", thread.psid, {"typing": since is not None, "persona": thread.typing_persona})

    def page_reads(self, thread: Thread) -> None:
        for message in thread.messages:
            message.seen = message.seen or message.sender == "customer"
        self._tell_receipts(thread)

    def check_send(self, thread: Thread, body: Mapping[str, Any]) -> None:
        """Raises RefusalError when the platform would not take this message."""
        now = self.clock.now()
        self.routing.check_may_send(thread, now)
        rules.check_window(body, thread, now)
        rules.check_content(as_object(body["message"]))
        rules.check_extras(body, thread, self.personas)
        rules.check_template(as_object(body["message"]), self.templates)

    def _publish(self, thread: Thread, message: Message, sent: Mapping[str, Any]) -> None:
        self._show(thread, message)
        if thread.typing_since is not None:
            self.shows_typing(thread, None, None)
        if self.faults.drop_echo_rate <= self.chance():
            shown = {key: value for key, value in sent.items() if key in ("text", "metadata", "attachment")}
            item = wire.echo(self.account.page_id, thread.psid, message.at, _echoed(message, shown))
            self._deliver(thread, item, after=self.faults.echo_delay_ms.seconds(self.chance()))
        self._receipts.add(thread, message)

    def _show(self, thread: Thread, message: Message) -> None:
        thread.messages.append(message)
        self.feed.tell("message", thread.psid, {"message": message.view()})

    def _hand_over(self, thread: Thread, kind: str, content: Mapping[str, Any]) -> None:
        item = wire.from_customer(self.account.page_id, thread.psid, self.clock.now(), {kind: content})
        self.courier.send(thread.psid, Parcel(item, standby=False))

    def _deliver(
        self, thread: Thread, item: wire.Item, taken: Callable[[], None] | None = None, after: float = 0.0
    ) -> None:
        standby = self.routing.is_standby(thread, self.clock.now())
        parcel = Parcel(wire.without_payload(item) if standby else item, standby, taken)
        self.courier.send(thread.psid, parcel, after)

    def _mark_delivered(self, thread: Thread, message: Message) -> None:
        message.delivered = True
        self._tell_receipts(thread)

    def _arrived(self, thread: Thread, messages: list[Message]) -> None:
        for message in messages:
            message.delivered = True
        content = {"mids": [each.mid for each in messages], "watermark": milliseconds(messages[-1].at)}
        item = wire.from_customer(self.account.page_id, thread.psid, self.clock.now(), {"delivery": content})
        self._deliver(thread, item)
        self._tell_receipts(thread)

    def _tell_receipts(self, thread: Thread) -> None:
        marks = {each.mid: [each.delivered, each.seen] for each in list(thread.messages)[-40:]}
        self.feed.tell("receipts", thread.psid, {"marks": marks})


def _echoed(message: Message, sent: Mapping[str, Any]) -> dict[str, Any]:
    attachment = sent.get("attachment")
    body = {key: value for key, value in sent.items() if key != "attachment"}
    if attachment is not None:
        body["attachments"] = [attachment]
    return {"app_id": wire.number(message.app_id or ""), "mid": message.mid, **body}
