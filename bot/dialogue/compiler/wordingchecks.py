"""How the texts read to each of the six people they may be said to: the markup, words left outside it, and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault
from bot.language.compiled import CompiledText, examine
from bot.language.errors import MarkupError
from bot.language.linter import check_template
from bot.messenger.limits import QUICK_REPLY_TITLE
from bot.messenger.splitting import BUTTON_TEXT_LIMIT, byte_length

# What stands for a value while a text is examined; the renderer does the same.
_VALUE = "\ue100"
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%-?\s*(\w+).*?-?%\}", re.DOTALL)

# Sections whose texts are said to agents, or are parts of sentences, and so are nobody's address.
_UNSAID = frozenset({"utter_act", "utter_say", "utter_state"})


def check_wording(content: Content) -> list[Fault]:
    """Every text and every button title, in every form of address and both branches of its conditions."""
    faults: list[Fault] = []
    for name, variants in content.locale.responses.items():
        if name in _UNSAID:
            continue
        file, line = content.locale.places[name]
        for variant in variants:
            faults += [Fault(file, line, what, remedy) for what, remedy in _of_variant(name, variant)]
    for place, name, title in _titles_beside(content):
        for shape in shapes(title):
            faults += [Fault(*place, what, remedy) for what, remedy in _of_title(name, shape)]
    return faults


def _titles_beside(content: Content) -> Iterator[tuple[tuple[str, int], str, str]]:
    """Place, name and words of every button that does not stand in a text but is made in the conversation."""
    for section in ("titles", "intent_titles"):
        for name, title in content.locale.section(section).items():
            yield content.locale.entries[section, name], f"{section}: {name}", str(title)
    for name, field in content.locale.section("fields").items():
        if isinstance(field, Mapping) and "przycisk" in field:
            yield content.locale.entries["fields", name], f"fields: {name}", str(field["przycisk"])
    for name, options in content.locale.section("options").items():
        for option, entry in options.items() if isinstance(options, Mapping) else ():
            label = (entry.get("przycisk") or entry.get("label")) if isinstance(entry, Mapping) else entry
            yield content.locale.entries["options", name], f"options: {name}: {option}", str(label or "")


def shapes(text: str) -> list[str]:
    """The text with a placeholder for each value: once with the first, once with the last branch of each condition."""
    return list(dict.fromkeys(_branch(_EXPRESSION.sub(_VALUE, text), first=first) for first in (True, False)))


def _of_variant(name: str, variant: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    buttons = variant.get("buttons") or ()
    for shape in shapes(str(variant.get("text", ""))):
        yield from _of_text(name, shape, BUTTON_TEXT_LIMIT if buttons else None)
    for button in buttons:
        for shape in shapes(str(button.get("title", ""))):
            yield from _of_title(name, shape)


def _of_text(name: str, shape: str, limit: int | None) -> Iterator[tuple[str, str]]:
    compiled = _examined(shape)
    if isinstance(compiled, MarkupError):
        yield _markup_fault(name, compiled)
        return
    for problem in dict.fromkeys((p.word, p.reason, p.remedy) for p in compiled.problems.values()):
        word, reason, remedy = problem
        yield f"tekst „{name}”, słowo „{word}”: {reason}.", remedy
    seen = set()
    for address, finding in check_template(shape):
        if finding.found not in seen:
            seen.add(finding.found)
            what = f"tekst „{name}” mówi „{finding.found}”, także gdy klient to {address.value}."
            yield what, f"Weź to słowo w nawias kwadratowy albo napisz „{finding.proposed or '…'}”."
    if limit is not None:
        longest = max((byte_length(compiled.render(address, "Aleksandra")) for address in compiled.sayable), default=0)
        if longest > limit:
            yield f"tekst „{name}” ma z przyciskami najwyżej {limit} znaków, a ma {longest}.", "Skróć go."


def _of_title(name: str, shape: str) -> Iterator[tuple[str, str]]:
    compiled = _examined(shape)
    if isinstance(compiled, MarkupError):
        yield _markup_fault(name, compiled)
        return
    for title in dict.fromkeys(compiled.render(address) for address in compiled.sayable):
        if _VALUE not in title and len(title) > QUICK_REPLY_TITLE:
            what = f"przycisk „{title}” w tekście „{name}” ma {len(title)} znaków."
            yield what, f"Messenger pokazuje najwyżej {QUICK_REPLY_TITLE}: skróć go."


def _examined(shape: str) -> CompiledText | MarkupError:
    try:
        return examine(shape)
    except MarkupError as error:
        return error


def _markup_fault(name: str, error: MarkupError) -> tuple[str, str]:
    return f"tekst „{name}”, słowo „{error.word}”: {error.reason}.", error.remedy


def _branch(text: str, *, first: bool) -> str:
    """The text with one branch of every condition and one round of every loop."""
    kept: list[str] = []
    # For each open condition: whether the branch we are in is the one we take.
    taking: list[bool] = []
    position = 0
    for statement in _STATEMENT.finditer(text):
        if all(taking):
            kept.append(text[position : statement.start()])
        position = statement.end()
        word = statement.group(1)
        if word == "if":
            taking.append(first or not _has_else(text, statement.end()))
        elif word in ("elif", "else") and taking:
            taking[-1] = not first and word == "else"
        elif word == "endif" and taking:
            taking.pop()
    kept.append(text[position:])
    return "".join(kept)


def _has_else(text: str, start: int) -> bool:
    """Whether the condition whose body begins at `start` has an else of its own."""
    depth = 0
    for statement in _STATEMENT.finditer(text, start):
        word = statement.group(1)
        if word == "if":
            depth += 1
        elif word == "endif":
            if depth == 0:
                return False
            depth -= 1
        elif word == "else" and depth == 0:
            return True
    return False
