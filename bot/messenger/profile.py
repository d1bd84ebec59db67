"""Builds the page's standing offers: Get Started, greeting, ice breakers, menu; knows nothing of their words.

Source: documentation/business-messaging/messenger-platform/reference/messenger-profile-api (18 Mar 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.messenger.limits import PAYLOAD_LIMIT, Problem, units
from bot.messenger.messages import Button, LinkButton, PostbackButton

GREETING_LIMIT = 160  # long known; not confirmed on a page of 2026
ICE_BREAKERS = 4  # …/ice-breakers, 26 Jun 2024
MENU_ITEMS = 20  # …/send-messages/persistent-menu, 17 Jun 2026; five are advised
MENU_TITLE = 30  # the same page
FIELDS = ("get_started", "greeting", "ice_breakers", "persistent_menu")
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class IceBreaker:
    """A question offered to somebody who has not written yet; a tap is a postback."""

    question: str
    payload: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What a page shows before and beside the conversation, in one language, used for every locale."""

    get_started: str
    greeting: str
    ice_breakers: tuple[IceBreaker, ...] = ()
    menu: tuple[Button, ...] = ()


def profile_body(offers: Offers) -> dict[str, Any]:
    """Everything in one call, since only ten are allowed in ten minutes. Empty parts are left out."""
    body: dict[str, Any] = {
        "get_started": {"payload": offers.get_started},
        "greeting": [{"locale": _DEFAULT, "text": offers.greeting}],
    }
    if offers.ice_breakers:
        body["ice_breakers"] = ice_breakers(offers.ice_breakers)
    if offers.menu:
        body["persistent_menu"] = persistent_menu(offers.menu)
    return body


def ice_breakers(questions: Sequence[IceBreaker]) -> list[dict[str, Any]]:
    actions = [{"question": each.question, "payload": each.payload} for each in questions]
    return [{"locale": _DEFAULT, "call_to_actions": actions}]


def persistent_menu(items: Sequence[Button], *, composer_disabled: bool = False) -> list[dict[str, Any]]:
    """Needs Get Started to be set; the composer stays open so that the customer can always write."""
    actions = [_menu_item(each) for each in items]
    return [{"locale": _DEFAULT, "composer_input_disabled": composer_disabled, "call_to_actions": actions}]


def check_offers(offers: Offers) -> list[Problem]:
    """The limits that these offers break."""
    lengths = [
        ("greeting", GREETING_LIMIT, units(offers.greeting)),
        ("ice_breakers", ICE_BREAKERS, len(offers.ice_breakers)),
        ("menu", MENU_ITEMS, len(offers.menu)),
        *((f"menu[{n}].title", MENU_TITLE, units(each.title)) for n, each in enumerate(offers.menu)),
        *((f"menu[{n}].payload", PAYLOAD_LIMIT, units(_payload(each))) for n, each in enumerate(offers.menu)),
    ]
    return [Problem(where, limit, actual) for where, limit, actual in lengths if actual > limit]


def _menu_item(item: Button) -> dict[str, str]:
    if isinstance(item, LinkButton):
        return {"type": "web_url", "title": item.title, "url": item.url}
    return {"type": "postback", "title": item.title, "payload": item.payload}


def _payload(item: Button) -> str:
    return item.payload if isinstance(item, PostbackButton) else ""
