"""Every text can be said to everybody: well formed, within the platform's limits, and never a form to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.dialogue.rendering import Listener, Part, Renderer
from bot.dialogue.saying import Say
from bot.language import Address, speaker_gender
from bot.messenger.limits import check_limits
from tests.content.samples import BRANCHING, OF_ALL, SAMPLES, USUAL

LISTENERS = [
    Listener(Address.PAN, "Tomasz"),
    Listener(Address.PANI, "Grażyna"),
    Listener(Address.PANSTWO),
    Listener(Address.TY_M, "Tomasz"),
    Listener(Address.TY_F, "Grażyna"),
    Listener(Address.TY),
]
MOST_WITH_BUTTONS = 640
_URL = re.compile(r"https?://\S+")
# What a hurried template leaves behind.
_LEFTOVERS = re.compile(r"[\[\]{}]|\bNone\b|\bTrue\b|\bFalse\b|undefined|  |\s[,.;:?!]|\.\.|,\.|[\ue000-\uf8ff]")
# "zgłosił(a)", "zgłosił/a", "Pan/Pani".
_FORM_TO_FILL_IN = re.compile(r"\w\(\w{1,3}\)|\b[Pp]an[ai]?/|[a-ząęłńóśźż]{3,}/(a|ą|am|em|y|i|ły|ła)\b")
_QUOTED = re.compile(r"„[^”]*”")
_TY = re.compile(r"\b(Ty|Ciebie|Cię|Ci|Tobą|Tobie|Tw[óo]j\w*|możesz|masz|chcesz|wolisz|proszę Cię)\b")
_FORMAL = re.compile(r"\b(Pan|Pana|Panu|Panem|Pani|Panią|Państw(o|a|u|em)|Panie)\b")


Said = list[tuple[str, Part]]


def said(renderer: Renderer, name: str, listener: Listener) -> Iterator[Part]:
    """Every message that the text can become, in all its variants and for all samples."""
    for turn in range(len(renderer.texts.responses[name])):
        for sample in SAMPLES if name in BRANCHING else SAMPLES[:OF_ALL]:
            spoken_to = Listener(listener.address, listener.first_name, turn)
            yield from renderer.render(Say(name, sample), spoken_to)


@pytest.fixture(scope="module", params=LISTENERS, ids=lambda listener: str(listener.address.name))
def listener(request: pytest.FixtureRequest) -> Listener:
    chosen: Listener = request.param
    return chosen


@pytest.fixture(scope="module")
def everything(renderer: Renderer, listener: Listener) -> Said:
    """Everything that can be said to the listener, with its text's name."""
    names = sorted(renderer.texts.responses)
    return [(name, part) for name in names for part in said(renderer, name, listener)]


def test_every_text_is_well_formed_for_everybody(everything: Said) -> None:
    faults = [
        (name, part.text)
        for name, part in everything
        if (_LEFTOVERS.search(_URL.sub("adres", part.text)) or _FORM_TO_FILL_IN.search(_URL.sub("adres", part.text)))
    ]
    assert faults == []


def test_every_sentence_begins_with_a_capital(everything: Said) -> None:
    faults = [
        (name, part.text)
        for name, part in everything
        for line in part.text.splitlines()
        if line and not line.startswith("•") and "cards" not in (part.content or {})
        if re.match(r"[a-ząćęłńóśźż]", line) or re.search(r"[!?] [a-ząćęłńóśźż]", line)
    ]
    assert faults == []


def test_every_message_keeps_the_platforms_limits(everything: Said) -> None:
    faults = [(name, problem) for name, part in everything for problem in check_limits(part.body)]
    assert faults == []


def test_a_text_with_buttons_stays_short(everything: Said) -> None:
    faults = [
        (name, len(part.text)) for name, part in everything if part.commands and len(part.text) > MOST_WITH_BUTTONS
    ]
    assert faults == []


def test_no_button_is_cut(renderer: Renderer, listener: Listener) -> None:
    """The renderer cuts at twenty characters; here the whole title must fit."""
    faults = [
        (name, title)
        for name, variants in renderer.texts.responses.items()
        for variant in variants
        for button in variant.buttons
        for title in [renderer.phrase(button.title, USUAL, listener)]
        if not 0 < len(title) <= 20
    ]
    assert faults == []


def test_the_assistant_has_no_gender(everything: Said) -> None:
    faults = [(name, part.text) for name, part in everything if speaker_gender(_QUOTED.sub("", part.text)) is not None]
    assert faults == []


def test_nobody_is_addressed_in_two_ways(everything: Said, listener: Listener) -> None:
    wrong = _TY if listener.address in (Address.PAN, Address.PANI, Address.PANSTWO) else _FORMAL
    faults = [(name, part.text) for name, part in everything if wrong.search(part.text)]
    assert faults == []


def test_canned_replies_fit_everybody(renderer: Renderer, listener: Listener) -> None:
    slots = {**renderer.texts.sections, **renderer.texts.section("firma"), **USUAL}
    for key, entry in renderer.texts.section("canned").items():
        text = renderer.preview(entry["text"], slots, listener)
        assert not _LEFTOVERS.search(text), (key, text)
        assert speaker_gender(text) is None, (key, text)
        assert len(text) < 1000, key


def test_canned_replies_have_shortcuts_of_their_own(renderer: Renderer) -> None:
    shortcuts = [entry["skrot"] for entry in renderer.texts.section("canned").values()]
    assert len(set(shortcuts)) == len(shortcuts)
    assert all(re.fullmatch(r"[a-z]+", shortcut) for shortcut in shortcuts)
