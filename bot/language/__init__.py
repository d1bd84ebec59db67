"""Polish as a well-brought-up person writes it: address, names, register, numbers; a library of its own."""

from __future__ import annotations

from bot.language.address import Address
from bot.language.compiled import CompiledText, compile_text, examine, inflect
from bot.language.errors import GenderUnknownError, MarkupError
from bot.language.gender import speaker_gender
from bot.language.names import name_gender, vocative
from bot.language.person import AddressState
from bot.language.register import register_of
from bot.language.syntax import escape

__all__ = [
    "Address",
    "AddressState",
    "CompiledText",
    "GenderUnknownError",
    "MarkupError",
    "compile_text",
    "escape",
    "examine",
    "inflect",
    "name_gender",
    "register_of",
    "speaker_gender",
    "vocative",
]
