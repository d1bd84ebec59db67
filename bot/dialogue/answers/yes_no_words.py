"""Polish words and idioms of agreement and denial, folded; knows no rules of how they combine."""

from __future__ import annotations

import re

from .folding import word_set
from .typos import Vocabulary

SIGNS = {True: "👍👌✅✔☑🆗💯🤝🙆", False: "👎❌🚫🙅✖⛔"}
SHRUG = "🤷"


def _any_of(*phrases: str) -> re.Pattern[str]:
    spaced = (phrase.replace(" ", r",? ") for phrase in phrases)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(spaced)})(?![a-z])")


YES_IDIOMS = _any_of(
    "nie inaczej",
    "nie da sie (?:tego )?(?:ukryc|zaprzeczyc)",
    "nie ma (?:zadnego |najmniejszego )?problemu",
    "nie ma sprawy",
    "nie mam nic przeciwko(?: temu)?",
    "(?:a )?cze(?:mu|muz)(?:zby)? nie",
    "(?:a )?dlaczego(?:z|by|zby)? nie",
    "nie widze (?:zadnych )?(?:przeszkod|problemu|przeciwwskazan)",
    "nie (?:zaprzeczam|zaprzecze|przecze|ukrywam|odmowie|pogardze)",
    "nie (?:bede|ma co) ukrywac",
    "jak(?:ze)?(?:by)? inaczej",
    "jak nie jak tak",
    "nie (?:powiem|mowie) (?:ze )?nie",
    "nie ma (?:zadnych |co do tego )?watpliwosci",
    "nie ulega watpliwosci",
    "bez (?:dwoch zdan|watpienia|problemu|dyskusji|gadania)",
    "i to jak(?:i)?",
    "jeszcze jak",
    "a jak(?:ze)?",
    "no raczej(?! nie)",
    "no chyba(?! nie)(?! ze)",
    "no ba",
    "moze byc",
    "niech (?:tak )?bedzie",
    "tak jest",
    "w rzeczy samej",
    "otoz to",
    "jak najbardziej",
    "rzecz jasna",
    "(?:na )?(?:sto|100) ?(?:procent|%|proc)",
    "na (?:bank|pewno)(?! nie)",
    "z (?:mila |wielka )?(?:checia|przyjemnoscia)",
    "jestem (?:za|na tak)",
    "z pewnoscia(?! nie)",
    "nie (?:myli|mylisz) sie(?: pan| pani)?",
)
NO_IDIOMS = _any_of(
    "(?:nigdy )?w zyciu",
    "za (?:zadne skarby|nic w swiecie)",
    "(?:w|pod) zadny[mn] (?:wypadku|pozorem|razie)",
    "mowy nie ma",
    "nie ma (?:mowy|opcji|szans|takiej potrzeby|potrzeby)",
    "nic (?:z tych rzeczy|takiego|podobnego)",
    "gdzie tam",
    "(?:a |ale |alez )?skad(?:ze)?(?: znowu)?",
    "ani (?:troche|mi sie sni)",
    "no co (?:ty|pan|pani)",
    "tak nie (?:bylo|jest|jest)",
    "to nie tak",
    "jestem (?:przeciw|na nie)",
    "absolutnie nie",
    "no way",
    "na pewno nie",
    "na szczescie nie",
    "jak na razie nie",
)
UNSURE_IDIOMS = _any_of(
    "nie wiem",
    "niewiem",
    "nwm",
    "nie mam (?:zielonego |bladego )?(?:pojecia|pewnosci)",
    "nie (?:jestem|mam) (?:[a-z]+ ){0,3}(?:pewn[ay]|pewien|przekonan[ay])",
    "nie (?:jest to|jest) pewne",
    r"nie pamiet[a-z]{0,6}",
    "(?:trudno|ciezko) (?:mi )?(?:powiedziec|stwierdzic|ocenic)",
    "byc moze",
    r"nie (?:do konca )?(?:rozumiem|zrozumial[ae]m|kojarze|orientuje sie)",
    "(?:i )?tak i nie",
    "ani tak ani nie",
    "(?:to )?zalezy",
    r"zastanow[a-z]{0,6}",
    r"zastanawiam",
    "czy ja wiem",
    "nie (?:potrafie|umiem|moge) (?:tego )?(?:powiedziec|ocenic|stwierdzic)",
    "tak sobie",
    "tak jakby",
    "srednio",
    "roznie(?: bywa)?",
    "tak (?:czy|lub|albo) (?:nie|siak|inaczej)",
    "nie (?:czy|lub|albo) tak",
    "tak ?/ ?nie",
    "t ?/ ?n",
    "pol na pol",
    "nie ma za co",
    "co to (?:znaczy|jest)",
    r"nie zdecydowal[a-z]{1,3}",
    "nie mam zdania",
    "moze (?:i )?(?:tak|nie)(?: moze (?:tak|nie))?",
    "ni(?:e)? tak ni(?:e)? (?:siak|nie)",
)
CORRECTION = re.compile(r"\b(?:przepraszam|sorry|sory|sorki|znaczy|tzn|wlasciwie|wroc|czekaj|pomylka|jednak)\b")

