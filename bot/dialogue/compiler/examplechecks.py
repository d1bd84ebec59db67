"""What must hold of the examples: enough of them, and none that says two things; knows nothing of training."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

import yaml

from bot.dialogue.compiler.content import NLU_FOLDER, NLU_SETTINGS, Content, Example
from bot.dialogue.compiler.faults import Fault

FEWEST = 40
"""Examples that a question or a matter needs …"""
FEWEST_OF_OTHERS = 20
"""… and any other intent, such as a command: they are also known by their words."""
FEWEST_SETTING = "fewest_examples"
"""A key of nlu_data/config.yml that lowers both, for trials; it is no business of Rasa's."""


def check_examples(content: Content) -> list[Fault]:
    """Examples that stand twice, also but for diacritics and punctuation, and intents with too few of them."""
    return [*_twice(content), *_too_few(content)]


def key_of(text: str) -> str:
    """What two examples must not share: letters and digits without case, diacritics and punctuation."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.split()) or text


def _twice(content: Content) -> Iterator[Fault]:
    first: dict[str, Example] = {}
    for example in content.nlu.examples:
        other = first.setdefault(key_of(example.text), example)
        if other is not example:
            yield from (_clash(example, other), _clash(other, example))


def _clash(here: Example, there: Example) -> Fault:
    same = "" if here.text == there.text else f" jako „{there.text}”"
    whose = "" if here.intent == there.intent else f" przy intencji „{there.intent}”"
    what = f"przykład „{here.text}” jest też w {there.file}:{there.line}{same}{whose}."
    return Fault(
        here.file, here.line, what, "Zostaw go w jednym miejscu; litery bez ogonków znaczą dla asystenta to samo."
    )


def _too_few(content: Content) -> Iterator[Fault]:
    counts = Counter(example.intent for example in content.nlu.examples)
    started = {intent for flow in content.flows.flows.values() for intent in flow.triggers()}
    least = _least(content)
    for intent, places in content.nlu.places.items():
        usual = FEWEST if intent in started or intent.startswith("faq/") else FEWEST_OF_OTHERS
        needed = min(usual, least) if least is not None else usual
        if counts[intent] < needed:
            file, line = places[-1]
            what = f"intencja „{intent}” ma za mało przykładów: {counts[intent]}, a potrzeba co najmniej {needed}."
            yield Fault(
                file, line, what, "Dopisz, jak ludzie naprawdę piszą: krótko, z literówkami, bez ogonków.", True
            )


def _least(content: Content) -> int | None:
    path = content.root / NLU_FOLDER / NLU_SETTINGS
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError):
        return None
    found = settings.get(FEWEST_SETTING) if isinstance(settings, dict) else None
    return found if isinstance(found, int) else None
