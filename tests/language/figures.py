"""Scores the language room on the sets in `data/`: rows right, rows wrong, and what they were; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.language import Address, MarkupError, inflect, name_gender, register_of, speaker_gender, vocative
from bot.language.linter import check_draft

DATA = Path(__file__).parent / "data"
HALVES = ("develop", "heldback")


@dataclass(frozen=True)
class Score:
    """How many rows came out as expected; `wrong` are those that gave a false answer instead of none."""

    rows: int
    right: int
    wrong: int
    faults: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.right / self.rows

    @property
    def wrong_share(self) -> float:
        return self.wrong / self.rows


def rows(name: str) -> Iterator[list[str]]:
    """The lines of a table, cut at tabs."""
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def score(table: list[tuple[str, str, str]]) -> Score:
    """Rows of input, expected and actual; "-" stands for no answer."""
    faults = [row for row in table if row[1] != row[2]]
    wrong = [row for row in faults if row[2] != "-"]
    shown = tuple(f"{given!r}: {actual!r} instead of {expected!r}" for given, expected, actual in faults)
    return Score(len(table), len(table) - len(faults), len(wrong), shown)


def markup(half: str) -> Score:
    return score([(f"{address} {template}", expected, _inflected(template, address, name))
                  for template, address, name, expected in rows(f"markup_{half}")])  # fmt: skip


def vocatives(half: str) -> Score:
    return score([(name, expected, vocative(name) or "-") for name, expected, _ in rows(f"names_{half}")])


def name_genders(half: str) -> Score:
    return score([(name, expected, name_gender(name) or "-") for name, _, expected in rows(f"names_{half}")])


def registers(half: str) -> Score:
    return score([(text, expected, register_of(text)) for expected, text in rows(f"register_{half}")])


def speaker_genders(half: str) -> Score:
    return score([(text, expected, speaker_gender(text) or "-") for expected, text in rows(f"gender_{half}")])


def false_alarms() -> Score:
    """Correct sentences, each to everybody it is correct for; a finding is a false alarm."""
    drafts = [
        (draft, address)
        for whom, draft in rows("correct_drafts")
        for address in (Address if whom == "*" else [Address[whom]])
    ]
    drafts += [(expected, Address[to]) for _, to, _, expected in rows("markup_heldback") if expected != "!"]
    return score([(draft, "-", "alarm" if check_draft(draft, address) else "-") for draft, address in drafts])


def alarms() -> Score:
    """Drafts with one fault each: it must be found and the right form proposed."""
    table = []
    for whom, draft, found, proposed in rows("wrong_drafts"):
        findings = {(finding.found, finding.proposed) for finding in check_draft(draft, Address[whom])}
        table.append((draft, "found", "found" if (found, proposed) in findings else "-"))
    return score(table)


MEASURES: dict[str, Callable[[str], Score]] = {
    "markup": markup,
    "vocative": vocatives,
    "name_gender": name_genders,
    "register_of": registers,
    "speaker_gender": speaker_genders,
}


def _inflected(template: str, address: str, name: str) -> str:
    try:
        said = inflect(template.replace("\\n", "\n"), Address[address], name or None)
    except MarkupError:
        return "!"
    return said.replace("\n", "\\n")
