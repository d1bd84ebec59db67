"""The company's branches and which of them are nearest; knows nothing of conversations."""

from __future__ import annotations

from bot.branches.model import Branch, Near, Place
from bot.branches.nearest import Branches, kilometres, nearest

__all__ = ["Branch", "Branches", "Near", "Place", "kilometres", "nearest"]
