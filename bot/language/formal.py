"""Whether a clause addresses the reader as Pan, Pani or Państwo, or only speaks about some gentleman or lady."""

from __future__ import annotations

from bot.language.diacritics import readings_as_typed
from bot.language.dictionary import Reading, readings
from bot.language.message import Clause
from bot.language.wordsets import words

_NOMINATIVE = words("pan pani państwo panstwo")
_OBLIQUE = words("pana panu panem panią pania państwa panstwa państwu panstwu państwem panstwem")
_VOCATIVE = words("panie panowie")
_POSSESSIVE = words(
    "pański panski pańska panska pańskie panskie pańskiego panskiego pańskiej panskiej pańską panska pańskim"
) | words("panskim pańskich panskich pańskiemu panskiemu pańskimi panskimi")
_ALL = _NOMINATIVE | _OBLIQUE | _VOCATIVE | _POSSESSIVE
_DETERMINERS = words(
    """
    ten ta to tego tej tym tą ta temu te tych tymi ci tamten tamta tamtego tamtej tamtym tamtą jakiś jakis jakaś jakas
    jakiegoś jakiegos jakiejś jakiejs jakimś jakims jakąś jakieś jakies jakichś pewien pewna pewnego pewnej pewnym pewną
    jeden jedna jednego jednej jednym jedną inny inna innego innej innym inną inni drugi druga drugiego drugiej drugim
    drugą starszy starsza starszego starszej starszym starszą starsze młody młoda mlody mloda młodego młodej młodą
    młodym każdy kazdy każda kazda każdego każdej żaden zaden żadna zadna żadnego owa ów nasz nasza mój moj moja mojego
    sam sama sympatyczny sympatyczna uprzejmy uprzejma miły miła mily mila miłego miłej niemiły niemiła niemila
    poprzedni poprzednia poprzedniego poprzedniej któryś ktorys któraś ktoras dwóch dwoch dwaj trzech czyjś obcy obca
    obcego nieznany nieznajomy nieznajoma wasz wasza waszego waszej waszym waszą wasza ostatni ostatnia kolejny kolejna
    """
)
_ORIGINS = words("z ze od spod")
_PLACES = words("w we na przy za przez spod obok pod")

_RELATIVES = words("który która którzy ktory ktora ktorzy którego której ktorego ktorej którym którą ktorym co")
_QUESTION_WORDS = words("czy co kiedy gdzie jak dlaczego czemu ile kto kogo komu jaki jaka jakie który która skąd skad")
_STATE = words("polskie prawa prawne obce unijne trzecie opiekuńcze polskiego członkowskie")
_TO_HER_FACE = words("chyba przecież przeciez zapewne znowu znów")
_SUBJUNCTIVE = words("żeby zeby aby by gdyby ażeby")
_TO_SOMEBODY = words("rozmawiałem rozmawiałam rozmawialem rozmawialam spotkałem spotkałam spotkalem spotkalam")
_VERBS = frozenset({"fin", "praet", "cond", "winien", "bedzie"})


def addresses_formally(found: tuple[Clause, ...], at: int) -> bool:
    """Whether clause `at` of a message addresses the reader formally."""
    clause = found[at]
    return any(word in _ALL and _is_address(found, at, position) for position, word in enumerate(clause.words))


def address_at(found: tuple[Clause, ...], at: int, position: int) -> bool:
    """Whether the word at `position` of clause `at` is a Pan, Pani or Państwo (in any case) said to the reader."""
    return found[at].words[position] in _ALL and _is_address(found, at, position)


def _is_address(found: tuple[Clause, ...], at: int, position: int) -> bool:
    clause = found[at]
    word = clause.words[position]
    before, after = clause.words[:position], clause.words[position + 1 :]
    if word in _POSSESSIVE:
        return True
    if before[-1:] == ("per",) or before[-2:] in (("na", "per"),) or _meta(before, word):
        return False
    determined = any(w in _DETERMINERS and w not in ("to", "ci") for w in before[-2:])
    if determined or (after[:1] and after[0] in _STATE):
        return False
    if before[-1:] == ("proszę",) or before[-1:] == ("prosze",):
        return word != "pan"
    if word in _VOCATIVE:
        return _vocative(clause, position)
    if _comes_with_relative(found, at, position):
        return False
    if word == "pani" and position + 1 < len(clause.words) and _works_for_her(clause, position):
        return True
    if _has_origin(clause, position) or _has_name_or_job(clause, position):
        return False
    capital_inside = clause.typed[position][:1].isupper() and not (position == 0 and clause.starts_sentence)
    if capital_inside and not clause.typed[position].isupper():
        return True
    if word in _OBLIQUE or (word == "pani" and not _near_verb(clause, position)):
        return not _third_person_oblique(clause, position)
    return _nominative(clause, position)


def _meta(before: tuple[str, ...], word: str) -> bool:
    """ "proszę nie mówić na pan": talk about the address itself."""
    return (
        before[-1:] == ("na",)
        and word in ("pan", "pani")
        and any(w.startswith(("mów", "mow", "jeste")) for w in before)
    )


def _vocative(clause: Clause, position: int) -> bool:
    word = clause.words[position]
    following = clause.words[position + 1 : position + 2]
    if word == "panowie":
        return position == 0 and (not following or following[0] not in _ORIGINS)
    # "panie" is also "ladies": "panie z okienka".
    return not following or following[0] not in _ORIGINS | _PLACES | words("były byly mówiły mowily są")


