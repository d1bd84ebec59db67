"""Puts what is to be said into words for one person: Jinja2 first, the address markup second, then Messenger's form.

Values never meet the markup: Jinja2 leaves a placeholder where a value goes, the markup is resolved around it, and the
value comes last. So a bracket that a customer typed stays a bracket, and a text's shape is compiled once, not for
every value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import jinja2.sandbox

from bot.dialogue.saying import Option, Say
from bot.dialogue.texts import Template, Texts, Variant
from bot.dialogue.values import Values, phone
from bot.errors import ContentFault
from bot.language import Address, CompiledText, compile_text
from bot.language.filters import FILTERS
from bot.messenger import messages
from bot.messenger.limits import (
    BUTTON_TITLE,
    CARD_SUBTITLE,
    CARD_TITLE,
    CARDS,
    QUICK_REPLIES,
    QUICK_REPLY_TITLE,
)
from bot.messenger.splitting import split_text

# Part of the private use area (bot.language uses its beginning): characters that no text and no customer's message
# holds, because they are taken out on the way in.
_FIRST_PLACEHOLDER = 0xE100
_MOST_VALUES = 0xF8FF - _FIRST_PLACEHOLDER
_VALUES = "__values__"


@jinja2.pass_context
def _leave_placeholder(context: jinja2.runtime.Context, value: Any) -> Any:
    values = context.get(_VALUES)
    if not isinstance(values, list) or len(values) >= _MOST_VALUES:
        return value
    values.append("" if value is None else str(value))
    return chr(_FIRST_PLACEHOLDER + len(values) - 1)


def environment() -> jinja2.Environment:
    """Jinja2 as the texts use it. An unknown name is an error, not an empty place in a sentence to a customer.

    In a sandbox: whoever writes a text does not thereby write a program that runs among customers' data.
    """
    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        finalize=_leave_placeholder,
        autoescape=False,  # plain text for Messenger, no markup language
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS, telefon=phone)
    return made


def load_texts(root: Path) -> Texts:
    return Texts(root, environment())


@lru_cache(maxsize=8192)
def _compiled(shape: str) -> CompiledText:
    return compile_text(shape)


@dataclass(frozen=True)
class Listener:
    """Whom we speak to: the form of address, the first name if known, and a number that varies what we say."""

    address: Address
    first_name: str | None = None
    turn: int = 0


@dataclass(frozen=True)
class Part:
    """One message to be sent: the Send API's `message`, and what the transcript shows of it."""

    body: dict[str, Any]
    text: str
    content: dict[str, Any] | None
    commands: Mapping[str, Mapping[str, Any]]  # token → what tapping it means


