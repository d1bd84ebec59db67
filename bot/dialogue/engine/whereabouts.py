"""Places that a sentence tells in passing, and sentences that tell what happened and no place; knows no questions.

Nobody asked for a place told in passing, so it is taken only where it could be found again: with a name, a number, a
town or one's own house; "na parkingu" alone is still asked about. Words are compared folded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.branches import gazetteer
from bot.branches.gazetteer import fold
from bot.dialogue.answers.folding import word_set

_TOKEN = re.compile(r"[^\W_]+(?:[/-][^\W_]+)*")
_LEADS = word_set(
    "w we na przy pod kolo obok przed za niedaleko nieopodal naprzeciw naprzeciwko miedzy nad u "
    "ul ulica ulicy al aleja aleje pl os"
)
STREETS = word_set("ul ulica ulicy al aleja aleje alei alejach pl placu plac os osiedlu")
"""After these any word is a name, also one typed without its capital."""
NOUNS = re.compile(
    r"parking\w*|skrzyzowani\w*|rond\w*|ulic\w*|ul|al|alej\w*|plac\w*|pl|os|osiedl\w*|tras\w*|autostrad\w*|ekspresow\w*|"
    r"krajow\w*|wojewodzk\w*|obwodnic\w*|drog\w*|drodz\w*|stacj\w*|most\w*|moscie|wiadukt\w*|tunel\w*|zja?e?zd\w*|we[zź]\w{2,3}|"
    r"galeri\w*|centrum|dworc\w*|metr\w*|szkol\w*|szpital\w*|kosciol\w*|park\w{0,2}|dom(u|em|owi)?|blok\w*|garaz\w*|"
    r"podjazd\w*|podjezdzi\w*|podwork\w*|sklep\w*|market\w*|myjni\w*|prac[ay]|urzed\w*|lotnisk\w*|hotel\w*|"
    r"restauracj\w*|przedszkol\w*|cmentarz\w*|ryn(ku|ek)|targ\w*|przystank\w*|przejsci\w*|przejezdzi\w*|wja?e?zd\w*|"
    r"wyja?e?zd\w*|bram\w*|wysokosc\w*|okolic\w*|poblizu|rejonie|zbiegu|rogu|nr|numer|podziemn\w*|benzynow\w*|"
    r"handlow\w*|glown\w*|biurow\w*|kamienic\w*|stron\w* miasta|wsi|miescie|lesie|polu|swiatl\w+|pasach|chodnik\w*|"
    r"torach|zakreci\w*|mechanik\w*|warsztat\w*|warsztac\w*|salon\w*|dzialc\w*|wulkaniz\w*"
)
OWN = re.compile(r"dom(u|em)|blok\w+|podwork\w+|garaz\w*|podja?e?zd\w*|prac[ay]")
"""One's own house and what belongs to it: a place without a name."""
SHOPS = re.compile(
    r"biedronk\w+|lidl\w*|auchan\w*|tesco|kaufland\w*|zabk\w+|orlen\w*|castoram\w*|obi|ike[ai]\w*|leroy|carrefour\w*|"
    r"rossman+\w*|netto|dino|stokrotk\w+|mcdonald\w*|kfc|shell\w*|makro|selgros\w*|intermarche|aldi\w*"
)
ROAD = re.compile(r"[as]\d{1,2}[a-z]?|d[kw]\d{1,3}|siodemc?e|zakopianc?e|gierkowc?e|katowic?kiej|wislostradzie")
_ROAD_LETTERS = frozenset({"a", "s", "dk", "dw"})
_ANDS = frozenset({"i", "z", "a"})
NUMBER = re.compile(r"\d{1,4}[a-z]?(/\d{1,4}[a-z]?)?")
STREET_FORM = re.compile(r"\w{2,}([scz]k|dzk)(iej|iego)")
"""How most streets end where they are named without "ulica", also in small letters: "na pulawskiej"."""
_DESCRIBING = frozenset({"rejestracji", "stronie", "tablicy", "tablicach", "numerach", "polisie", "polise", "umowie"})
_NO_NAME = re.compile(
    r"pan(u|a|ow)?|pani\w*|panstw\w+|wa[ms]|wami|oc|ac|nnw|pdf|sms|swieta(mi)?|swiat|wielkanoc\w*|boz[eym]\w*|"
    r"narodzeni\w*|sylwestr\w*|wigili\w*|poniedzial\w+|wtor\w+|srod\w+|czwart\w+|piat\w+|sobot\w+|"
    r"niedziel\w+|styczn\w+|lut\w+|marc\w+|kwietni\w+|maj\w*|czerwc\w+|lipc\w+|sierpni\w+|wrzesni\w+|pazdziernik\w+|"
    r"listopad\w+|grudni\w+|internec\w+|internet\w*|facebook\w*|messenger\w*|wart[acy]\w*|pzu|hesti\w*|ergo|allianz\w*|"
    r"general[iy]\w*|uniq\w*|link\w*|compens\w*|wiener\w*|interrisk\w*|axa|axie|proam\w*|przystan\w*|"
    r"golf\w*|passa\w*|opl\w*|opel\w*|astr\w+|toyo\w+|skod\w+|octavi\w*|fabi\w+|bmw|audi|merc\w+|ford\w*|f[oi][ck]us\w*|"
    r"mazd\w+|hond\w+|ki[aei]|hyunda\w+|renau\w*|megan\w*|clio|peug\w*|citro\w*|fia[tc]\w*|pand\w+|punto|volv\w+|"
    r"volks\w*|vw|seat\w*|seaci\w*|ibiz\w+|leon\w*|daci\w*|dust\w+|suzuk\w+|nissan\w*|lexus\w*|jeep\w*|tesl\w+|"
    r"porsche\w*|subaru|polo|yaris\w*|corol\w+|auris\w*|scani\w+|iveco|mitsub\w*|land|rover\w*|alf\w+|chevr\w*|tir\w*"
)
_ELSEWHERE = re.compile(
    r"\b(mieszka\w+|zameldowan\w*|kupi\w+|zarejestrowan\w*|ubezpiecz(on|al|yl)\w*|polis\w*|zawar\w+|warsztat\w*|warsztac\w*|"
    r"serwis\w*|napraw\w*|stoi|pracuj\w*|agen\w+|oddzial\w*|placowk\w*|biur\w*|policj\w*|komisari\w*|sad\w*|urodz\w*|"
    r"zaparkowan\w* teraz|szpital\w+|leze|odholowan\w*|rzeczoznawc\w*|ogledzin\w*)\b"
)
"""A clause with one of these words names a place at which nothing happened."""
_CLAUSE = re.compile(r"[,;.!?\n](?!\S)|\s+(?:a|ale|i|gdy|kiedy)\s+")
_LONGEST = 100

