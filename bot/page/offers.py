"""The standing offers of the content (`locales/pl/profil.yml`), as the page's profile takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.rendering import token_of
from bot.dialogue.texts import COMPANY, Texts, command_of
from bot.errors import ContentFault
from bot.messenger.messages import Button, LinkButton, PostbackButton
from bot.messenger.profile import IceBreaker, Offers, check_offers
from bot.store import outbox
from bot.store.database import Tx

SECTION = "profile"


def offers(texts: Texts) -> Offers:
    """What the page shows before and beside the conversation; a menu's `url:` may be a name of section `firma`.

    Payloads are tokens, as those of all other buttons. Raises ContentFault where a limit of the platform is broken.
    """
    section = texts.section(SECTION)
    made = Offers(
        get_started=token_of(command_of(section["get_started"])),
        greeting=section["greeting"],
        ice_breakers=tuple(
            IceBreaker(each["question"], token_of(command_of(each["payload"])))
            for each in section.get("ice_breakers", ())
        ),
        menu=tuple(_menu_item(each, texts.section(COMPANY)) for each in section.get("menu", ())),
    )
    problems = check_offers(made)
    if problems:
        said = "; ".join(f"{each.where}: {each.actual} instead of at most {each.limit}" for each in problems)
        raise ContentFault(f"locales/pl/profil.yml is over the platform's limits: {said}. Shorten it.")
    return made


def remember(tx: Tx, texts: Texts) -> None:
    """Note what a tap on each offer means, so that it is understood when it comes back; harmless to repeat."""
    for payload in _payloads(texts.section(SECTION)):
        command = command_of(payload)
        outbox.remember_button(tx, token_of(command), command)


def _payloads(section: Mapping[str, Any]) -> list[str]:
    items = [*section.get("ice_breakers", ()), *section.get("menu", ())]
    return [section["get_started"], *(each["payload"] for each in items if "payload" in each)]


def _menu_item(entry: Mapping[str, Any], company: Mapping[str, str]) -> Button:
    if "url" in entry:
        return LinkButton(entry["title"], company.get(entry["url"], entry["url"]))
    return PostbackButton(entry["title"], token_of(command_of(entry["payload"])))
