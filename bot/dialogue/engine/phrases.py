"""Words by which people steer a conversation, recognised without the classifier; speaks to nobody.

Only what our own texts teach ("napisz „wróć”") and what no statistics should decide: everything looser is an
intent of the classifier.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import takewhile

_WORD = re.compile(r"[a-z0-9]+")
_FEW_WORDS = 6


class Control(str, Enum):
    """What can be said at every step, by word, by button or by intent; the values are intents' names."""

    BACK = "wroc"
    SKIP = "pomin"
    CANCEL = "anuluj"
    CORRECT = "popraw"
    REPEAT = "powtorz"
    EXPLAIN = "jak_to"
    PERSON = "konsultant"
    YES = "potwierdzenie"
    NO = "zaprzeczenie"
    DONE = "gotowe"
    RECAP = "podsumowanie"


_COMMANDS = {
    Control.BACK: "wroc|wstecz|cofnij|cofnij sie|wracam|wroc do poprzedniego|poprzednie|poprzednie pytanie",
    Control.SKIP: "pomin|pomijam|pomin to|pomin to pytanie|dalej|nastepne|nastepne pytanie|wysle pozniej",
    Control.CANCEL: "anuluj|przerwij|anuluj zgloszenie|przerwij zgloszenie|stop",
    Control.REPEAT: "powtorz|powtorz pytanie|prosze powtorzyc|jeszcze raz",
    Control.EXPLAIN: (
        "jak to|ale jak to|co to znaczy|co to jest|co to|wyjasnij|nie rozumiem|o co chodzi|nie wiem o co chodzi|"
        "po co|po co to|dlaczego|a po co"
    ),
    Control.PERSON: "konsultant|konsultanta|czlowiek|czlowieka|z konsultantem|z czlowiekiem|poprosze konsultanta",
    Control.CORRECT: "popraw|poprawka|chce poprawic|chce cos poprawic|zmien|edytuj",
}
_BY_PHRASE = {phrase: control for control, phrases in _COMMANDS.items() for phrase in phrases.split("|")}

