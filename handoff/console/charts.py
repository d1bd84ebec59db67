"""Charts as SVG text, drawn on the server: no script, no style of their own, colours by the style sheet's classes.

Every chart is hidden from screen readers: its numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 1080
_HEIGHT = 240
_LEFT, _BOTTOM, _TOP = 44, 26, 10
# So many labels under a chart stay legible.
_MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: its class in the style sheet, its name, a value a point."""

    css: str
    name: str
    values: Sequence[float]


def stacked(labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Columns in which the series stand upon each other."""
    sums = [sum(one.values[n] for one in series) for n in range(len(labels))]
    top = ceiling(max(sums, default=0))
    parts = [_grid(top)]
    room = (WIDTH - _LEFT) / max(1, len(labels))
    wide = max(1.0, room * 0.78)
    for n, label in enumerate(labels):
        base = 0.0
        x = _LEFT + n * room + (room - wide) / 2
        for one in series:
            value = one.values[n]
            if value:
                y, height = _y(base + value, top), _y(base, top) - _y(base + value, top)
                title = f"{label}: {one.name} {number(value)}"
                parts.append(_rect(one.css, x, y, wide, height, title))
            base += value
    parts.append(_labels(labels, room))
    return _svg(parts, _HEIGHT, "wykres os-czasu")


def share_bar(css: str, share: float | None) -> Markup:
    """A bar of the given part of its width."""
    width = 100 * min(1.0, max(0.0, share or 0.0))
    inner = (
        f'<rect class="tor" width="100" height="8" rx="2"/><rect class="{css}" width="{width:.1f}" height="8" rx="2"/>'
    )
    frame = 'class="pasek-udzialu" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
    return _drawn(f"<svg {frame}>{inner}</svg>")


def heat(rows: Sequence[tuple[str, Sequence[float | None]]], titles: Sequence[Sequence[str]]) -> Markup:
    """A square an hour, darker the more; None is an hour in which nothing happened."""
    most = max((value for _, values in rows for value in values if value is not None), default=0) or 1
    side, left, head = 27, 56, 16
    parts = [
        f'<text class="os" x="{left + hour * side + side / 2:.0f}" y="11" text-anchor="middle">{hour}</text>'
        for hour in range(0, 24, 2)
    ]
    for n, (name, values) in enumerate(rows):
        y = head + n * side
        parts.append(f'<text class="os" x="{left - 8}" y="{y + 18}" text-anchor="end">{escape(name)}</text>')
        for hour, value in enumerate(values):
            css = "zar-brak" if value is None else f"zar-{min(5, int(value / most * 5.999))}"
            parts.append(_rect(css, left + hour * side + 1, y + 1, side - 2, side - 2, titles[n][hour]))
    return _svg(parts, head + len(rows) * side, "wykres zar", left + 24 * side)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a flow as it is drawn: a bar as long as the part of those who began that were asked here."""

    name: str
    note: str
    reached: int
    left: int
    handed: int
    href: str = ""
    onward: tuple[int, ...] = ()  # rungs that may come next; the number of rungs is the end
    is_worst: bool = False


def ladder(rungs: Sequence[Rung], started: int, end: str) -> Markup:
    """The flow from top to bottom: who is asked, who goes there, and arcs where a step may be passed over."""
    # Under each bar stand its numbers, in words: beside it a telephone has no room for them.
    tall, top, left, wide = 66, 8, 84, 440
    whole = max(1, started, *(rung.reached for rung in rungs)) if rungs else 1
    parts = [_arcs(rungs, tall, top, left)]
    for n, rung in enumerate(rungs):
        y = top + n * tall
        length, lost = wide * rung.reached / whole, wide * (rung.left + rung.handed) / whole
        parts.append(_rect("tor", left, y + 17, wide, 16, rung.name))
        parts.append(_rect("doszlo", left, y + 17, length, 16, f"{rung.name}: {rung.reached}"))
        if rung.left:
            parts.append(
                _rect("odeszlo", left + length - lost, y + 17, max(2, wide * rung.left / whole), 16, f"{rung.left}")
            )
        if rung.handed:
            start = left + length - wide * rung.handed / whole
            parts.append(_rect("przekazano", start, y + 17, max(2, wide * rung.handed / whole), 16, f"{rung.handed}"))
        css = "krok najgorszy" if rung.is_worst else "krok"
        parts.append(f'<text class="{css}" x="{left}" y="{y + 12}">{escape(rung.name)}</text>')
        parts.append(f'<text class="liczby" x="{left}" y="{y + 49}">{escape(rung.note)}</text>')
    y = top + len(rungs) * tall
    parts.append(f'<text class="krok koniec" x="{left}" y="{y + 12}">{escape(end)}</text>')
    return _svg(parts, y + 22, "wykres drabina", left + wide + 4)


def _arcs(rungs: Sequence[Rung], tall: int, top: int, left: int) -> str:
    """From each rung to those that may come next; straight down to the next one, around those that are passed over."""
    lines = []
    for n, rung in enumerate(rungs):
        y = top + n * tall + 25
        for to in rung.onward:
            below = top + to * tall + (25 if to < len(rungs) else 8)
            if to == n + 1:
                lines.append(f"M{left - 6} {y}V{below}")
            elif to > n:
                out = left - 14 - min(70, 11 * (to - n))
                lines.append(f"M{left - 6} {y}C{out} {y} {out} {below} {left - 6} {below}")
    dots = "".join(
        f'<circle class="wezel" cx="{left - 6}" cy="{top + n * tall + 25}" r="4"/>' for n in range(len(rungs))
    )
    return f'<path class="droga" d="{"".join(lines)}"/>{dots}'


def ceiling(most: float) -> float:
    """The next round number, as the end of an axis."""
    power = 1.0
    while power * 10 <= most:
        power *= 10
    return next((power * step for step in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10) if power * step >= most), power * 10)


def number(value: float) -> str:
    """As it is written in Polish: 12 345 or 3,5."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return text.replace(",", "\u00a0").replace(".", ",")


def _grid(top: float) -> str:
    lines = []
    for part in (0, 0.5, 1):
        y = _y(top * part, top)
        lines.append(f'<line class="siatka" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="os" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number(top * part)}</text>')
    return "".join(lines)


def _labels(labels: Sequence[str], room: float) -> str:
    every = max(1, -(-len(labels) // _MOST_LABELS))
    places = [(_LEFT + (n + 0.5) * room, label) for n, label in enumerate(labels) if n % every == 0]
    y = _HEIGHT - 8
    return "".join(
        f'<text class="os" x="{x:.1f}" y="{y}" text-anchor="middle">{escape(name)}</text>' for x, name in places
    )


def _y(value: float, top: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _rect(css: str, x: float, y: float, width: float, height: float, title: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
    return f'<rect class="{css}" {place}><title>{escape(title)}</title></rect>'


def _svg(parts: Sequence[str], height: float, css: str, width: float = WIDTH) -> Markup:
    inner = "".join(parts)
    return _drawn(f'<svg class="{css}" viewBox="0 0 {width:.0f} {height:.0f}" aria-hidden="true">{inner}</svg>')


def _drawn(svg: str) -> Markup:
    """What came from outside went through `escape`; all else was made here."""
    return Markup(svg)  # noqa: S704
