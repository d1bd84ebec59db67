"""Turns a message into comparable words: folded letters, tokens and lemmas; knows nothing of intents."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_DIACRITICS = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
# Letters, digits and single other signs; emoji and punctuation stay as tokens because "?" and 😡 say much.
_TOKEN = re.compile(r"[a-z]+|\d+|[^\sa-z\d]")
# "dzieeeń", "nieeee", "!!!": a third repetition never tells two Polish words apart.
_REPEATED = re.compile(r"(.)\1{2,}")
# Variation selectors and joiners make one emoji into several signs that mean nothing alone.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff]")
# What people type instead of whole words. Expanded on both sides, so that examples need not repeat each one.
_ABBREVIATIONS = {
    "nr": "numer",
    "tel": "telefon",
    "ubezp": "ubezpieczenie",
    "ubez": "ubezpieczenie",
    "wgl": "wogole",
    "dok": "dokument",
    "samoch": "samochod",
    "prosz": "prosze",
    "pls": "prosze",
    "plis": "prosze",
    "plz": "prosze",
    "dzieki": "dziekuje",
    "dzieks": "dziekuje",
    "dzk": "dziekuje",
    "dzieny": "dziekuje",
    "dz": "dzien",
    "godz": "godzina",
    "kom": "komunikacyjna",
    "infol": "infolinia",
    "pln": "zl",
    "msc": "miesiac",
    "tyg": "tydzien",
    "pyt": "pytanie",
    "spr": "sprawa",
    "zt": "zastepcze",
    "bd": "bede",
    "jka": "jak",
    "neizle": "niezle",
}


def fold(text: str) -> str:
    """The text in lower case, without diacritics, repeated letters or invisible signs."""
    plain = unicodedata.normalize("NFKC", text).translate(_DIACRITICS).lower()
    plain = _INVISIBLE.sub("", plain)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _REPEATED.sub(r"\1\1", plain)


def tokens(text: str) -> list[str]:
    """Folded tokens in order; a run of digits becomes as many `#`, since its value never decides the intent."""
    found = _TOKEN.findall(fold(text))
    return [_ABBREVIATIONS.get(token, token) if not token.isdigit() else "#" * min(len(token), 12) for token in found]


class Lemmas:
    """Folded word form → folded lemma, for the words of the examples in all their inflected forms.

    The dictionary knows "szkodę" but not "szkode". So every lemma met in the examples is inflected once, at
    training, and its forms are stored folded; reading a message is then a look-up that needs no dictionary.
    """

    def __init__(self, table: dict[str, str]) -> None:
        self.table = table

    @classmethod
    def of_examples(cls, texts: Iterable[str]) -> Lemmas:
        """Built with Morfeusz from the words of `texts`; a form of two lemmas goes to the more frequent one."""
        import morfeusz2  # only at training: serving needs the table alone

        dictionary = morfeusz2.Morfeusz(generate=True)
        counts: Counter[str] = Counter()
        for text in texts:
            for word in re.findall(r"[^\W\d_]+", text.lower()):
                counts.update(
                    {
                        analysis[2][1].split(":")[0]
                        for analysis in dictionary.analyse(word)
                        if analysis[2][2] != "ign" and analysis[:2] == (0, 1)
                    }
                )
        table: dict[str, str] = {}
        for lemma, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if lemma.isalpha():
                for form in dictionary.generate(lemma):
                    table.setdefault(fold(form[0]), fold(lemma))
        return cls(table)

    def of(self, token: str) -> str:
        """The lemma of a folded token, or the token itself where none is known."""
        return self.table.get(token, token)
