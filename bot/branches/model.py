"""Branches and places on the map; plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Branch:
    """`phone` is E.164, `hours` are as customers read them."""

    id: str
    name: str
    street: str
    postal_code: str
    town: str
    place: Place
    phone: str
    hours: str

    @property
    def map_link(self) -> str:
        return f"https://www.google.com/maps/search/?api=1&query={self.place.latitude},{self.place.longitude}"


@dataclass(frozen=True, slots=True)
class Near:
    """A branch and how far it is, in kilometres as the crow flies."""

    branch: Branch
    distance: float
