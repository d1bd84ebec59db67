"""Towns in a sentence: "w Łodzi", "we Wrocławiu"; from the dictionary, and unchanged where it knows no form."""

from __future__ import annotations

import re

from bot.language.declension import UninflectableError, decline

# w before w or f and a consonant is hard to say: we Wrocławiu, we Włoszczowie; so is w before Lw.
_NEEDS_WE = re.compile(r"(?:[wf][bcćdfghjklłmnńprsśtwzźż]|lw)", re.IGNORECASE)


def locative(place: str) -> str:
    """ "Łódź" → "Łodzi". UninflectableError for a name that the dictionary does not know."""
    return decline(place, "loc")


def in_place(place: str) -> str:
    """ "w Łodzi", "we Wrocławiu"; for an unknown name "w miejscowości …", which needs no form of it."""
    try:
        name = locative(place)
    except UninflectableError:
        return f"w miejscowości {place}"
    return f"{'we' if _NEEDS_WE.match(name) else 'w'} {name}"
