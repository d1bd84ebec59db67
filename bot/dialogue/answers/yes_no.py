"""Yes or no out of a Polish sentence; knows idioms and negation, and nothing of what was asked.

Decided: "no" is yes, as in speech; "może" and "nie wiem" are neither; a short denying sentence ("nikt nie
ucierpiał", "auto nie jeździ") is no; a sentence without any such word is no answer.
"""

from __future__ import annotations

import re

from .message import Message
from .model import Answer, Kind, Reason, Rejection
from .typos import Vocabulary

_SIGNS = {
    True: "👍👌✅✔☑🆗💯🤝🙆",
    False: "👎❌🚫🙅✖⛔",
}
_SHRUG = "🤷"

_YES_PHRASES = """nie inaczej|nie da sie ukryc|nie da sie zaprzeczyc|nie ma (?:zadnego )?problemu|nie ma sprawy|nie mam nic przeciwko\
|czemu nie|czemuz nie|dlaczego(?:zby)? nie|nie widze (?:przeszkod|problemu|przeciwwskazan)|nie zaprzecz(?:am|e)|nie przecz(?:am|e)\
|nie ukrywam|nie bede ukrywac|nie ma co ukrywac|jakze(?:by)? inaczej|jak nie jak tak|nie (?:powiem|mowie) (?:ze )?nie|nie odmow(?:ie|ilbym|ilabym)\
|nie pogardze|nie ma (?:zadnych )?watpliwosci|nie ulega watpliwosci|bez (?:dwoch zdan|watpienia|problemu|dyskusji)|i to jak|jeszcze jak|a jak|a co|no raczej|no chyba|no ba\
|moze byc|niech (?:bedzie|tak bedzie)|tak jest|nie tylko|nie mylisz sie|nie myli sie pan(?:i)?|nie wykluczone ze tak|wszystko sie zgadza"""
_NO_PHRASES = """w zyciu|za zadne skarby|nigdy w zyciu|(?:w|pod) zadny[mn] (?:wypadku|pozorem|razie)|mowy nie ma|nie ma (?:mowy|opcji|szans|takiej potrzeby|potrzeby)\
|nic z tych rzeczy|nic takiego|gdzie tam|(?:a|ale|alez)? ?skad(?:ze)?(?: znowu)?|ani troche|ani mi sie sni|daj spokoj|no co (?:ty|pan|pani)\
|niestety nie|tak nie (?:bylo|jest)|nie,? tak nie|odpada|nic nie|po co"""
_UNSURE_PHRASES = """nie wiem|nie mam pojecia|nie jestem (?:do konca |calkiem |w stu procentach )?(?:pewn[ay]|pewien|przekonan[ay])|nie pamiet\\w+|trudno (?:mi )?(?:powiedziec|stwierdzic)\
|ciezko (?:mi )?(?:powiedziec|stwierdzic)|byc moze|nie rozumiem|nie zrozumial[ae]m|nie kojarze|i tak i nie|tak i nie|ani tak ani nie|zalezy|zastanowi\\w+|zastanawiam\
|czy ja wiem|nie potrafie (?:powiedziec|ocenic)|nie umiem (?:powiedziec|ocenic)|nie moge powiedziec|tak sobie|srednio|roznie|tak czy (?:nie|siak|inaczej)|nie orientuje sie\
|tak lub nie|tak albo nie|tak\\s*/\\s*nie|t\\s*/\\s*n|pol na pol|co to znaczy|jak to|nie mam pewnosci|nie jest(?:em)? pewne|nie zdecydowal\\w+|jeszcze nie wiem|nie ma za co|do konca nie wiem|nwm|niewiem"""

_YES_WORDS = frozenset(
    "tak tka tal tsk tag tek takk tk no ta taa jasne oczywiscie owszem pewnie pewno pewka jasna ok okej okay oki okey oczywista spoko "
    "git dobra dobrze zgoda zgadza zgadzam potwierdzam prawda racja dokladnie wlasnie naturalnie wiadomo poprosze prosze "
    "chetnie zdecydowanie ba mhm yhy yhym yhm uhm ehe aha yup yep yes yeah si jo jap jup y t chyba prawdopodobnie raczej "
    "istotnie faktycznie rzeczywiscie bezsprzecznie bezwzglednie koniecznie smialo dawaj dawajcie akceptuje wyrazam chce chcialbym chcialabym mam jest sa byl byla bylo byli byly mozna moze_byc naturalne "
    "certainly sure hell pewniak pewnieze bankowo ofc jasniutkie super swietnie ano ehem ta1 jestem bylem bylam posiadam moga moze_tak "
    "przytakuje 100 1tak yy_tak klar no_ba prawidlowo sie_zgadza podobno tez_tak".split()
)
_NO_WORDS = frozenset(
    "nie ne nei nje niee nope nah niet nein niestety skad skadze bynajmniej nigdy n zaden zadna zadne zadnych nikt nikomu nikogo "
    "odmawiam zaprzeczam nieprawda negatyw niemozliwe brak niekoniecznie watpie never niee1 nie1 nop nie_nie wcale nieee".split()
)
_WEAK_YES = frozenset(
    "chyba raczej prawdopodobnie podobno prosze mam jest sa byl byla bylo byli byly chce dobra dobrze super ta no "
    "jestem bylem bylam wlasnie aha prawda pewnie wiadomo moga mozna zdecydowanie koniecznie".split()
)
"""Words that are a yes alone, and leave a sentence as it is: "raczej nie", "jest problem"."""
_FILLERS = frozenset(
    "a i to ze ale no wiec hmm hm eee yyy oj o ja my pan pani panie mi sie juz jak najbardziej bardzo dziekuje dzieki tez z na "
    "bank pewno rzecz jasna mysle sadze wydaje uwazam mysl pewien sto procent procentach ze w rzeczy samej absolutnie przeciez "
    "alez az mam nadzieje moim zdaniem sam sama sprawa swoja droga raczej chyba w_pelni pelni tu teraz mnie tym tego ten".split()
)
_SPELLED = Vocabulary(word for word in (*_YES_WORDS, *_NO_WORDS) if len(word) >= 5)