_HAPPENED = re.compile(
    r"\b(uderzy|cofa|wjech|najech|zarysow|porysow|przerysow|rys(n|ow)|stukn|pukn|puk|potrac|wyhamow|zahamow|hamow|zderz|"
    r"stluk|wpad|poslizg|zajech|zahacz|zaczepi|otar|obtar|przytar|tracil|waln|przywal|wymus|zepchn|odprysn|pek[ln]|"
    r"wyskoczy|zmienia|otworzy|urwa|wgnio|wgniot|zbil|rozbi|obroci|dachow|skrec|nie zauwazy|nie widzia|przyhacz|"
    r"zniszczy|uszkodzi|wjezdza|wybieg)\w*"
)
_CUT_OFF = re.compile(r"\bzaj(ech|ezdz)\w+ (\w+ )?drog|\bdrog\w+ (\w+ )?zaj(ech|ezdz)")
_SOMEWHERE = re.compile(
    r"\b(pod|kolo|obok|niedaleko|nieopodal|naprzeciw\w*|miedzy|nad)\s(?!mna|nim|nia|wplywem|prad|koniec|katem|sob)|"
    r"\b(przed|za)\s(?!mna|nim|nia|nami|soba|mask|zderzak|auto|samochod|szybk|szybko|blisk|pozno|kierownic|duz)|"
    r"\bprzy\s(?!\w+[ae]niu\b|tym\b|predkosc)|\bu\s\w|\btu(taj)?\b|\bna\s\w+(skiego|ckiego|[^ ]ej)\b(?! stron)"
)
_FEWEST_WORDS = 3


