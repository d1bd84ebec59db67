"""The house's own choices: opening hours, departments and canned replies as supervisors set them on the console.

They stand in SQL and are looked up where they are used, at most once a second, so every process follows within that
second and none is restarted. What was not chosen is as the settings and the files say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from bot.errors import ContentFault
from bot.logs import logger
from bot.store import choices
from bot.store.database import Tx
from handoff.hours import Hours, parse_hours
from handoff.ports import Names

HOURS, DEPARTMENTS, CANNED = "hours", "departments", "canned"
SECTIONS = (DEPARTMENTS, CANNED)
KEPT_S = 1.0

log = logger("house")


@lru_cache(maxsize=32)
def _hours(text: str) -> Hours:
    return parse_hours(text)


class House:
    def __init__(self, names: Names, agent_hours: str, *, kept_s: float = KEPT_S) -> None:
        """`agent_hours`: the setting. Raises ContentFault when it cannot be read."""
        self.names = names
        self.kept_s = kept_s
        self.settings_hours = agent_hours
        self._hours_text = agent_hours
        self._files = {name: names.section(name) for name in SECTIONS}
        self._known: dict[str, Any] = {}
        self._looked = float("-inf")
        _hours(agent_hours)

    def look(self, tx: Tx) -> None:
        """Take over what was chosen, unless that was done just now."""
        if time.monotonic() - self._looked < self.kept_s:
            return
        chosen = choices.everything(tx)
        self._looked = time.monotonic()
        if chosen == self._known:
            return
        self._known = chosen
        self._hours_text = str(chosen.get(HOURS, self.settings_hours))
        for name in SECTIONS:
            self.names.replace_section(name, merged(self._files[name], chosen.get(name) or {}))

    @property
    def is_due(self) -> bool:
        return time.monotonic() - self._looked >= self.kept_s

    def forget(self) -> None:
        """Look again at the next use: something was just chosen here."""
        self._looked = float("-inf")

    def hours(self, tx: Tx) -> Hours:
        """The opening hours in force. A broken choice is passed over: it must not keep a person from coming."""
        self.look(tx)
        try:
            return _hours(self._hours_text)
        except ContentFault:
            log.exception("chosen_hours_broken")
            return _hours(self.settings_hours)

    def is_open(self, tx: Tx) -> Callable[..., bool]:
        """Whether agents answer at an instant, by the hours in force."""
        return self.hours(tx).is_open

    def is_from_files(self, section: str, code: str) -> bool:
        """Whether the files know `code`: it may be changed, not removed for good."""
        return code in self._files[section]

    def is_chosen(self, section: str, code: str) -> bool:
        return code in (self._known.get(section) or {})

    def put_entry(
        self, tx: Tx, section: str, code: str, entry: Mapping[str, Any] | None, *, agent_id: int, now: int
    ) -> None:
        """Set one department or reply; None takes it away, or hides it when the files have it."""
        delta = dict(choices.everything(tx).get(section) or {})
        if entry is None and code not in self._files[section]:
            delta.pop(code, None)
        else:
            delta[code] = dict(entry) if entry is not None else None
        choices.put(tx, section, delta, agent_id=agent_id, now=now)
        self.forget()

    def restore_entry(self, tx: Tx, section: str, code: str, *, agent_id: int, now: int) -> None:
        """As the files say again."""
        delta = dict(choices.everything(tx).get(section) or {})
        delta.pop(code, None)
        choices.put(tx, section, delta, agent_id=agent_id, now=now)
        self.forget()

    def put_hours(self, tx: Tx, text: str, *, agent_id: int, now: int) -> None:
        """Raises ContentFault naming the part that cannot be read."""
        parse_hours(text)
        choices.put(tx, HOURS, text, agent_id=agent_id, now=now)
        self.forget()


def merged(files: Mapping[str, Any], delta: Mapping[str, Any]) -> dict[str, Any]:
    """The files' entries with what was chosen in their place; None hides one."""
    together = {**files, **delta}
    return {code: entry for code, entry in together.items() if entry is not None}
