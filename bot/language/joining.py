"""Joins literals and spoken brackets into one sentence: spaces, commas and capitals where words were left out."""

from __future__ import annotations

import re

from bot.language.context import agglutinate, at_sentence_start, capitalised, is_word_character
from bot.language.dictionary import governed_cases
from bot.language.speaking import Spoken
from bot.language.syntax import Zwrot

PLACEHOLDER = "\ue000"
"""Stands for the vocative address in a joined text; a private-use character, never in a text."""

_SPACES = " \t\u00a0"
_CLOSING = frozenset(",.;:!?…)")
_OPENING = frozenset('([„"\n')
_FIRST_WORD = re.compile(r"[^\W\d_]+")

_SETTING_OFF = ",.!?…:;–—-" + _SPACES

Piece = str | Spoken | Zwrot


def join(pieces: list[Piece], *, named: bool) -> str:
    """The text of `pieces`; with `named`, :data:`PLACEHOLDER` where the vocative address comes."""
    joined = _Joined()
    for piece in pieces:
        if isinstance(piece, str):
            joined.literal(piece)
        elif isinstance(piece, Spoken):
            joined.spoken(piece)
        elif named:
            joined.literal(piece.before + PLACEHOLDER + piece.after)
        else:
            joined.nobody()
    return joined.finish()


class _Joined:
    """The sentence so far, and what the next words owe to words that were left out before them."""

    def __init__(self) -> None:
        self.text = ""
        self.gap = False
        self.capital = False
        self.comma_gap = False

    def literal(self, text: str) -> None:
        if not text:
            return
        if self.comma_gap:
            text = self._without_commas(text)
        if self.gap:
            text = self._close_gap(text)
        if self.capital and any(map(is_word_character, text)):
            text = capitalised(text)
            self.capital = False
        self.text += text

    def spoken(self, piece: Spoken) -> None:
        if piece.agglutinates:
            self.text = agglutinate(self.text)
        if piece.lost_head and at_sentence_start(self.text):
            self.capital = True
        if piece.text.strip():
            self.literal(piece.text)
        else:
            self.gap = True

    def nobody(self) -> None:
        """No name to call the customer by: the address goes, and the commas around it with it."""
        self.capital = self.capital or at_sentence_start(self.text)
        self.gap = self.comma_gap = True

    def finish(self) -> str:
        if self.comma_gap:
            self.text = self.text.rstrip(_SPACES).removesuffix(",")
        return self.text.rstrip(_SPACES) if self.gap else self.text

    def _close_gap(self, text: str) -> str:
        stripped = text.lstrip(_SPACES)
        if not stripped:
            return "" if self._needs_no_space() else text
        self.gap = False
        if stripped[0] in _CLOSING or stripped[0] == "\n":
            self.text = self.text.rstrip(_SPACES)
            if stripped[0] in ".!?…":
                self.text = self.text.removesuffix(",")
            return stripped
        return stripped if self._needs_no_space() else text

    def _needs_no_space(self) -> bool:
        return not self.text or self.text[-1] in _SPACES or self.text[-1] in _OPENING

    def _without_commas(self, text: str) -> str:
        stripped = text.lstrip(_SPACES)
        if not stripped:
            return text
        self.comma_gap = False
        before = self.text.rstrip(_SPACES)
        if not before or at_sentence_start(before):
            # "[zwrot]! Mamy decyzję.", "[zwrot], czy…": with the address goes what sets it off.
            return stripped.lstrip(_SETTING_OFF + ("" if before else "\n"))
        if stripped[0] == "," and before.endswith(","):
            return self._one_comma(before, stripped[1:])
        if before.endswith(",") and not is_word_character(stripped[0]):
            self.text = before[:-1] + self.text[len(before) :]
        return text

    def _one_comma(self, before: str, rest: str) -> str:
        """ "…, [zwrot], …": one comma stays, unless what follows is a mere adverbial ("za wiadomość")."""
        word = _FIRST_WORD.match(rest.lstrip(_SPACES))
        keep = "" if word and governed_cases(word.group()) else ","
        self.text = before[:-1]
        return keep + rest