@dataclass(frozen=True)
class Word:
    raw: str
    folded: str
    start: int
    end: int
    named: bool
    """Written as a name, beside words that are not."""


@dataclass(frozen=True)
class _Phrase:
    start: int
    end: int
    town: str | None


def place_told(text: str, home: bool = False) -> str | None:
    """Where it happened, in the words of a sentence that says more than that; None where it says no such place.

    "stłuczkę na Puławskiej w Warszawie, auto WX 12345" → "na Puławskiej w Warszawie". With `home` also where
    somebody says to live.
    """
    words = words_of(text)
    found: list[_Phrase] = []
    at = 0
    while at < len(words):
        phrase, at = _phrase(text, words, at)
        if phrase is not None and (home or not _ELSEWHERE.search(_clause_before(text, phrase.start))):
            found.append(phrase)
    towns = {phrase.town for phrase in found if phrase.town}
    if not found or len(towns) > 1:
        return None
    return ", ".join(text[phrase.start : phrase.end] for phrase in found[:2])[:_LONGEST]


def tells_no_place(text: str) -> bool:
    """Whether `text` is plainly a sentence of what happened: "cofałem i uderzyłem w słupek". In doubt it is not."""
    words = words_of(text)
    told = " ".join(word.folded for word in words)
    if _CUT_OFF.search(told):
        words = [word for word in words if not word.folded.startswith("drog")]
    if len(words) < _FEWEST_WORDS or not _HAPPENED.search(told):
        return False
    if _SOMEWHERE.search(told) or any(character.isdigit() for character in text):
        return False
    named = any(word.named and not _NO_NAME.fullmatch(word.folded) for word in words[1:])
    return not named and not any(_is_place_word(word) for word in words) and place_told(text) is None


def names_place(text: str) -> bool:
    """Whether a word of `text` is one for a place, a town, a road or a shop, as in "na parkingu"."""
    return place_told(text) is not None or any(_is_place_word(word) for word in words_of(text))


def tells_what_happened(text: str) -> bool:
    """Whether `text` is a sentence of what happened, wherever."""
    words = words_of(text)
    return len(words) >= _FEWEST_WORDS and bool(_HAPPENED.search(" ".join(word.folded for word in words)))


def words_of(text: str) -> list[Word]:
    found = list(_TOKEN.finditer(text))
    # Where everything is in capitals, a capital says nothing.
    tells = any(match.group().islower() and len(match.group()) > 1 for match in found)
    return [
        Word(match.group(), fold(match.group()), *match.span(), tells and match.group()[0].isupper()) for match in found
    ]


def _phrase(text: str, words: list[Word], at: int) -> tuple[_Phrase | None, int]:
    """The place that begins at word `at`, and where to look on."""
    if words[at].folded not in _LEADS and not _is_road(words, at):
        listed = _listed(text, words, at)
        return listed, at + 1
    end, sure, town = at, False, None
    while True:
        reached, named, where = _member(text, words, end)
        if reached == end:
            break
        end, sure, town = reached, sure or named, town or where
    if not sure:
        return None, at + 1
    start = _with_town_before(text, words, at)
    town = town or (gazetteer.town_in(words[start].raw) if start < at else None)
    return _Phrase(words[start].start, words[end - 1].end, town), end


def _member(text: str, words: list[Word], at: int) -> tuple[int, bool, str | None]:
    """One lead with its place, such as "na Puławskiej": where it ends, whether it has a name, the town it names."""
    if at < len(words) and _is_road(words, at):
        return at + 1, True, None
    if at >= len(words) or words[at].folded not in _LEADS or not _joined(text, words, at):
        return at, False, None
    here, named, town = at, words[at].folded in STREETS, None
    free = named
    here += 1
    while here < len(words) and (here == at + 1 or _joined(text, words, here)):
        word = words[here]
        if NUMBER.fullmatch(word.folded) and here > at + 1:
            named = named or words[here - 1].folded in ("nr", "numer", "krajowej", *_ROAD_LETTERS)
        elif _is_name(words, here) or free:
            named, town = True, town or gazetteer.town_in(word.raw)
        elif _links(words, here, first=here == at + 1):
            pass
        elif NOUNS.fullmatch(word.folded):
            named = named or bool(OWN.fullmatch(word.folded))
        else:
            break
        free = word.folded in STREETS
        here += 1
    return (here, named, town) if here > at + 1 else (at, False, None)


