"""Whether a message addresses the reader as ty: greetings, pronouns and second-person verbs that are not generic."""

from __future__ import annotations

from bot.language.diacritics import readings_as_typed
from bot.language.dictionary import Reading, readings
from bot.language.message import Clause
from bot.language.wordsets import words

_GREETINGS = words(
    """
    hej hejka hejo hejjj hejj heja hejże hejeczka hejoo hejho hello helo hi hey elo elko eluwina siema siemka siemano
    siemanko siemaneczko siemasz siemson cześć cześc czesć czesc czescc cze czołem czolem joł jol yo yoo witaj pozdro
    serwus cześka czesio hejcia heyka heya heej heeej heeeej siemaaa siemaa cześćć
    """
)
# "czesc samochodu": typed without diacritics this may be "część".
_ONLY_AT_HEAD = words("czesc cześć cze elo yo hi jol czolem czołem czesio witaj")
_PRONOUNS = words(
    """
    ty ciebie tobie tobą toba cię cie ci twój twoj twoja twoje twojego twojej twoją twoim twoich twoimi twojemu twoi
    twych twego twej
    """
)
_COMPANY = words(
    "was wam wami wasz wasza wasze waszego waszej waszą waszym waszych waszymi waszemu macie państwo panstwo"
)
_GENERIC = words("człowiek czlowiek człowieka czlowieka ludzie klient nikt każdy kazdy zawsze latami")
_IF = words("jak jeśli jesli jeżeli jezeli gdy kiedy skoro")
_OWN = words("mi mnie moja moją moje mój moj mojej mojego moim mną mna nam nas nasz nasza")
_NOT_COMMANDS = words(
    """
    godz min nr tel np tzn itp itd ul dz szt tys mln wt czw sob mgr inż prof ub ubezp odp rej dow świń art pkt str woj
    bądź badz choć choc niby bodaj wprost szkoda sprawa dom list strat kar rat dat polis spraw praw
    szkód szkod uwag opłat oplat umów umow kar cen stron pytań pytan map rzecz brak skarb koszt płać dat los kier trend
    skal rad zalet wad mieć kartek wart gnoj zwal zwrot pa ha no ej oj jadą paź ok kup grup mam pal pali cel bal
    woli dość dosc pic but mat ok stań
    """
)
_NOUNS_FIRST = words("umów umow zwal spraw kup zgłoś dat")
_NOUN_TWINS = words("odpowiedz przekaz pokaz wypowiedz spowiedz zapowiedz podpowiedz umow ubezpiecz")
_NOUN_COMPANY = words(
    "na o bez za moja moją waszą wasza szybka szybką pilna jaka jaką każda po ta tą tę żadna zadna przelew"
)
_PROVERBS = (
    ("nigdy", "nie", "wiesz"),
    ("masz", "babo"),
    ("jak", "sobie"),
    ("nie", "daj", "boże"),
    ("nie", "daj", "boze"),
    ("nie", "daj", "bóg"),
    ("szczęść", "boże"),
    ("szczesc", "boze"),
    ("bóg", "zapłać"),
    ("bog", "zaplac"),
    ("broń", "boże"),
    ("bron", "boze"),
    ("uchowaj", "boże"),
    ("licz", "na", "siebie"),
)
_SECOND = frozenset({"fin", "bedzie", "praet", "cond", "winien"})


def addresses_informally(found: tuple[Clause, ...]) -> bool:
    """Whether any clause speaks to one person as ty, or greets them so."""
    return any(_greets(clause, at == 0) for at, clause in enumerate(found)) or any(
        _speaks_to_one(found, at) for at in range(len(found))
    )


def _greets(clause: Clause, first: bool) -> bool:
    for position, word in enumerate(clause.words):
        if word not in _GREETINGS:
            continue
        if word not in _ONLY_AT_HEAD:
            return True
        following = clause.words[position + 1 : position + 2]
        capital = clause.typed[position + 1 : position + 2] and clause.typed[position + 1][0].isupper()
        if word == "czesc" and not capital and _is_genitive_noun(following):
            continue
        if position > 1:
            continue
        if position == 0 or len(clause.words) == 1 or (first and position <= 1):
            return True
    return False


def _is_genitive_noun(following: tuple[str, ...]) -> bool:
    return any(
        r.pos == "subst" and r.has("gen") and not r.has("nom") for word in following for r in readings_as_typed(word)
    )


def second_person_at(clause: Clause, position: int) -> bool:
    """Whether the word at `position` is a pronoun or a verb said to one person as ty."""
    if clause.words[position] in _PRONOUNS:
        return _is_pronoun(clause, position)
    return _is_second(clause, position)


def greeting_at(clause: Clause, position: int) -> bool:
    """Whether the word at `position` greets as one greets friends."""
    word = clause.words[position]
    return word in _GREETINGS and position == 0 and not (word == "cześć" and len(clause.words) > 2)


def _speaks_to_one(found: tuple[Clause, ...], at: int) -> bool:
    clause = found[at]
    pronoun = any(word in _PRONOUNS and _is_pronoun(clause, position) for position, word in enumerate(clause.words))
    if not pronoun and not any(_is_second(clause, position) for position in range(len(clause.words))):
        return False
    return not any(_is_proverb(clause.words, proverb) for proverb in _PROVERBS) and not _is_generic(found, at)


