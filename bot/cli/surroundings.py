"""The settings that a command works with; knows no command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def settings_of_the_folder() -> Settings:
    """The settings without those of a running product: for what runs beside it, or needs nothing but the content."""
    from bot.supervisor import surroundings

    return surroundings.load_settings()


def settings_in_force() -> Settings:
    """The settings, with demo mode's secrets and a running product's addresses where nothing else is set."""
    from bot.settings import ROOT
    from bot.supervisor import demo, surroundings

    known = surroundings.known_settings(ROOT)
    var = surroundings.var_folder(known, ROOT)
    if "REDIS_URL" in known:
        # The name that hosting platforms give it.
        surroundings.adopt({"DYZURNY_REDIS_URL": known["REDIS_URL"]}, ROOT)
    surroundings.adopt(surroundings.read(surroundings.running_file(var)), ROOT)
    if demo.is_demo(known):
        surroundings.adopt(surroundings.read(demo.secrets_file(var)), ROOT)
    return surroundings.load_settings()


def in_the_project() -> Settings:
    """The settings, for a process that looks for our own modules by name and therefore must stand where they are."""
    from bot.settings import ROOT

    os.chdir(ROOT)
    return settings_in_force()
