"""Yes or no where a wrong no could cost a life: a no counts only where nothing else can be meant; knows no steps.

"Nie oddycha" and "nie ugasili" have the word for no in them and mean yes. So what the question's own words (`told`) do
not say must be a bare no, and a doubt is none. What is neither is asked again, which costs one message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.dialogue.answers import Reason
from bot.dialogue.answers.folding import word_set
from bot.dialogue.engine.phrases import plain

_YES = word_set(
    "tak tka tal taj tek ta taa owszem potwierdzam dokladnie yes yep istotnie faktycznie rzeczywiscie prawda oczywiscie"
)
_BARELY_YES = word_set("ja jestem jest sa mam no my jestesmy byl byla byli byly jeden jedna dwie dwoje niestety i")
"""A yes where nothing else is said: "ja jestem", "no jest"."""
_LEANING_TO_YES = re.compile(r"\b(?:chyba|raczej|moze|mozliwe ze|wydaje (?:mi )?sie ze) (?:tak|ja|jestem)\b")
_NO = word_set("nie ne nei nje nope nah nikt nikomu nikogo nic zaden zadna bynajmniej skad skadze wcale absolutnie")
_BESIDE_NO = word_set(
    "no na szczescie cale dzieki bogu chwala dziekuje prosze pan pani jest byl byla bylo byly ma tu tutaj tam to a i "
    "ja my juz oczywiscie pewno osob takich takiej nam mi sie stalo zupelnie zadnych"
)
"""What may stand beside a bare no. "Cali", "dobrze", "wszyscy" may not: "nie wszyscy są cali" means yes."""
_DOUBT = re.compile(
    r"\b(?:nie wiem|niewiem|nwm|nie wiadomo|nie mam pojecia|nie mam pewnosci|nie jestem pew\w+|"
    r"nie sprawdz\w+|nie widz\w+|nie pamietam|trudno powiedziec|chyba|raczej|moze|mozliwe|podobno|prawdopodobnie|"
    r"mam nadzieje|wydaje|mysle|sadze|czy|"
    r"oprocz|procz|poza|z wyjatkiem|na razie|narazie|jeszcze|powazn\w+|ciezko|smierteln\w+|karetk\w+|pogotowi\w+|"
    r"szpital\w*|lekarz\w*|ratownik\w*)\b"
)
_STRETCHED = re.compile(r"(\w)\1{2,}")


def doubts(text: str) -> bool:
    """ "nie wiem, czy nikt…", "nikt poza kierowcą": whatever else is said, it is no sure no."""
    return bool(_DOUBT.search(plain(text)))


def weigh(text: str, told: Mapping[str, str]) -> bool | Reason:
    """What `text` says; `told`: patterns of the question's own words under "tak" and "nie", over plain words."""
    words = _STRETCHED.sub(r"\1", plain(text))
    said = {value for value, pattern in told.items() if re.search(pattern, words)}
    if "tak" in said or _says_yes(words):
        return True
    if doubts(text) or text.rstrip().endswith("?"):
        return Reason.UNSURE
    if "nie" in said or _says_bare_no(words):
        return False
    return Reason.NO_VALUE if _NO.isdisjoint(words.split()) else Reason.AMBIGUOUS


def _says_yes(words: str) -> bool:
    said = words.split()
    if not said:
        return False
    alone = _BARELY_YES.issuperset(said) and said != ["niestety"]
    return said[0] in _YES or said[1:2] == ["tak"] or alone or bool(_LEANING_TO_YES.search(words))


def _says_bare_no(words: str) -> bool:
    said = set(words.split())
    return not said.isdisjoint(_NO) and said <= _NO | _BESIDE_NO
