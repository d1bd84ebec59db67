"""WCAG AA on the console: every pair of text and ground is legible in light and dark, every field has a name."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from bot.store import agents
from bot.store.agents import Role
from bot.store.database import Database
from tests.handoff.conftest import Street
from tests.handoff.test_console import HERE, browser, demo_agent, log_in

__all__ = ["browser"]

CSS = (ROOT / "handoff" / "console" / "static" / "konsola.css").read_text(encoding="utf-8")
# Text: 4.5 to 1 (WCAG 2.2, 1.4.3).
LEAST = 4.5
GROUNDS = ("tlo", "panel", "panel-2")
PAIRS = [
    *((text, ground) for text in ("tekst", "cichy", "akcent", "ostrzez", "zle", "dobrze") for ground in GROUNDS),
    ("akcent-tekst", "akcent"),
    ("tekst", "akcent-tlo"),
    ("cichy", "akcent-tlo"),
    ("tekst", "klient"),
    ("tekst", "asystent"),
    ("agent-tekst", "agent"),
    ("notatka-tekst", "notatka"),
    ("ostrzez", "ostrzez-tlo"),
    ("zle", "zle-tlo"),
    ("tekst", "zle-tlo"),
    ("dobrze", "dobrze-tlo"),
    ("panel", "tekst"),
]


def tokens(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    pattern = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
    return dict(pattern.findall(light)) | (dict(pattern.findall(dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    known = tokens(scheme)
    faint = [(text, ground, round(contrast(known[text], known[ground]), 2)) for text, ground in PAIRS]
    assert [pair for pair in faint if pair[2] < LEAST] == []


def test_initials_stand_out_from_every_avatars_colour() -> None:
    colours = re.findall(r"\.k\d \{ background: (#[0-9a-f]{6}); \}", CSS)
    assert len(colours) == 8
    assert [colour for colour in colours if contrast("#ffffff", colour) < LEAST] == []


def test_colours_stand_among_the_tokens_only() -> None:
    after = CSS[CSS.index("*, *::before") :]
    loose = set(re.findall(r"#[0-9a-f]{3,6}\b", after)) - set(re.findall(r"\.k\d \{ background: (#\w+)", after))
    assert loose <= {"#fff", "#4a5b7c"}, "a colour beside the tokens has no dark value"


class Names(HTMLParser):
    """Finds what a screen reader could not name."""

    def __init__(self) -> None:
        super().__init__()
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.inside_label = 0
        self.nameless: list[str] = []
        self.open_button: dict[str, str | None] | None = None
        self.words = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(given.get("for") or "")
        elif tag in ("input", "select", "textarea") and given.get("type") != "hidden" and not self.inside_label:
            self.fields.append((tag, given))
        elif tag in ("button", "summary"):
            self.open_button, self.words = given, ""
        elif tag == "img" and given.get("alt") is None:
            self.nameless.append(f"img {given}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.inside_label -= 1
        elif tag in ("button", "summary") and self.open_button is not None:
            if not (self.words.strip() or self.open_button.get("aria-label") or self.open_button.get("title")):
                self.nameless.append(f"{tag} {self.open_button}")
            self.open_button = None

    def handle_data(self, data: str) -> None:
        self.words += data

    def problems(self) -> list[str]:
        unnamed = [
            f"{tag} {given}"
            for tag, given in self.fields
            if not given.get("aria-label") and (given.get("id") or "-") not in self.labelled
        ]
        return self.nameless + unnamed


async def test_every_field_and_button_of_every_page_has_a_name(
    browser: httpx.AsyncClient, street: Street, database: Database
) -> None:
    marek = await demo_agent(database, "marek")
    await database.run(lambda tx: agents.change(tx, marek.id, role=Role.ADMINISTRATOR.value))
    fields = {"telefon": {"value": "601", "source": "said", "raw": "601", "at": "2026-11-23T11:00:00+00:00"}}
    frame = {"flow": "szkoda", "step": "ranni", "fields": fields, "missing": ["ranni"]}
    id = await street.customer(state={"v": 1, "stack": [frame]})
    await street.asks_for_a_person(id)
    pages = ["/konsola/wejscie"]
    found = {pages[0]: (await browser.get(pages[0])).text}
    await log_in(browser, "marek", "marek")
    await browser.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    settings = ("odpowiedzi?kod=chwila", "godziny", "dzialy")
    for path in (
        f"rozmowa/{id}",
        "tablica",
        "awarie",
        "komentarze",
        "konta",
        "haslo",
        *(f"ustawienia/{page}" for page in settings),
    ):
        answer = await browser.get(f"/konsola/{path}")
        assert answer.status_code == 200
        found[path] = answer.text
    problems = {}
    for path, text in found.items():
        names = Names()
        names.feed(text)
        problems[path] = names.problems()
        assert '<html lang="pl">' in text
        assert re.search(r"<title>[^<]+</title>", text)
    assert {path: these for path, these in problems.items() if these} == {}


def test_the_sheet_of_keys_names_every_key() -> None:
    folder = ROOT / "handoff" / "console"
    keys = (folder / "static" / "klawisze.js").read_text(encoding="utf-8")
    sheet = (folder / "templates" / "desk.html").read_text(encoding="utf-8")
    known = re.findall(r'^  "?([a-z/?])"?: \(\) =>', keys, re.MULTILINE)
    assert len(known) > 6
    shown = {key.lower() for key in re.findall(r"<kbd>([^<]+)</kbd>", sheet)}
    assert set(known) - shown == set()


def test_nothing_of_the_styles_reaches_over_the_network() -> None:
    for path in Path(ROOT / "handoff" / "console" / "static").glob("*"):
        if path.suffix in (".css", ".js", ".svg"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://", text), path.name
