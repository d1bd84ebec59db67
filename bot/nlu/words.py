"""Turns a message into comparable words: folded letters, tokens and lemmas; knows nothing of intents."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_DIACRITICS = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
# Letters, digits and single other signs; emoji and punctuation stay as tokens because "?" and 😡 say much.
_TOKEN = re.compile(r"[a-z]+|\d+|[^\sa-z\d]")
_WORD = re.compile(r"[^\W\d_]+")
# "dzieeeń", "nieeee", "!!!": a third repetition never tells two Polish words apart.
_GREETING = re.compile(
    r"^(?:(?:dzien dobry|dobry wieczor|witam(?: serdecznie| was| panstwa)?|witajcie|hejka|hej|heja|czesc|siema|halo|"
    r"dobry)"
    r"\b[\s,.!:;)-]*)+"
)
_REPEATED = re.compile(r"(\D)\1{2,}")
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


def after_greeting(folded: str) -> str | None:
    """What follows a greeting where it is a message of its own: "dzien dobry, mialem stluczke" → "mialem stluczke"."""
    rest = _GREETING.sub("", folded)
    return rest if rest != folded and _WORD.search(rest) else None


def word_count(folded: str) -> int:
    """How many words of letters there are."""
    return len(_WORD.findall(folded))


def tokens(text: str) -> list[str]:
    """Folded tokens in order; a run of digits becomes as many `#`, since its value never decides the intent."""
    found = _TOKEN.findall(fold(text))
    return [_ABBREVIATIONS.get(token, token) if not token.isdigit() else "#" * min(len(token), 12) for token in found]


class Lexicon:
    """The words of the examples in all their inflected forms: which lemma each has, and how it is spelt.

    The dictionary knows "szkodę" but not "szkode". So every lemma met in the examples is inflected once, at
    training, and its forms are stored folded; reading a message is then a look-up that needs no dictionary.
    """

    def __init__(self, lemmas: dict[str, str], spellings: dict[str, str]) -> None:
        """`lemmas`: folded form → folded lemma; `spellings`: folded form → form, where the two differ."""
        self.lemmas, self.spellings = lemmas, spellings

    @classmethod
    def of_examples(cls, texts: Iterable[str]) -> Lexicon:
        """Built with Morfeusz from the words of `texts`; what two words share goes to the more frequent one."""
        import morfeusz2  # only at training: serving needs the tables alone

        dictionary = morfeusz2.Morfeusz(generate=True)
        written = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        known: Counter[str] = Counter()  # words as written, where the dictionary has them
        bases: Counter[str] = Counter()
        for word, count in written.items():
            found = {a[2][1].split(":")[0] for a in dictionary.analyse(word) if a[2][2] != "ign" and a[:2] == (0, 1)}
            bases.update(dict.fromkeys(found, count))
            known.update({word: count} if found else {})
        lemmas: dict[str, str] = {}
        spellings = {fold(word): word for word, _ in reversed(_falling(known))}
        for base, _ in _falling(bases):
            for form in dictionary.generate(base) if base.isalpha() else ():
                lemmas.setdefault(fold(form[0]), fold(base))
                spellings.setdefault(fold(form[0]), form[0].lower())
        return cls(lemmas, {folded: spelt for folded, spelt in spellings.items() if folded != spelt})

    def lemma(self, token: str) -> str:
        """The lemma of a folded token, or the token itself where none is known."""
        return self.lemmas.get(token, token)

    def spelt(self, text: str) -> str:
        """The text in lower case with its diacritics put back, the same whether they were typed or not."""
        return _WORD.sub(lambda word: self.spellings.get(word[0], word[0]), fold(text))


def _falling(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first; equals in alphabetical order, so that training gives the same model every time."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
