"""The page for editors says what the program does: every row of its tables is tried."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

from bot.language import Address, inflect
from bot.language.filters import register_filters

PAGE = (Path(__file__).parents[2] / "docs" / "jak-pisac-do-klienta.md").read_text(encoding="utf-8")
_CELL = re.compile(r"(?<!\\)\|")


def rows() -> list[tuple[list[str], list[str]]]:
    """Every row of every table, with the table's heading."""
    found: list[tuple[list[str], list[str]]] = []
    heading: list[str] = []
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            heading = []
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]
        if not heading:
            heading = cells
        elif not line.startswith("|--"):
            found.append((heading, cells))
    return found


ADDRESSED = [row for row in rows() if len(row[0]) == 4]
FILTERED = [cells for heading, cells in rows() if len(heading) == 2]


@pytest.mark.parametrize(("heading", "cells"), ADDRESSED, ids=lambda value: value[0])
def test_every_example_comes_out_as_the_page_says(heading: list[str], cells: list[str]) -> None:
    template, pani, panstwo, ty = cells
    to_woman = "kobiety" in heading[3] or "Anny" in heading[3]
    name = "Anna" if "zwrot" in template else None
    assert inflect(template, Address.PANI, name) == pani
    assert inflect(template, Address.PANSTWO, name) == panstwo
    assert inflect(template, Address.TY_F if to_woman else Address.TY, name) == ty


@pytest.mark.parametrize("cells", FILTERED, ids=lambda value: value[0])
def test_every_filter_comes_out_as_the_page_says(cells: list[str]) -> None:
    env = jinja2.Environment(undefined=jinja2.StrictUndefined)
    register_filters(env)
    template, expected = cells
    assert env.from_string(template.strip("`")).render().replace("\u00a0", " ") == expected


def test_the_page_has_examples_of_every_rule() -> None:
    assert len(ADDRESSED) > 20
    assert len(FILTERED) > 5
