"""Words of leaving: for now, for good, for a court or the press, and of coming back; knows nothing of what follows.

All are compared as plain words (`phrases.plain`), in messages short enough to say nothing else.
"""

from __future__ import annotations

import re

from bot.dialogue.engine.phrases import plain, wants_something_done, word_count

_LONGEST_LATER = 16
_LONGEST_RETURN = 8
_LONGEST_GOODBYE = 6


def _any(*patterns: str) -> str:
    return "(?:" + "|".join(patterns) + ")"


_DOING = _any(
    r"dokoncz\w+|skoncz\w+|wroc\w+|odezw\w+|dopisz\w+|odpisz\w+|napisz\w+|uzupeln\w+|zrobi\w+|wypeln\w+|zajm\w+|zostaw\w+",
    r"przeloz\w+|odloz\w+",
)
_WHAT = r"(?: (?:sie|to|tego|do|was|tym|mu|jeszcze|reszte|zgloszeni[ea]|formularz|temat\w*|na|moze))*"
_WHEN = _any(
    r"pozniej|potem|jutro|pojutrze|wieczorem|po pracy|za chwile|za godzine|za \w+ (?:minut|godzin)\w*|w domu",
    r"kiedy indziej|innym razem|w wolnej chwili|po poludniu|rano|w weekend",
)
_NOW = r"(?:teraz|w tej chwili)"
_BEFORE = (
    r"^(?:(?:ok|dobra|dobrze|przepraszam|sorry|sorki|niestety|to|ale|a|no|hej|wie|pan|pani|ja|ze|czy|na razie|tyle|"
    r"musze leciec|musze konczyc) )*"
)
_LATER = re.compile(
    _BEFORE
    + _any(
        rf"{_DOING}{_WHAT} {_WHEN}\b",
        rf"{_WHEN}{_WHAT} {_DOING}\b",
        rf"(?:jak|kiedy|gdy) wroc\w+ .{{0,25}}{_DOING}\b",
        rf"reszte {_WHEN}$",
        rf"(?:{_NOW} )?nie mam (?:teraz |w tej chwili |na to )*czasu(?: {_NOW}| na to| tego| dokonczyc| pisac)*$",
        rf"{_NOW} nie (?:moge|dam rady)(?: tego)?(?: rozmawiac| pisac| dokonczyc)?$",
        rf"nie (?:moge|dam rady) {_NOW}(?: tego)?(?: rozmawiac| pisac| dokonczyc)?$",
        rf"nie (?:moge|dam rady) (?:rozmawiac|pisac|dokonczyc)(?: tego)? {_NOW}$",
        r"zaraz wrac\w+|zaraz wroc\w+|wroce za \w+",
        r"musze (?:juz |teraz )?(?:leciec|konczyc|isc|zmykac|uciekac|spadac)\b",
        r"(?:zrobmy|zrobie|robie|potrzebuje) (?:sobie )?przerw\w\b|zapisz\w* to na (?:pozniej|potem)\b",
        r"(?:mozemy|moge|mozna|da sie|chce|chcialbym|chcialabym|wole) (?:to |sobie )?"
        rf"(?:dokonczyc|skonczyc|wrocic|zrobic|uzupelnic){_WHAT} {_WHEN}\b",
    )
)
_RESUMING = re.compile(
    r"^(?:(?:dzien dobry|hej|czesc|witam|ok|dobra|dobrze|to|no|juz|jestem|ja|chce|chcial\w+(?: bym)?|mozemy|prosze|"
    r"teraz|mam czas) )*"
    r"(?:dokoncz\w*|wznow\w*|kontynuu\w*|kontynuowac|wrocic do|wracam\w*|wrocmy|wrocilam|wrocilem|dalej|lecimy dalej|"
    r"skonczmy|jestem z powrotem|jestem juz|juz jestem)\b"
)
_PARTING = re.compile(
    r"\b(?:do widzenia|do zobaczenia|do uslyszenia|do jutra|dobranoc|nara|na razie|zegnam|zegnaj|bye|"
    r"milego (?:dnia|wieczoru)|trzymaj\w* sie|spadam|uciekam)\b|"
    r"^(?:(?:ok|dobra|dzieki|dziekuje|to|no) )*(?:pa|papa|pa pa)$"
)
_THREATENING = re.compile(
    _any(
        r"\brzeczni\w+ (?:finansow|konsument|ubezpieczon)|\bdo rzecznika|\bknf\w{0,3}\b|\bkomisj\w+ nadzoru|\buokik\w*",
        r"\burz\w+ ochrony konkurencji|\bfederacj\w+ konsument",
        r"\bdo sadu\b|\bw sadzie\b|\bpozw(?:e|y|iemy|em)\b|\bpozew\b|\bna droge sadow|\bdo prokuratury",
        r"\bwezwanie do zaplaty",
        r"\b(?:moj|od|z|wezme|biore) (?:prawnik|adwokat|mecenas)\w*",
        r"\bw (?:gazecie|mediach|telewizji)\b|\bdo (?:medi\w+|pras\w+|gazet\w*|telewizji|tvn\w*|tv|dziennikarz\w*)\b",
        r"\bdziennikarz\w*|\buwag\w* tvn|\bsprawa dla reportera",
    )
)


def says_later(text: str) -> bool:
    """ "dokończę później", "muszę lecieć": not now, but not never."""
    return bool(_LATER.match(plain(text))) and word_count(text) <= _LONGEST_LATER


def resumes(text: str) -> bool:
    """ "możemy dokończyć", "już jestem": the customer is back for what was left unfinished."""
    return bool(_RESUMING.match(plain(text))) and word_count(text) <= _LONGEST_RETURN


def parts(text: str) -> bool:
    """ "do widzenia", "pa": goodbye in so many words."""
    return bool(_PARTING.search(plain(text))) and word_count(text) <= _LONGEST_GOODBYE


def threatens(text: str) -> bool:
    """Steps outside the company are announced: a regulator, a court, the press. A wish for a complaint is none."""
    return bool(_THREATENING.search(plain(text))) and not wants_something_done(text)