def token_of(command: Mapping[str, Any]) -> str:
    """The payload that stands for `command` on the wire: short, and says nothing to whoever reads it."""
    canonical = json.dumps(command, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return "d:" + hashlib.blake2b(canonical.encode(), digest_size=12).hexdigest()


class Renderer:
    """`render(say, listener)`; stateless but for its caches."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.values = Values(texts)

    def phrase(self, template: Template, slots: Mapping[str, Any], listener: Listener) -> str:
        """One template in words. Raises ContentFault where the text asks for a value that is not there."""
        values: list[str] = []
        try:
            shape = template.render(dict(slots), **{_VALUES: values})
        except jinja2.TemplateError as error:
            raise ContentFault(f"{type(error).__name__} in a text: {error}") from error
        spoken = _compiled(shape).render(listener.address, listener.first_name)
        if not values:
            return spoken
        return spoken.translate({_FIRST_PLACEHOLDER + n: value for n, value in enumerate(values)})

    def preview(self, source: str, slots: Mapping[str, Any], listener: Listener) -> str:
        """A text that is not in a file: a canned reply, an editor's draft."""
        return self.phrase(self.texts.template(source), slots, listener)

    def render(self, say: Say, listener: Listener) -> list[Part]:
        """The messages that say `say` to `listener`, in order: long texts split at sentences, buttons on the last."""
        variants = self.texts.responses.get(say.response)
        if not variants:
            raise ContentFault(f"no text named {say.response}")
        variant = variants[listener.turn % len(variants)]
        slots = self._slots(say)
        text = self.phrase(variant.text, slots, listener)
        lead = self.texts.responses.get(say.lead) if say.lead else None
        if lead:
            text = f"{self.phrase(lead[0].text, slots, listener)}\n\n{text}"
        replies = self._quick_replies(variant, say.options, slots, listener)
        links = [
            messages.LinkButton(self.phrase(b.title, slots, listener)[:BUTTON_TITLE], b.url)
            for b in variant.buttons
            if b.url
        ]
        parts = self._texts(text, links)
        if variant.cards is not None:
            parts.extend(self._cards(variant, slots, listener))
        if replies and parts:
            parts[-1] = self._with_replies(parts[-1], replies)
        return parts

    def _slots(self, say: Say) -> dict[str, Any]:
        """Everything a text may name: the company's facts, the sections of the locale, and what is to be said."""
        slots = {**self.texts.sections, **self.texts.section("firma"), **say.slots}
        if "wiersze" in say.slots:
            slots["wiersze"] = self.values.rows(say.slots["wiersze"])
        return slots

    def _quick_replies(
        self, variant: Variant, options: tuple[Option, ...], slots: Mapping[str, Any], listener: Listener
    ) -> list[tuple[str, Mapping[str, Any]]]:
        made = [(self.phrase(b.title, slots, listener), b.command) for b in variant.buttons if b.command is not None]
        made += [(self._option_title(option, slots, listener), option.command) for option in options]
        return [(title[:QUICK_REPLY_TITLE], command) for title, command in made][:QUICK_REPLIES]

    def _option_title(self, option: Option, slots: Mapping[str, Any], listener: Listener) -> str:
        if option.title_key is None:
            return option.title or ""
        entry: Any = self.texts.sections
        for step in option.title_key.split("."):
            entry = entry.get(step) if isinstance(entry, Mapping) else None
        if isinstance(entry, Mapping):
            entry = entry.get("przycisk") or entry.get("label")
        if entry is None:
            raise ContentFault(f"no text for the button {option.title_key}")
        return self.phrase(self.texts.template(str(entry)), slots, listener)

    def _texts(self, text: str, links: list[messages.LinkButton]) -> list[Part]:
        if not text.strip():
            return []
        if not links:
            return [self._part({"text": piece}, piece) for piece in split_text(text)]
        made = messages.texts_with_buttons(text, links)
        shown = {"links": [{"title": link.title, "url": link.url} for link in links]}
        leading = [self._part(body, body["text"]) for body in made[:-1]]
        last = made[-1]
        return [*leading, self._part(last, last["attachment"]["payload"]["text"], shown)]

    @staticmethod
    def _part(body: dict[str, Any], text: str, content: dict[str, Any] | None = None) -> Part:
        return Part(body, text, content, {})

    @staticmethod
    def _with_replies(part: Part, replies: list[tuple[str, Mapping[str, Any]]]) -> Part:
        commands = {token_of(command): command for _, command in replies}
        wire = [{"content_type": "text", "title": title, "payload": token_of(command)} for title, command in replies]
        shown = {**(part.content or {}), "quick_replies": [title for title, _ in replies]}
        return Part({**part.body, "quick_replies": wire}, part.text, shown, commands)

    def _cards(self, variant: Variant, slots: Mapping[str, Any], listener: Listener) -> list[Part]:
        cards = variant.cards
        assert cards is not None
        made: list[messages.Card] = []
        for member in list(slots.get(cards.each) or ())[:CARDS]:
            inner = {**slots, cards.name: member}
            buttons: tuple[messages.LinkButton, ...] = ()
            if cards.link is not None and cards.link_title is not None:
                title = self.phrase(cards.link_title, inner, listener)[:BUTTON_TITLE]
                buttons = (messages.LinkButton(title, self.phrase(cards.link, inner, listener)),)
            made.append(
                messages.Card(
                    title=self.phrase(cards.title, inner, listener)[:CARD_TITLE],
                    subtitle=self.phrase(cards.subtitle, inner, listener)[:CARD_SUBTITLE] or None,
                    buttons=buttons,
                )
            )
        if not made:
            return []
        shown = [{"title": card.title, "subtitle": card.subtitle} for card in made]
        text = "\n\n".join(f"{c.title}\n{c.subtitle or ''}".strip() for c in made)
        return [self._part(dict(messages.generic_template(made)), text, {"cards": shown})]
