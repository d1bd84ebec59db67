"""Polish number words, cardinal and ordinal, folded and inflected; knows nothing of money, dates or phones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .folding import word_set
from .typos import Vocabulary

_CARDINAL_FORMS = {
    0: "zero zera zer",
    1: "jeden jedna jedno jednego jednej jednym jednemu",
    2: "dwa dwie dwoch dwu dwoma dwiema dwom dwoje",
    3: "trzy trzech trzem trzema troje",
    4: "cztery czterech czterem czterema",
    5: "piec pieciu pieciom piecioma",
    6: "szesc szesciu szesciom szescioma",
    7: "siedem siedmiu siedmiom siedmioma",
    8: "osiem osmiu osmiom osmioma",
    9: "dziewiec dziewieciu dziewieciom dziewiecioma",
    10: "dziesiec dziesieciu dziesieciom dziesiecioma",
    11: "jedenascie jedenastu jedynascie",
    12: "dwanascie dwunastu",
    13: "trzynascie trzynastu",
    14: "czternascie czternastu",
    15: "pietnascie pietnastu",
    16: "szesnascie szesnastu",
    17: "siedemnascie siedemnastu",
    18: "osiemnascie osiemnastu",
    19: "dziewietnascie dziewietnastu",
    20: "dwadziescia dwudziestu dwadziesca dwajscia",
    30: "trzydziesci trzydziestu trzydzesci",
    40: "czterdziesci czterdziestu czterdzesci",
    50: "piecdziesiat piecdziesieciu piedziesiat pindziesiat piendziesiat pisiat pisiont piesiat",
    60: "szescdziesiat szescdziesieciu szesdziesiat szejdziesiat",
    70: "siedemdziesiat siedemdziesieciu",
    80: "osiemdziesiat osiemdziesieciu",
    90: "dziewiecdziesiat dziewiecdziesieciu dziewiedziesiat",
    100: "sto stu",
    200: "dwiescie dwustu dwiesta",
    300: "trzysta trzystu",
    400: "czterysta czterystu",
    500: "piecset pieciuset pincet piecet piencet",
    600: "szescset szesciuset szejset szesset",
    700: "siedemset siedmiuset",
    800: "osiemset osmiuset",
    900: "dziewiecset dziewieciuset dziewiecet dziewieset",
}
CARDINALS = {word: value for value, forms in _CARDINAL_FORMS.items() for word in forms.split()}

_ORDINAL_STEMS = {
    "pierwsz": 1,
    "drug": 2,
    "trzec": 3,
    "czwart": 4,
    "piat": 5,
    "szost": 6,
    "siodm": 7,
    "osm": 8,
    "dziewiat": 9,
    "dziesiat": 10,
    "jedenast": 11,
    "dwunast": 12,
    "trzynast": 13,
    "czternast": 14,
    "pietnast": 15,
    "szesnast": 16,
    "siedemnast": 17,
    "osiemnast": 18,
    "dziewietnast": 19,
    "dwudziest": 20,
    "trzydziest": 30,
}
_NOT_FEMININE = ("y", "i", "ego", "iego", "emu", "iemu", "ym", "im", "e", "ie")
_FEMININE = ("a", "ia", "ej", "iej", "o")
ORDINALS = {stem + end: n for stem, n in _ORDINAL_STEMS.items() for end in (*_NOT_FEMININE, *_FEMININE)}
FEMININE_ORDINALS = {stem + end: n for stem, n in _ORDINAL_STEMS.items() for end in ("a", "ia", "ej", "iej")}
"""Hours are feminine: ósma, o ósmej, przed ósmą."""

ORDINAL_SUFFIXES = word_set("go ego tego stego ej tej stej iej ciej mej gi ty sty ci my ma ta")
"""What people write behind digits: 3-go, 17-tej."""

_NOT_SLIPS = word_set(
    "piatek piatku piatki sobota srodek wtorek czwartek dzieci dziesiatki setka setki pietro pietra pietrze "
    "osoba osoby osobe ostatni dziadek siedze siedzi czterolatek jedynka stali czasu czasem czesci jedne "
    "jednak jedynie drugie druga drugi trzeba trzecie sztuk piecyk piecyka pierwszy"
)
VOCABULARY = Vocabulary((*CARDINALS, *ORDINALS), _NOT_SLIPS)


def _corrected(word: str, meanings: dict[str, int]) -> int | None:
    """The number a word means, one slip allowed where all near words mean the same number."""
    if word in meanings:
        return meanings[word]
    values = {meanings.get(near) for near in VOCABULARY.nearest(word)}
    return values.pop() if len(values) == 1 else None


def cardinal_of(word: str) -> int | None:
    return _corrected(word, CARDINALS)


def ordinal_of(word: str, feminine: bool = False) -> int | None:
    return _corrected(word, FEMININE_ORDINALS if feminine else ORDINALS)


def _fits_behind(total: int, value: int) -> bool:
    """Whether `value` continues a compound: 500 + 20, 20 + 1, 500 + 15, 500 + 1; never 20 + 10 or 5 + 1."""
    if value == 0 or total == 0:
        return False
    if total % 100 == 0:
        return value < 100
    return total % 10 == 0 and total % 100 >= 20 and value < 10


def read_below_thousand(words: Sequence[str], index: int) -> tuple[int, int] | None:
    """The compound cardinal at `index` ("pięćset dwadzieścia jeden" → 521) and the index behind it."""
    value = cardinal_of(words[index])
    if value is None:
        return None
    total, index = value, index + 1
    while index < len(words):
        following = cardinal_of(words[index])
        if following is None or not _fits_behind(total, following):
            break
        total, index = total + following, index + 1
    return total, index


def read_ordinal(words: Sequence[str], index: int, feminine: bool = False) -> tuple[int, int] | None:
    """The ordinal at `index` ("dwudziestego pierwszego" → 21) and the index behind it."""
    tens = ordinal_of(words[index], feminine)
    if tens is None:
        tens = cardinal_of(words[index])  # "dwadzieścia pierwszy", "dwudziesta" said as "dwadzieścia trzecia"
        if tens not in (20, 30):
            return None
        unit = _unit_behind(words, index + 1, feminine)
        return (tens + unit[0], unit[1]) if unit else None
    index += 1
    if tens in (20, 30):
        unit = _unit_behind(words, index, feminine)
        if unit:
            return tens + unit[0], unit[1]
    return tens, index


def _unit_behind(words: Sequence[str], index: int, feminine: bool) -> tuple[int, int] | None:
    if index + 1 < len(words) and words[index] == "-":
        index += 1
    if index >= len(words):
        return None
    unit = ordinal_of(words[index], feminine)
    return (unit, index + 1) if unit is not None and unit < 10 else None


def spoken_digits(words: Iterable[str]) -> str | None:
    """The digits that number words dictate one group after another: "pięćset jeden zero trzy" → "50103".

    None where a word is neither digits nor a number.
    """
    sequence = list(words)
    digits, index = "", 0
    while index < len(sequence):
        if sequence[index].isdigit():
            digits, index = digits + sequence[index], index + 1
            continue
        read = read_below_thousand(sequence, index)
        if read is None:
            return None
        digits, index = digits + str(read[0]), read[1]
    return digits