def _links(words: list[Word], at: int, *, first: bool) -> bool:
    """ "DK 92", "Długiej i Krótkiej": a word that only leads on to the next."""
    if at + 1 >= len(words):
        return False
    word, after = words[at].folded, words[at + 1].folded
    return (word in _ROAD_LETTERS and after.isdigit()) or (word in _ANDS and not first and _is_name(words, at + 1))


def _is_name(words: list[Word], at: int) -> bool:
    word = words[at]
    if _NO_NAME.fullmatch(word.folded):
        return False
    if SHOPS.fullmatch(word.folded) or ROAD.fullmatch(word.folded):
        return True
    if word.named and any(character.islower() for character in word.raw):
        return True
    before = words[at - 1].folded
    if word.named and NOUNS.fullmatch(before):
        return True  # "rondo ONZ"
    if STREET_FORM.fullmatch(word.folded) and before in ("na", "przy", "kolo", "w"):
        return at + 1 >= len(words) or words[at + 1].folded not in _DESCRIBING
    return len(word.folded) > _FEWEST_WORDS and gazetteer.town_in(f"x {word.raw}") is not None


def _is_road(words: list[Word], at: int) -> bool:
    """ "DK92 koło Konina", "S8 za Radzyminem" without a word before; "moje A4" is an Audi."""
    word = words[at]
    by_letter = bool(re.fullmatch(r"[AS]\d{1,2}", word.raw)) and at + 1 < len(words) and words[at + 1].folded in _LEADS
    return bool(re.fullmatch(r"D[KW]\d{1,3}", word.raw)) or (by_letter and words[at - 1].folded != "audi")


def _is_place_word(word: Word) -> bool:
    known = NOUNS.fullmatch(word.folded) or SHOPS.fullmatch(word.folded) or ROAD.fullmatch(word.folded)
    return bool(known) or (len(word.folded) > _FEWEST_WORDS and gazetteer.town_in(f"x {word.raw}") is not None)


def _joined(text: str, words: list[Word], at: int) -> bool:
    """Whether word `at` goes on with the phrase before it; "ul." ends no sentence, and a comma may lead to a street."""
    if at == 0:
        return True
    between = text[words[at - 1].end : words[at].start]
    if not between.strip():
        return True
    if between.strip() == ".":
        return words[at - 1].folded in STREETS | {"nr"}
    return between.strip() == "," and words[at].folded in _LEADS and words[at].folded not in ("za", "pod")


def _listed(text: str, words: list[Word], at: int) -> _Phrase | None:
    """ "Rzeszów, Rejtana 5": a town as it is called, with the name and the number that follow it."""
    town = gazetteer.town_in(words[at].raw) if words[at].named else None
    if town != words[at].raw or (at and words[at - 1].folded in ("z", "do", "od")):
        return None
    if at + 1 < len(words) and words[at + 1].folded in STREETS:
        return None  # the street's phrase takes its town with it
    end = at + 1
    while end < len(words) and text[words[end - 1].end : words[end].start].strip() in ("", ","):
        after_name = end > at + 1 and NUMBER.fullmatch(words[end].folded)
        if not after_name and not (words[end].named and words[end].raw[1:].islower() and _is_name(words, end)):
            break
        end += 1
    return _Phrase(words[at].start, words[end - 1].end, town)


def _with_town_before(text: str, words: list[Word], at: int) -> int:
    """ "Toruń, ul. Szeroka 3": the town in front belongs to the street."""
    if at == 0 or words[at].folded not in STREETS:
        return at
    known = gazetteer.town_in(words[at - 1].raw) is not None
    return at - 1 if known and text[words[at - 1].end : words[at].start].strip() in ("", ",") else at


def _clause_before(text: str, start: int) -> str:
    """The folded words between the last break before `start` and `start`."""
    return fold(_CLAUSE.split(text[:start])[-1])
