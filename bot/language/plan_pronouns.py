"""Pan and its cases in a bracket, and Pana before what belongs to the customer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language import wording
from bot.language.context import Context
from bot.language.dictionary import governed_cases, readings
from bot.language.government import phrase_cases
from bot.language.nounphrase import agreements, twoj_before
from bot.language.pronouns import PAN_CASES
from bot.language.sheet import Sheet
from bot.language.slots import Kind
from bot.language.syntax import Token
from bot.language.wordsets import words as word_set

_OTHER_PRONOUNS = word_set(
    "pani panią państwo państwa państwu państwem panowie panów ty ciebie cię ci tobie tobą"
    " twój twoja twoje twojego twojej twoją twoim twoich"
)
_ADVERBS = word_set(
    "jutro rano dziś dzisiaj wczoraj teraz zaraz razem raz wieczorem nocą dniem czasem latem zimą przed przez albo oraz"
    " żeby kiedy ponad poza wokół według wobec około"
)
_WORD = re.compile(r"[^\W\d_]+")
# "[Pana 2 polisy]", "[Pana „nowy” numer]": a number or a quotation hides what Twój would agree with.
_UNREADABLE = re.compile(r"[\d„”\"«»(]")
_JOINING = frozenset({"i", "oraz", "lub", "albo", "czy", "ani"})
_STRESSING = frozenset({"niż", "tylko", "właśnie", "albo", "lub", "ani", "nie"})


def refuse_other_addresses(sheet: Sheet) -> None:
    for word in sheet.words:
        lower = word.text.lower()
        if lower in _OTHER_PRONOUNS and word.text not in PAN_CASES:
            raise sheet.error(wording.NOT_PAN)
        if lower.capitalize() in PAN_CASES and word.text not in PAN_CASES:
            raise sheet.error(wording.LOWER_PAN)


def mark_pronouns(sheet: Sheet) -> None:
    """Find Pan in every case, Pana before a noun phrase, and Pański."""
    for at, word in enumerate(sheet.words):
        if word.text.startswith("Pańsk"):
            _panski(sheet, at)
        if word.text not in PAN_CASES:
            continue
        phrase = _phrase_after(sheet, at) if word.text == "Pana" else []
        if phrase:
            _possessive(sheet, at, phrase)
        else:
            _pronoun(sheet, at, word)


def _panski(sheet: Sheet, at: int) -> None:
    """ "Pańską polisę": an adjective, so it stands before its noun and says its case and gender itself."""
    phrase = _phrase_after(sheet, at)
    if not phrase:
        raise sheet.error(wording.PHRASE_UNKNOWN)
    _possessive(sheet, at, phrase, own=[sheet.lower[at]])


def _phrase_after(sheet: Sheet, at: int) -> list[Token]:
    """The words after Pana, as far as no comma stands between, if they begin a noun phrase."""
    phrase: list[Token] = []
    if at + 1 < len(sheet.words) and _UNREADABLE.search(sheet.gaps[at + 1]):
        raise sheet.error(wording.PHRASE_UNKNOWN)
    for following in range(at + 1, len(sheet.words)):
        if sheet.gaps[following].strip():
            break
        phrase.append(sheet.words[following])
    if not phrase or (_is_no_noun(phrase[0].text) and not phrase[0].case):
        return []
    if not readings(phrase[0].text) and not agreements([phrase[0].text]):
        raise sheet.error(wording.PHRASE_UNKNOWN)
    return phrase if agreements([word.text for word in phrase]) else []


def _is_no_noun(word: str) -> bool:
    """Prepositions, conjunctions and adverbs of time, although "jutro" and "rano" are nouns as well."""
    # "miasto" is marked as a conjunction too; what stands for one in a text is short or listed.
    joins = len(word) <= 3 and any(r.pos in ("prep", "conj", "comp") for r in readings(word))
    return joins or word.lower() in _ADVERBS


def _possessive(sheet: Sheet, at: int, phrase: list[Token], own: Sequence[str] = ()) -> None:
    letters = {word.case for word in [sheet.words[at], *phrase] if word.case}
    words = [*own, *(word.text for word in phrase)]
    if letters:
        cases = frozenset(letters)
    else:
        cases = phrase_cases(sheet.before(at), sheet.word_before(at), words, sheet.context)
    sheet.kinds[at] = Kind.POSSESSIVE
    sheet.grammar[at] = twoj_before(words, cases, bracket=sheet.source)
    sheet.claimed.update(range(at, at + len(phrase) + 1))


def _pronoun(sheet: Sheet, at: int, word: Token) -> None:
    possible = PAN_CASES[word.text]
    case = word.case or possible[0]
    if case not in possible:
        raise sheet.error(wording.WRONG_CASE)
    if case == "voc" and _is_followed_by_a_name(sheet, at):
        raise sheet.error(wording.NAME_IN_BRACKET)
    before = sheet.word_before(at)
    governed = governed_cases(before)
    if governed and case not in governed and case != "nom":
        fitting = [other for other in possible if other in governed]
        if word.case or len(fitting) != 1:
            raise sheet.error(wording.AFTER_PREPOSITION)
        case = fitting[0]
    sheet.kinds[at] = Kind.PRONOUN
    sheet.grammar[at] = case
    sheet.stressed[at] = _is_nominative_needed(sheet) if case == "nom" else _is_stressed(sheet, at, before)
    sheet.claimed.add(at)
    if case == "gen" and not word.case and not governed:
        _refuse_noun_after(sheet, at)


def _is_followed_by_a_name(sheet: Sheet, at: int) -> bool:
    """ "[Panie Tomaszu]", "[Panie] Tomaszu"."""
    if at + 1 < len(sheet.words):
        return True
    return any("imię" in r.labels for r in readings(Context("", sheet.context.literal_after).next_word))


def _is_stressed(sheet: Sheet, at: int, before: str) -> bool:
    """After a preposition and at the head of a clause: do Ciebie, Tobie przysługuje."""
    head = at == 0 and sheet.context.at_clause_head
    return bool(governed_cases(before)) or before.lower() in _STRESSING or head


def _is_nominative_needed(sheet: Sheet) -> bool:
    """Where the verb's ending cannot stand for ty: "[Pan] i żona", "starszy niż [Pan]"."""
    if len(sheet.words) > 1:
        return False
    if sheet.context.previous_word.lower() in ("jak", "niż") and not sheet.context.next_word:
        return True
    return sheet.context.at_clause_head and sheet.context.next_word.lower() in _JOINING


def _refuse_noun_after(sheet: Sheet, at: int) -> None:
    """ "[Pana] polisa": the noun has to be in the bracket for Twoja to agree with it."""
    following = _WORD.match(sheet.context.literal_after.lstrip()) if at == len(sheet.words) - 1 else None
    if not following or not sheet.context.literal_after.startswith((" ", "\u00a0")):
        return
    known = readings(following.group())
    if known and all(r.pos in ("subst", "adj", "ger", "ppas", "pact") for r in known):
        raise sheet.error(wording.NOUN_OUTSIDE)