_DONE = re.compile(
    r"^(ok |no |tak )?(gotowe|to wszystko|wszystko|wszystkie|to wszystkie|koniec|tyle|to tyle|juz|skonczone)"
    r"( zdjecia| juz| na razie| dziekuje| prosze)*$"
)
_NONE_AT_ALL = re.compile(
    r"^((niestety|jeszcze|na razie|narazie|teraz|no|nie|ja) )*(nie mam|nie posiadam|brak|nie dotyczy|nie ma|zadn\w+|"
    r"nie robil\w+|nie zglaszal\w+|nie zglosil\w+|nie wzywal\w+|nie podam|nie chce (podawac|podac)|wole nie|"
    r"nie dostal\w+|nie bylo|nie trzeba|nie teraz|pozniej|potem|obojetnie|bez roznicy|"
    r"wszystko jedno|dowoln\w+|kiedykolwiek|innym razem|"
    r"(podam|wysle|dosle|przysle) (go |je |to )?(pozniej|potem))\b"
)
_UNSURE = re.compile(
    r"^(hmm+ |nie |no )?(nie wiem|nie pamietam|nie znam|nie mam pojecia|nie jestem pew\w+|trudno powiedziec|ciezko "
    r"powiedziec|nie kojarze)( \w+){0,2}$"
)
_ASKING = re.compile(
    r"^(a |ale |no |prosze |przepraszam )*(co|jak|czy|dlaczego|czemu|po co|ile|kiedy|gdzie|kto|skad|ktor\w+|jaki\w*|"
    r"jaka|jakie|na co)\b"
)
_CORRECTING = re.compile(
    r"\b(popraw\w*|pomyl\w+|zmien\w*|skoryguj\w*|blad|blednie|bledn\w+|zle (wpis|pod|napis)\w+|mialo byc|powinno byc|"
    r"byl[aoy]? inn\w+|jest inn\w+|nie ta|nie ten|sprostow\w+|jednak)\b|\bnie \S+( \S+)? (tylko|lecz|a) \S+"
)
_CHANGED_MIND = re.compile(r"^(a |ale |nie |no )*jednak\b")
_WISHING = re.compile(
    r"^((a|ale|no|to|jednak|jeszcze|i|dzien dobry|prosze|ja|teraz|najpierw|przepraszam) )*"
    r"((chce|chcial\w+( bym)?|chcem|musze|moge|mozna|potrzebuje|wole|prosze|poprosze|zamierzam) )?"
    r"(zglo(sic|szenie)|zglaszam|zarejestrowac|zloz(yc|enie)|skladam|reklamacj\w+|"
    r"sprawdz\w+ (status|stan|szkod|co z)\w*|dowiedziec sie|co z moj\w+|umow\w*|oddzwon\w*|zadzwon\w*|"
    r"(o )?(telefon|kontakt|oddzwonienie)\b|znajd\w*|znalezc|szukam|usun\w*|skasu\w+|wykasow\w+)"
)
_WITHDRAWING = re.compile(
    r"\b(wycof\w+|cofam|cofn\w+|odwolu\w+|odwolac|anuluj\w*) (\w+ ){0,3}zgod[eyai]?\b|"
    r"\bzgod[eyai]? (\w+ ){0,5}(wycof\w+|cofam|cofn\w+|odwolu\w+|odwolac)\b|"
    r"\bnie (wyrazam|chce wyrazac|daje) (juz|wiecej|dalej) zgody\b"
)
_MENTION = re.compile(r"\b(popraw\w*|zmien\w*|skoryguj\w*)\b")


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """Lower-case ASCII words of `text` with single spaces, without punctuation."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    return " ".join(_WORD.findall("".join(char for char in folded if not unicodedata.combining(char))))


def control_of(text: str) -> Control | None:
    """The command that the whole of `text` is, such as "Wróć." or "jak to?"."""
    words = plain(text)
    for polite in (" prosze", " poprosze"):
        words = words.removesuffix(polite)
    return _BY_PHRASE.get(words.removeprefix("prosze "))


def says_done(text: str) -> bool:
    """ "gotowe", "to wszystko": the customer has sent everything."""
    return bool(_DONE.match(plain(text)))


def says_none(text: str) -> bool:
    """ "nie mam", "brak": there is nothing to give here; a longer message tells something."""
    return bool(_NONE_AT_ALL.match(plain(text))) and word_count(text) <= _FEW_WORDS


def says_unsure(text: str) -> bool:
    """ "nie wiem", "nie pamiętam" as the whole message."""
    return bool(_UNSURE.match(plain(text)))


def corrects(text: str) -> bool:
    """Whether `text` takes something back: "data była inna", "nie WX12345 tylko WX54321", "popraw telefon"."""
    return bool(_CORRECTING.search(plain(text)))


def changes_mind(text: str) -> bool:
    """ "jednak jutro": few words that take a choice back."""
    return bool(_CHANGED_MIND.search(plain(text))) and word_count(text) <= _FEW_WORDS


def orders_correction(text: str) -> bool:
    """Whether `text` asks for a correction by its own word: "popraw …", "zmień …"."""
    return bool(_MENTION.search(plain(text)))


def withdraws_consent(text: str) -> bool:
    """ "wycofuję zgodę", "chcę cofnąć moją zgodę"; not "nie wyrażam zgody", which is an answer."""
    return bool(_WITHDRAWING.search(plain(text)))


def is_question(text: str) -> bool:
    return text.rstrip().endswith("?")


def asks_back(text: str) -> bool:
    """A question put to the question: "a po co wam to?", "co to jest AC?"; not "z AC?", which is a shy answer."""
    return is_question(text) and bool(_ASKING.match(plain(text)))


def is_asking(text: str) -> bool:
    """A question, also one without its mark: "jaki jest numer infolinii"."""
    return is_question(text) or bool(_ASKING.match(plain(text)))


def wants_something_done(text: str) -> bool:
    """ "chcę złożyć reklamację", "oddzwońcie": words that begin a matter, not words that tell of one."""
    return bool(_WISHING.match(plain(text)))


def word_count(text: str) -> int:
    return len(plain(text).split())


_SHARED_WORDS = frozenset({"numer", "nr", "data", "dane", "informacje", "czy", "w", "z", "na", "do", "sie", "jest"})
_SMALL_WORDS = frozenset({"nie", "auto", "samochod", "bylo", "byl"})
_DECIDING_ALONE = frozenset({"numer", "data", "dane"})


def matching(text: str, labels: dict[str, tuple[str, ...]]) -> list[str]:
    """Keys of `labels` that `text` names, best first, equals together; inflection is seen through by stems.

    A word that several labels share ("numer") decides only where nothing else does.
    """
    words = [word for word in plain(text).split() if len(word) > 1]
    scores = {key: max((_score(words, label) for label in names), default=0.0) for key, names in labels.items()}
    best = max(scores.values(), default=0.0)
    return [key for key, score in scores.items() if score == best] if best > 0 else []


def says_more_than_small_words(text: str, labels: tuple[str, ...]) -> bool:
    """Whether more than words that stand in any sentence tie `text` to `labels`: "nie moja wina" is not all noes."""
    small = (*_SMALL_WORDS, *_SHARED_WORDS)
    words = (word for word in plain(text).split() if not any(_same_stem(word, other) for other in small))
    return bool(matching(" ".join(words), {"": labels}))


def named_in_full(text: str, labels: dict[str, tuple[str, ...]]) -> list[str]:
    """Keys of `labels` of which a whole label stands in `text`: what an unasked message may be taken at."""
    words = [word for word in plain(text).split() if len(word) > 1]
    return [key for key, names in labels.items() if any(_stands_in(words, label) for label in names)]


def _stands_in(words: list[str], label: str) -> bool:
    telling = [word for word in plain(label).split() if word not in _SHARED_WORDS and len(word) > 1]
    return bool(telling) and all(any(_same_stem(word, other) for other in words) for word in telling)


def _score(words: list[str], label: str) -> float:
    own = plain(label).split()
    telling = [word for word in own if word not in _SHARED_WORDS and len(word) > 1]
    hits = sum(any(_same_stem(word, other) for other in words) for word in telling)
    shared = sum(word in words for word in own if word in _SHARED_WORDS)
    if not hits:
        alone = (word for word in own if word in _DECIDING_ALONE)
        return 0.1 if any(_same_stem(word, other) for word in alone for other in words) else 0.0
    # A label said in full beats one that shares a word with the message.
    return hits + 0.5 * hits / len(telling) + 0.1 * shared


def _same_stem(one: str, other: str) -> bool:
    """Whether two words look like forms of one: most of each is the same beginning ("rejestrację", "rejestracyjny")."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return common >= max(3, min(len(one), len(other)) - 3) and common >= 0.6 * max(len(one), len(other))