YES = word_set(
    "tak tk tka tal tsk taj tek ta taa jasne jasna oczywiscie owszem pewnie pewniak pewka ok okej okk okay "
    "oki okey oczywista spoko git zgoda zgadza zgadzam potwierdzam racja dokladnie naturalnie poprosze "
    "chetnie ba mhm yhy yhym yhm uhm uhum ehe aha yup yep yes yeah si jo jap jup t y istotnie faktycznie "
    "rzeczywiscie smialo dawaj dawajcie akceptuje przytakuje ano bankowo ofc ofkors certainly sure exactly "
    "prawda wiadomo chcialbym chcialabym"
)
LEANING = word_set(
    "no chyba raczej prawdopodobnie podobno prosze mam jest sa byl byla bylo byli byly chce dobra dobrze "
    "super jestem bylem bylam wlasnie moge mozna zdecydowanie koniecznie swietnie pewno posiadam pasuje "
    "odpowiada wyrazam bylismy bylysmy"
)
"""A yes when said alone; in a sentence they leave it as it is: "raczej nie", "jest problem"."""
NO = word_set(
    "nie ne nei nje nope nah niet nein niestety bynajmniej nigdy nikt nikomu nikogo odmawiam zaprzeczam "
    "nieprawda niekoniecznie watpie wcale n nop zaden zadna zadne zadnych zadnej skadze brak falsz rezygnuje "
    "nienie"
)
REGRET = "niestety"
"""A no when said alone; beside a yes only sorrow: "niestety tak"."""
FILLERS = word_set(
    "a i to ze ale wiec hmm hm eee yyy oj o ja my pan pani panie panu mi sie juz bardzo dziekuje dzieki tez z "
    "na mysle sadze wydaje uwazam przeciez alez az mam nadzieje moim zdaniem sam sama sprawa swoja droga tu "
    "teraz mnie tym tego ten jak jakas jakies jeden jedna"
)
AFFIRMING_FIRST = word_set("tak tka owszem ok okej oki yes ta taa mhm yhy")
"""Words that settle the answer when they come first: "tak, ale nie teraz"; not "oczywiście", "pewnie" (że nie)."""

_SPELLED = Vocabulary(
    (*(word for word in (*YES, *NO) if len(word) >= 6), "jasne", "pewnie"), {*FILLERS, "jasno", "pewien", "pewna"}
)


def meaning_of(word: str) -> bool | None:
    """Whether a word says yes or no, one slip allowed in long words; None for any other."""
    if word in YES or word in NO:
        return word in YES
    near = {known in YES for known in _SPELLED.nearest(word)}
    return near.pop() if len(near) == 1 else None