def _is_proverb(said: tuple[str, ...], proverb: tuple[str, ...]) -> bool:
    return any(said[start : start + len(proverb)] == proverb for start in range(len(said)))


def _is_pronoun(clause: Clause, position: int) -> bool:
    word = clause.words[position]
    before, following = clause.words[:position], clause.words[position + 1 : position + 2]
    if word == "ty":
        return before[-1:] != ("na",)
    if word == "ci":
        # "ci ludzie", "ci z warsztatu", "ci co dzwonili"
        plural = any(r.has("pl", "nom", "m1") for w in following for r in readings_as_typed(w))
        return not plural and not (following and following[0] in ("z", "ze", "co", "którzy", "ktorzy", "od"))
    return True


def _is_second(clause: Clause, position: int) -> bool:
    word = clause.words[position]
    # Every second person singular ends in a consonant; most Polish words do not, which saves looking them up.
    following = clause.words[position + 1 : position + 2]
    if word in _NOUNS_FIRST and position == 0 and following and following[0] in ("mi", "mnie", "nam", "nas"):
        return True
    if word in _NOT_COMMANDS or len(word) < 3 or word[-1] in "aeiouyąęó":
        return False
    if word in _SECOND_CONJUNCTIONS:
        return True
    known = _known(word)
    if any(r.pos in _SECOND and r.has("sg", "sec") for r in known):
        return all(r.pos in _SECOND | {"impt"} for r in known) or word in _COMMON_SECOND
    commands = [r for r in known if r.pos == "impt" and r.has("sg", "sec")]
    if not commands:
        return False
    if position == 0 and clause.starts_sentence and not any(r.has("nom") or r.pos == "adv" for r in known):
        # "ustaw…", "zamów…": at the head of a sentence, against a genitive plural.
        return len(clause.words) > 1 or len(commands) == len(known)
    if word in _NOUN_TWINS and not _may_be_command(clause, position):
        return False
    return len(commands) == len(known) or word in _COMMON_COMMANDS


# Endings worth a search for diacritics that were left out; anything else unknown is a name or a foreign word.
_RESTORABLE = ("sz", "les", "las", "tes", "bys", "ij", "yj", "aj", "uj", "dz", "cz", "oz", "on", "en", "un", "oc", "aw")


def _known(word: str) -> tuple[Reading, ...]:
    return readings_as_typed(word) if word.endswith(_RESTORABLE) or word in _COMMON_COMMANDS else readings(word)


_SECOND_CONJUNCTIONS = words("abyś żebyś zebys byś gdybyś gdybys jakbyś jakbys czyżbyś czybyś obyś cobyś")
_COMMON_SECOND = words("masz jesteś jestes wiesz możesz mozesz chcesz robisz piszesz dasz musisz")
_COMMON_COMMANDS = words(
    """
    daj weź wez mów mow powiedz pomóż pomoz sprawdź sprawdz zobacz napisz podaj wyślij wyslij prześlij przeslij zrób
    zrob czekaj poczekaj słuchaj sluchaj patrz pokaż pokaz wytłumacz wytlumacz wyjaśnij wyjasnij zadzwoń zadzwon oddzwoń
    oddzwon dzwoń dzwon przestań przestan odpowiedz odpisz znajdź znajdz przypomnij przyślij przyslij zmień zmien anuluj
    usuń usun przekaż przekaz połącz polacz pisz wróć wroc idź idz chodź chodz otwórz otworz zamknij włącz wlacz wyłącz
    wylacz zacznij skończ skoncz zostaw uważaj uwazaj pamiętaj pamietaj trzymaj bierz zgłoś zglos przyjedź przyjedz
    umów żartuj zartuj spadaj wyluzuj ogarnij przełącz przelacz dawaj doradź doradz poradź poradz
    """
)


def _may_be_command(clause: Clause, position: int) -> bool:
    if position and clause.words[position - 1] in _NOUN_COMPANY:
        return False
    following = clause.words[position + 1 : position + 2]
    return position == 0 or (bool(following) and following[0] in ("mi", "na", "nam"))


def _is_generic(found: tuple[Clause, ...], at: int) -> bool:
    """ "dzwonisz i dzwonisz i nikt nie odbiera": a second person that means anybody."""
    clause = found[at]
    sentence = [other for other in found if other.sentence == clause.sentence]
    said = [word for other in sentence for word in other.words]
    if clause.asks or set(said) & _COMMON_COMMANDS:
        return False
    verbs = [word for word in said if _is_finite_second(word)]
    if len(verbs) != len(set(verbs)):
        return True
    if not verbs:
        return False
    if set(said) & (_COMPANY | _GENERIC) and not set(said) & {"mi", "mnie"}:
        return True
    conditional = any(_has_condition(other) for other in sentence)
    framed = len(verbs) > 1 and any(set(other.words[:2]) & _IF for other in sentence)
    return (conditional or framed) and not set(said) & _OWN


def _has_condition(clause: Clause) -> bool:
    """ "jak masz AC, to…": a condition right before the verb, at the head of its clause."""
    for position, word in enumerate(clause.words):
        if _is_finite_second(word):
            return any(before in _IF for before in clause.words[max(0, position - 2) : position])
    return False


def _is_finite_second(word: str) -> bool:
    return (
        word not in _NOT_COMMANDS
        and word[-1] in "zśs"
        and any(r.pos in ("fin", "bedzie") and r.has("sg", "sec") for r in _known(word))
    )
