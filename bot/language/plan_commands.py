"""Commands in a bracket: proszę podać, podać, niech Pan poda; what becomes an imperative for ty."""

from __future__ import annotations

from bot.language import wording
from bot.language.dictionary import governed_cases, readings
from bot.language.sheet import BY_WORDS, FINITE_POS, LINKS, Sheet
from bot.language.slots import CLITICS, Kind
from bot.language.verbs import finite_readings, infinitive_readings

_PREDICATIVES = frozenset({"można", "trzeba", "warto", "należy", "wystarczy", "wolno", "może", "żeby", "by"})


def has_command(sheet: Sheet, start: int) -> bool:
    """An infinitive comes before any verb or pronoun, "nie", clitics and adverbs apart."""
    for at in range(start, len(sheet.words)):
        if sheet.gaps[at].strip() and at > start:
            return False
        if infinitive_readings(sheet.lower[at]):
            return start > 0 or not _looks_like_clause(sheet, at)
        if start == 0 and sheet.lower[at] not in ("nie", "się", *CLITICS):
            return False
        if at in sheet.claimed or sheet.lower[at] in BY_WORDS or governed_cases(sheet.lower[at]):
            return False
    return False


def refuse_governed_infinitive(sheet: Sheet) -> None:
    """ "Wystarczy [wpisać] numer", "aby [wpisać]": the infinitive depends on another word and stays one."""
    clause = sheet.context.clause_before
    if not clause or clause[-1].lower() in LINKS:
        return
    for word in clause:
        known = readings(word.lower())
        if word.lower() in BY_WORDS | _PREDICATIVES or (known and all(r.pos in FINITE_POS for r in known)):
            raise sheet.error(wording.GOVERNED_INFINITIVE)


def mark_command(sheet: Sheet, start: int) -> None:
    if start == 0 and sheet.claimed:
        raise sheet.error(wording.INFINITIVE_AND_PRONOUN)
    first = governed = False
    for at in range(start, len(sheet.words)):
        if at in sheet.claimed or not infinitive_readings(sheet.lower[at]):
            _refuse_instrumental_after_byc(sheet, at)
            continue
        if not first or (sheet.is_linked(at) and not governed):
            first = True
            sheet.kinds[at] = Kind.IMPERATIVE
        elif sheet.is_linked(at):
            raise sheet.error(wording.SECOND_VERB)
        else:
            governed = True


def mark_order(sheet: Sheet) -> None:
    sheet.kinds[0] = Kind.PLEASE
    verbs = [at for at in sheet.candidates() if sheet.lower[at] not in ("niech", "niechaj")]
    if not verbs:
        raise sheet.error(wording.NO_WORD)
    for at in verbs:
        if at == verbs[0] or sheet.is_linked(at):
            sheet.kinds[at] = Kind.ORDER


def _looks_like_clause(sheet: Sheet, at: int) -> bool:
    return bool(finite_readings(sheet.lower[at]))


def _refuse_instrumental_after_byc(sheet: Sheet, at: int) -> None:
    if (
        at
        and sheet.lower[at - 1] in ("być", "pozostać", "zostać")
        and any(r.has("inst", "sg") for r in readings(sheet.lower[at]))
    ):
        raise sheet.error(wording.NOUN_OF_PERSON)
