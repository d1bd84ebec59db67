"""The texts of locales/pl: loaded once, with their Jinja2 templates, names of fields and options looked up.

Knows the files' form (Rasa's `responses:` and a few sections of our own), not who is spoken to: that is rendering.py's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from bot.errors import ContentFault

LOCALE = Path("locales") / "pl"
# Facts of the company that every text may name (firma.yml), and the one of them that the code needs as well.
COMPANY = "firma"
PRIVACY_PAGE = "strona_dane"

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Template:
    """One text with Jinja2 in it, compiled when it is first said: all of them would be a quarter of a start."""

    __slots__ = ("_compiled", "_environment", "source")

    def __init__(self, source: str, environment: jinja2.Environment) -> None:
        self.source = source
        self._environment = environment
        self._compiled: jinja2.Template | None = None

    def render(self, *args: Any, **values: Any) -> str:
        """Raises jinja2.TemplateError where it does not compile, or asks for a value that is not there."""
        if "{" not in self.source:
            return self.source.removesuffix("\n")
        if self._compiled is None:
            self._compiled = self._environment.from_string(self.source)
        return self._compiled.render(*args, **values)


@dataclass(frozen=True)
class Button:
    """A quick reply that stands in the text: its title (markup), and what tapping it means or opens."""

    title: Template
    command: Mapping[str, Any] | None
    url: str | None


@dataclass(frozen=True)
class Cards:
    """A row of cards, one for each member of a list in the slots (a branch, say)."""

    each: str
    name: str
    title: Template
    subtitle: Template
    link_title: Template | None
    link: Template | None


@dataclass(frozen=True)
class Variant:
    text: Template
    source: str
    buttons: tuple[Button, ...]
    cards: Cards | None


def command_of(payload: str) -> dict[str, Any]:
    """What the `payload:` of a button in a text means: /intent, /answer{…} or /control{…}."""
    name, brace, rest = payload.removeprefix("/").partition("{")
    values: dict[str, Any] = json.loads(brace + rest) if brace else {}
    if name in ("answer", "control", "resume"):
        return {"kind": name, **values}
    return {"kind": "intent", "intent": name}


class Texts:
    """Everything under locales/pl. Raises ContentFault when a file cannot be read.

    What is wrong in a template is found when content is checked (compiler/textchecks.py), or when it is said.
    """

    def __init__(self, root: Path, environment: jinja2.Environment) -> None:
        self.environment = environment
        self.responses: dict[str, tuple[Variant, ...]] = {}
        self.sections: dict[str, dict[str, Any]] = {}
        for path in sorted((root / LOCALE).glob("*.yml")):
            self._read(path)

    def become(self, other: Texts) -> None:
        """Be what `other` is, for everybody who holds on to this one; readers see the old or the new, never half."""
        self.responses, self.sections = other.responses, other.sections

    def _read(self, path: Path) -> None:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 (a safe loader)
        except yaml.YAMLError as error:
            raise ContentFault(f"{path.name}: {error}") from error
        for section, entries in content.items():
            if section == "responses":
                for name, variants in entries.items():
                    self.responses[name] = tuple(self._variant(path, name, v) for v in variants)
            elif isinstance(entries, dict):
                self.sections.setdefault(section, {}).update(entries)

    def _variant(self, path: Path, name: str, entry: Mapping[str, Any]) -> Variant:
        try:
            text = str(entry.get("text", ""))
            cards = entry.get("cards")
            return Variant(
                text=self.template(text),
                source=text,
                buttons=tuple(self._button(b) for b in entry.get("buttons") or ()),
                cards=self._cards(cards) if cards else None,
            )
        except (ValueError, KeyError) as error:
            raise ContentFault(f"{path.name}: {name}: {error}") from error

    def template(self, text: str) -> Template:
        return Template(text, self.environment)

    def _button(self, entry: Mapping[str, Any]) -> Button:
        payload, url = entry.get("payload"), entry.get("url")
        return Button(self.template(str(entry["title"])), command_of(payload) if payload else None, url)

    def _cards(self, entry: Mapping[str, Any]) -> Cards:
        link = entry.get("link") or {}
        return Cards(
            each=entry["each"],
            name=entry.get("as", "karta"),
            title=self.template(entry["title"]),
            subtitle=self.template(entry.get("subtitle", "")),
            link_title=self.template(link["title"]) if link else None,
            link=self.template(link["url"]) if link else None,
        )

    @property
    def privacy_page(self) -> str:
        """Address of the data protection notice; empty where the content names none."""
        return str(self.section(COMPANY).get(PRIVACY_PAGE, ""))

    # Names of things, for cards, summaries and the console

    def __contains__(self, response: str) -> bool:
        return response in self.responses

    def names(self) -> Iterator[str]:
        return iter(self.responses)

    def version_of(self, response: str) -> str:
        """Changes with the wording: what somebody agreed to can be told from what stands there today."""
        sources = [variant.source for variant in self.responses.get(response, ())]
        return hashlib.sha256(json.dumps(sources).encode()).hexdigest()[:16]

    def section(self, name: str) -> dict[str, Any]:
        return self.sections.get(name, {})

    def replace_section(self, name: str, entries: dict[str, Any]) -> None:
        """Entries that were changed while the product runs; readers of the old ones keep a whole section."""
        self.sections = {**self.sections, name: entries}

    def field_label(self, slot: str) -> str:
        return self._label(self.section("fields").get(slot), slot)

    def option_label(self, slot: str, value: str) -> str:
        return self._label((self.section("options").get(slot) or {}).get(value), value)

    def flow_name(self, flow: str, case: str = "M") -> str:
        names = self.section("flow_names").get(flow)
        if isinstance(names, dict):
            return str(names.get(case) or names.get("M") or flow)
        return str(names or flow)

    def department(self, name: str | None) -> str:
        return self._label(self.section("departments").get(name or ""), name or "")

    def reason(self, code: str | None) -> str:
        return self._label(self.section("handoff_reasons").get(code or ""), code or "")

    @staticmethod
    def _label(entry: Any, otherwise: str) -> str:
        if isinstance(entry, dict):
            return str(entry.get("label") or entry.get("M") or otherwise)
        return str(entry) if entry else otherwise
