"""The branches nearest to a town, a postal code or a point, by great-circle distance; speaks to nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import yaml

from bot.branches.gazetteer import PLACES_FILE, Gazetteer, place
from bot.branches.model import Branch, Near, Place

BRANCHES_FILE = Path(__file__).with_name("placowki.yml")
SHOWN = 3
_EARTH_KM = 6371.0
_TENTHS_BELOW_KM = 10


class Branches:
    """The table of branches with the gazetteer. Raises KeyError or ValueError when a file is not of its form.

    The gazetteer is read when a place is first asked for: its dictionary takes 50 MB and a third of a second.
    """

    def __init__(self, path: Path = BRANCHES_FILE, places: Path = PLACES_FILE) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.all = tuple(_branch(entry) for entry in content["branches"])
        self._places = places

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(self._places)

    def near(self, point: Place, n: int = SHOWN) -> list[Near]:
        """The `n` branches nearest to `point`, nearest first."""
        distances = [Near(branch, kilometres(point, branch.place)) for branch in self.all]
        return sorted(distances, key=lambda near: (near.distance, near.branch.id))[:n]

    def near_text(self, text: str, n: int = SHOWN) -> list[Near]:
        """As `near`, for a town, a postal code or coordinates in `text`; empty where none is known."""
        point = self._gazetteer.locate(text)
        return self.near(point, n) if point else []

    def nearest(self, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Slot `placowki` of act `znajdz_placowki` out of its arguments: `lat` and `long`, else a place in words."""
        point = place(wanted.get("lat"), wanted.get("long"))
        for name in ("kod_pocztowy", "miasto", "miejsce"):
            point = point or self._gazetteer.locate(_words(wanted.get(name)))
        return [as_slots(near) for near in self.near(point)] if point else []


def nearest(
    town: str | None = None,
    postal: str | None = None,
    point: tuple[float, float] | None = None,
    n: int = SHOWN,
) -> list[Near]:
    """The shipped branches nearest to a town, a postal code, or a `(latitude, longitude)`."""
    if point is not None:
        at = place(*point)
        return _shipped().near(at, n) if at else []
    return _shipped().near_text(postal or town or "", n)


def kilometres(a: Place, b: Place) -> float:
    """Great-circle distance (haversine)."""
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat, half_long = (lat_b - lat_a) / 2, radians(b.longitude - a.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_long) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, chord)))


def as_slots(near: Near) -> dict[str, Any]:
    """One card's values, as JSON; the texts name them (locales/pl/znajdz_placowke.yml)."""
    branch = near.branch
    return {
        "id": branch.id,
        "nazwa": branch.name,
        "adres": f"{branch.street}, {branch.postal_code} {branch.town}",
        "miasto": branch.town,
        "telefon": branch.phone,
        "godziny": branch.hours,
        "odleglosc": distance_in_words(near.distance),
        "mapa": branch.map_link,
        "lat": branch.place.latitude,
        "long": branch.place.longitude,
    }


def distance_in_words(distance: float) -> str:
    """ "0,8 km", "14 km": tenths only where they mean something."""
    written = f"{max(distance, 0.1):.1f}" if distance < _TENTHS_BELOW_KM else f"{distance:.0f}"
    return f"{written.replace('.', ',')} km"


@cache
def _shipped() -> Branches:
    return Branches()


def _branch(entry: Mapping[str, Any]) -> Branch:
    return Branch(
        id=entry["id"],
        name=entry["name"],
        street=entry["street"],
        postal_code=entry["postal_code"],
        town=entry["town"],
        place=Place(float(entry["latitude"]), float(entry["longitude"])),
        phone=entry["phone"],
        hours=entry["hours"],
    )


def _words(value: Any) -> str:
    """A slot's value as text; a shared location may come as two numbers."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)