_CORRECTION = re.compile(
    r"\b(?:przepraszam|sorry|znaczy|tzn|a wlasciwie|albo nie|wroc|czekaj|pomylka|jednak)\b|\bnie\s*,\s*(?=tak\b)"
)
_LONG_VOWELS = re.compile(r"([a-z])\1{2,}")
_DOUBLE_END = re.compile(r"\b(nie|tak|no|ta)\1*(?:[eako])?\1*\b")
_LONGEST_ANSWER = 8


def _normalised(folded: str) -> str:
    """One space between words, "nieee" as "nie", without punctuation except commas and slashes."""
    text = _LONG_VOWELS.sub(r"\1", folded)
    text = re.sub(r"[^a-z0-9,/?👍👌✅✔☑🆗💯🤝🙆👎❌🚫🙅✖⛔🤷+%]+", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _matches(phrases: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<![a-z])(?:{phrases})(?![a-z])", text)


def _sign(text: str) -> bool | None:
    said = {meaning for meaning, signs in _SIGNS.items() if any(sign in text for sign in signs)}
    return said.pop() if len(said) == 1 else None


def _meaning(word: str) -> bool | None:
    """Whether a word alone is a yes or a no."""
    if word in _YES_WORDS:
        return True
    if word in _NO_WORDS:
        return False
    near = {known in _YES_WORDS for known in _SPELLED.nearest(word)}
    return near.pop() if len(near) == 1 else None


def _of_words(words: list[str]) -> bool | Reason:
    """The yes or no of a sentence whose idioms have been read already."""
    meanings = [(word, _meaning(word)) for word in words]
    denials = [index for index, (_, meaning) in enumerate(meanings) if meaning is False]
    strong = [i for i, (word, meaning) in enumerate(meanings) if meaning and word not in _WEAK_YES]
    weak = [i for i, (word, meaning) in enumerate(meanings) if meaning and word in _WEAK_YES]
    if strong and denials:
        return _of_both(words, strong, denials)
    if strong:
        return True if strong[0] <= 4 or len(words) <= _LONGEST_ANSWER else Reason.NO_VALUE
    if denials:
        return False if denials[0] <= 1 or len(words) <= _LONGEST_ANSWER else Reason.NO_VALUE
    if weak and all(word in _FILLERS or meaning for word, meaning in meanings):
        return True
    if weak and weak[0] == 0 and len(words) <= 4:
        return True
    return Reason.NO_VALUE


def _of_both(words: list[str], strong: list[int], denials: list[int]) -> bool | Reason:
    """ "oczywiście, że nie" is no, "tak, ale nie teraz" yes, "nie no, jasne" yes, "tak, nie" neither."""
    if words[0] in {"nie", "no"} and denials[0] == 0 and words[1:2] == ["no"] and len(denials) == 1:
        return True
    said_yes = words[strong[0]] in {"tak", "owszem", "zgadza", "potwierdzam", "ok", "yes"}
    if said_yes and strong[0] < denials[0]:
        if len(words) <= 2:
            return Reason.AMBIGUOUS
        return True if strong[0] <= 2 else Reason.AMBIGUOUS
    if strong[0] < denials[0]:
        return False
    return False


def _of_text(text: str) -> bool | Reason:
    sign = _sign(text)
    corrected = _CORRECTION.split(text)
    if len(corrected) > 1 and corrected[-1].strip(" ,"):
        last = _of_text(corrected[-1].strip(" ,"))
        if isinstance(last, bool):
            return last
    unsure = _matches(_UNSURE_PHRASES, text)
    if unsure or _SHRUG in text:
        rest = (text[: unsure.start()] + text[unsure.end() :]) if unsure else ""
        leaning = re.search(r"\b(?:chyba|raczej)\s+(tak|nie)\b", rest)
        return leaning.group(1) == "tak" if leaning else Reason.UNSURE
    if _matches(_YES_PHRASES, text):
        rest = re.sub(rf"(?<![a-z])(?:{_YES_PHRASES})(?![a-z])", " tak ", text)
        return False if re.search(r"\bnie\b", rest) and rest.split()[0] != "tak" and "no" not in rest.split() else True
    if _matches(_NO_PHRASES, text):
        return not re.match(r"tak\b(?! nie)", text) and False or bool(re.match(r"tak\b(?! nie)", text))
    words = re.findall(r"[a-z0-9]+", text)
    if re.fullmatch(r"(?:no )?(?:moze|mozliwe|ewentualnie|zobaczymy|hm+|absolutnie)(?: (?:tak|nie))?", " ".join(words)):
        return Reason.UNSURE
    if text.endswith("?") and len(words) > 1:
        return Reason.NO_VALUE
    outcome = _of_words(words) if words else Reason.NO_VALUE
    return sign if sign is not None and not isinstance(outcome, bool) else outcome


def read_yes_no(message: Message) -> Answer | Rejection:
    """True, False, or why the message is neither."""
    outcome = _of_text(_normalised(message.folded[:600]))
    if isinstance(outcome, Reason):
        return Rejection(Kind.TAK_NIE, outcome)
    return Answer(Kind.TAK_NIE, outcome, 0, message.span(0, len(message.folded))[1])
