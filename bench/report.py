"""Writes what was measured into docs/bench: results.json, the tables and a plot of each; measures nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from bench.figures import Figure, Found, machine

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "bench"
_MARKS = {True: "yes", False: "**no**", None: ""}


def keep(found: Mapping[str, Found], titles: Mapping[str, str]) -> None:
    """Renew the measurements in `found`; those that were not taken this time stay as they were."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "results.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    on, at = machine(), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    for name, one in found.items():
        kept[name] = {
            "title": titles[name],
            "measured_at": at,
            "machine": on,
            "figures": [figure.as_json() for figure in one.figures],
            "beside": [figure.as_json() for figure in one.beside],
        }
        (FOLDER / f"{name}.svg").write_text(_plot(titles[name], [*one.figures, *one.beside]), encoding="utf-8")
    kept = {name: kept[name] for name in titles if name in kept}
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (FOLDER / "README.md").write_text(_page(kept), encoding="utf-8")


def table(figures: list[dict[str, Any]]) -> list[str]:
    """Rows of Markdown: must, aim, the median of the runs and their spread."""
    lines = ["| figure | must | aim | measured | spread | met |", "|---|---|---|---|---|---|"]
    for figure in figures:
        sign = "≥" if figure["more_is_better"] else "≤"
        limits = [f"{sign} {_number(figure[name])}" if figure[name] is not None else "" for name in ("must", "aim")]
        spread = f"{_number(figure['least'])} … {_number(figure['most'])} ({len(figure['runs'])})"
        met = _MARKS[_meets(figure)]
        measured = f"{_number(figure['median'])} {figure['unit']}"
        lines.append(f"| {figure['name']} | {limits[0]} | {limits[1]} | {measured} | {spread} | {met} |")
    return lines


def _page(kept: Mapping[str, Any]) -> str:
    lines = [
        "# Measured",
        "",
        'Written by `make bench`; `make bench ARGS="storm"` renews one measurement. Medians of the runs, with the'
        " least and the most of them and how many they were: figures of one machine, to be compared with each other."
        " What each measurement does stands at the top of its module in `bench/fire/`.",
        "",
    ]
    for name, one in kept.items():
        on = one["machine"]
        lines += [
            f"## {one['title']}",
            "",
            f"`{name}`, {one['measured_at']}: {on['cores']} cores of {on['cpu']}, {on['memory_gb']} GB, Python"
            f" {on['python']}, load before {on['load_before']}.",
            "",
            *table([*one["figures"], *one["beside"]]),
            "",
            *(
                f"* {figure['name']}: {figure['note']}"
                for figure in (*one["figures"], *one["beside"])
                if figure["note"]
            ),
            "",
            f"![{one['title']}]({name}.svg)",
            "",
        ]
    return "\n".join(lines)


def _meets(figure: Mapping[str, Any]) -> bool | None:
    if figure["must"] is None:
        return None
    better = figure["median"] >= figure["must"], figure["median"] <= figure["must"]
    return bool(better[0] if figure["more_is_better"] else better[1])


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def _plot(title: str, figures: list[Figure]) -> str:
    """Bars as long as their share of the unit's longest, a line for the spread and one for the limit."""
    height, left, width = 28, 430, 420
    body = [f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>']
    for n, figure in enumerate(figures):
        y = 36 + n * height
        same = [max([*one.runs, one.must or 0.0]) for one in figures if one.unit == figure.unit]
        scale = width / (max(same) or 1)
        colour = "#b3261e" if figure.meets(figure.must) is False else "#33658a"
        body += [
            f'<text x="8" y="{y + 14}">{escape(figure.name)}</text>',
            f'<rect x="{left}" y="{y + 3}" width="{figure.median * scale:.1f}" height="14" fill="{colour}"/>',
            f'<line x1="{left + min(figure.runs) * scale:.1f}" x2="{left + max(figure.runs) * scale:.1f}"'
            f' y1="{y + 10}" y2="{y + 10}" stroke="#111" stroke-width="2"/>',
            f'<text x="{left + width + 10}" y="{y + 14}">{_number(figure.median)} {escape(figure.unit)}</text>',
        ]
        if figure.must is not None:
            x = left + figure.must * scale
            body.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 20}" stroke="#f26419" stroke-width="2"/>')
    tall = 44 + len(figures) * height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 130}" height="{tall}"'
    return "\n".join([f'{head} font-family="sans-serif" font-size="12">', *body, "</svg>", ""])