def _comes_with_relative(found: tuple[Clause, ...], at: int, position: int) -> bool:
    """ "pani, która odebrała telefon"."""
    clause = found[at]
    if position < len(clause.words) - 1 or at + 1 >= len(found):
        return False
    following = found[at + 1]
    return following.sentence == clause.sentence and following.words[0] in _RELATIVES - {"co"}


def _has_origin(clause: Clause, position: int) -> bool:
    """ "pan z warsztatu", "pani w okienku", "pan od lawety": not after a verb that makes Pan its subject here."""
    after = clause.words[position + 1 : position + 3]
    if len(after) < 2 or after[0] not in _ORIGINS | _PLACES:
        return False
    if clause.asks and _near_verb(clause, position, only_before=True):
        return False
    noun = [r for r in readings_as_typed(after[1]) if r.pos == "subst"]
    if not noun or after[1] in _NO_ORIGINS or after[1] in _ALL:
        return False
    if after[0] in _ORIGINS:
        return True
    return after[1] in _SERVICE_PLACES and not _present_before(clause, position)


_NO_ORIGINS = words("stanie góry gory łaski laski uprzejmości przyjemnością powodu tego systemie razie sprawie związku")
_SERVICE_PLACES = words(
    "okienku infolinii recepcji biurze banku oddziale placówce placowce sekretariacie kasie salonie serwisie warsztacie"
    " telefon telefonie sklepie agencji urzędzie urzedzie ladą lada miejscu rondzie parkingu skrzyżowaniu światłach"
)


def _present_before(clause: Clause, position: int) -> bool:
    return any(
        r.pos in ("fin", "cond", "winien") and r.has("ter")
        for word in clause.words[max(0, position - 3) : position]
        for r in readings_as_typed(word)
    )


def _has_name_or_job(clause: Clause, position: int) -> bool:
    """ "pan Nowak", "pani Kasia", "pan kierowca"; but "pani Anno" is an address."""
    if position + 1 >= len(clause.words):
        return False
    typed, word = clause.typed[position + 1], clause.words[position + 1]
    own = clause.words[position]
    if word in _ALL:
        return False
    known = readings(typed) or readings_as_typed(word)
    nouns = [r for r in known if r.pos == "subst"]
    people = [r for r in nouns if ("m1" in r.atoms or r.labels & {"imię", "nazwisko"}) and r.has("sg")]
    verbal = any(r.pos in _VERBS | {"adj", "ppas", "adv", "prep"} for r in known)
    if not people or (not typed[0].isupper() and (verbal or not _shares_case(own, people))):
        return typed[0].isupper() and not clause.typed[position].isupper() and not known
    if own == "pani" and any(r.has("voc") and not r.has("nom") for r in people):
        return False
    return own not in _VOCATIVE


def _shares_case(own: str, people: list[Reading]) -> bool:
    """ "pana doktora" is one man; "pana kolega" is a man of his."""
    cases = _CASES_OF.get(own, ("nom",))
    return any(r.has(case) for r in people for case in cases)


_CASES_OF = {"pana": ("gen",), "panu": ("dat", "loc"), "panem": ("inst",), "panią": ("acc", "inst")}


def _works_for_her(clause: Clause, position: int) -> bool:
    """ "Pani pracownik mnie obraził": a man who is hers, against "pani kierownik powiedziała"."""
    known = readings_as_typed(clause.words[position + 1])
    man = any(r.pos == "subst" and r.has("sg", "nom", "m1") for r in known)
    said = [r for word in clause.words[position + 2 :] for r in readings_as_typed(word) if r.pos == "praet"]
    return man and any(r.has("sg", "m1", "ter") for r in said)


def _near_verb(clause: Clause, position: int, *, only_before: bool = False) -> bool:
    around = clause.words[max(0, position - 2) : position]
    if not only_before:
        around += clause.words[position + 1 : position + 4]
    return any(_is_third(word) for word in around)


def _is_third(word: str) -> bool:
    return any(r.pos in _VERBS and r.has("ter") for r in readings_as_typed(word))


def _third_person_oblique(clause: Clause, position: int) -> bool:
    """ "rozmawiałem z panem i obiecał": somebody I met, when nothing is asked and no courtesy capital is used."""
    return not clause.asks and any(word in _TO_SOMEBODY for word in clause.words[:position])


def _nominative(clause: Clause, position: int) -> bool:
    """pan, pani, państwo as a subject in lower case or at the head of a sentence."""
    before, after = clause.words[:position], clause.words[position + 1 :]
    if clause.asks or any(word in _QUESTION_WORDS - {"co", "jak", "kiedy"} for word in before):
        return True
    if before and _is_third(before[-1]):
        return not _is_predicated(before)
    if before[-1:] and before[-1] in ("niech", "co", "jak", "się", "sie", "mi", "by"):
        return True
    if any(word in _SUBJUNCTIVE for word in before):
        return True
    past = [word for word in after[:4] if _is_past(word)]
    if any(word in _TO_HER_FACE for word in clause.words):
        return True
    # "pani powiedziała, że mam czekać" tells of somebody; "pani mnie nie słucha" is said to her face.
    return not past


def _is_predicated(before: tuple[str, ...]) -> bool:
    """ "sprawcą był pan w bmw": who somebody was."""
    return before[-1] in ("był", "byl", "była", "byla", "jest") and any(
        r.pos == "subst" and r.has("sg", "inst", "m1") for word in before[:-1] for r in readings_as_typed(word)
    )


def _is_past(word: str) -> bool:
    return any(r.pos == "praet" and r.has("ter") for r in readings_as_typed(word))
