"""The words of one bracket as said to one address; joins what the plan and the forms decide."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.language import wording
from bot.language.address import Address
from bot.language.context import Context, capitalised
from bot.language.errors import GenderUnknownError, MarkupError
from bot.language.plan import plan
from bot.language.pronouns import possessive, pronoun
from bot.language.slots import CLITICS, Kind, Plan, Slot
from bot.language.syntax import Alternatives, Bracket
from bot.language.verbs import finite, imperative, imperative_of_finite, participle, predicate
from bot.language.wordsets import words


class Spoken(NamedTuple):
    """What a bracket says. `lost_head`: its first word was left out, so what follows may begin the sentence."""

    text: str
    lost_head: bool = False
    agglutinates: bool = False


def speak(bracket: Bracket, address: Address, context: Context) -> Spoken:
    """`bracket` as said to `address`; MarkupError where that is not certain."""
    planned = plan(bracket, context)
    try:
        return _speak(planned, address, context)
    except GenderUnknownError as error:
        if bracket.neutral is not None:
            return Spoken(bracket.neutral, lost_head=not bracket.neutral)
        reason, remedy = wording.GENDERED
        raise GenderUnknownError(bracket.source, reason, remedy.format(word=bracket.source)) from error
    except MarkupError as error:
        raise MarkupError(bracket.source, error.reason, error.remedy) from error


def choose(alternatives: Alternatives, address: Address) -> Spoken:
    """The author's own form for `address`."""
    forms = alternatives.forms
    if address is Address.TY:
        if len(forms) == 5 and forms[3] != forms[4]:
            reason, remedy = wording.GENDERED
            shown = "|".join(forms)
            raise GenderUnknownError(alternatives.source, reason, remedy.replace("[{word}||…]", f"[{shown}|…]"))
        text = forms[-1]
    else:
        order = (Address.PAN, Address.PANI, Address.PANSTWO, Address.TY_M, Address.TY_F)
        text = forms[min(order.index(address), 3) if len(forms) == 4 else order.index(address)]
    # "[Pan ma|Pani ma|Państwo mają|masz]": only Pan is always upper case, the head of a sentence is as well.
    return Spoken(text, lost_head=not text.strip() or (forms[0][:1].isupper() and text[:1].islower()))


def _speak(planned: Plan, address: Address, context: Context) -> Spoken:
    said = [(slot, _form(slot, address)) for slot in planned.slots]
    if address.is_formal:
        return Spoken("".join(slot.gap + text for slot, text in said) + planned.tail)
    if any(slot.kind is Kind.FINITE for slot in planned.slots) and context.after_niech:
        raise MarkupError("", *wording.NIECH)
    if any(slot.grammar == "voc" for slot in planned.slots):
        raise MarkupError("", *wording.NO_VOCATIVE)
    return _informal(planned, said, context)


def _informal(planned: Plan, said: list[tuple[Slot, str]], context: Context) -> Spoken:
    first = planned.slots[0]
    kept = _dative_before_sie(_without_dropped(said))
    if kept and _may_begin_clause(planned, kept, context):
        kept = _clitics_after_verb(kept)
    text = "".join(slot.gap + form for slot, form in kept) + planned.tail
    begins_upper = first.text[:1].isupper() and first.kind is not Kind.PRONOUN
    if begins_upper:
        text = capitalised(text)
    lost_head = not kept or (first.kind is Kind.PRONOUN and kept[0][0] is not first)
    return Spoken(text, lost_head, planned.agglutinates)


def _may_begin_clause(planned: Plan, kept: list[tuple[Slot, str]], context: Context) -> bool:
    first = planned.slots[0]
    if kept[0][0].text != first.text:
        return first.kind is Kind.PLEASE or context.at_clause_head
    return first.text.lower() in CLITICS and _has_imperative(kept)


def _without_dropped(said: list[tuple[Slot, str]]) -> list[tuple[Slot, str]]:
    kept: list[tuple[Slot, str]] = []
    for slot, form in said:
        if not form:
            continue
        gap = slot.gap if kept else ""
        kept.append((replace(slot, gap=gap), form))
    return kept


def _dative_before_sie(kept: list[tuple[Slot, str]]) -> list[tuple[Slot, str]]:
    """ "udało się Ci" → "udało Ci się"."""
    for at in range(len(kept) - 1):
        if kept[at][1] == "się" and kept[at + 1][1] in ("Ci", "Cię"):
            sie, pronoun_slot = kept[at], kept[at + 1]
            kept[at : at + 2] = [
                (replace(pronoun_slot[0], gap=sie[0].gap), pronoun_slot[1]),
                (replace(sie[0], gap=" "), sie[1]),
            ]
            break
    return kept


def _has_imperative(kept: list[tuple[Slot, str]]) -> bool:
    return any(slot.kind in (Kind.IMPERATIVE, Kind.ORDER) for slot, _ in kept)


def _clitics_after_verb(kept: list[tuple[Slot, str]]) -> list[tuple[Slot, str]]:
    """ "się nie martw" → "nie martw się": an unstressed word cannot begin a clause, nor "chwilę" a command."""
    movable = CLITICS | _AFTER_COMMAND if _has_imperative(kept) else CLITICS
    leading = 0
    while leading < len(kept) and kept[leading][1].lower() in movable and kept[leading][0].kind is Kind.KEEP:
        leading += 1
    verbs = [at for at, (slot, _) in enumerate(kept) if slot.kind in _VERBS]
    if not leading or not verbs:
        return kept
    verb = verbs[0]
    moved = [(replace(slot, gap=" "), form) for slot, form in kept[:leading]]
    head = kept[leading : verb + 1]
    head[0] = (replace(head[0][0], gap=""), head[0][1])
    return head + moved + kept[verb + 1 :]


_AFTER_COMMAND = words("chwilę chwilkę chwileczkę moment tu tutaj tam jeszcze raz ponownie")
_VERBS = frozenset({Kind.FINITE, Kind.PARTICIPLE, Kind.IMPERATIVE, Kind.ORDER})


def _form(slot: Slot, address: Address) -> str:
    text = _bare_form(slot, address)
    is_name = slot.kind in (Kind.PRONOUN, Kind.POSSESSIVE)
    return capitalised(text) if slot.text[:1].isupper() and not is_name and text else text


def _bare_form(slot: Slot, address: Address) -> str:
    kind, word = slot.kind, slot.text
    if kind is Kind.PRONOUN:
        return pronoun(address, slot.grammar, stressed=slot.stressed)
    if kind is Kind.POSSESSIVE:
        return word if address is Address.PAN else possessive(address) or slot.grammar
    if kind is Kind.FINITE:
        return finite(word, address)
    if kind is Kind.PARTICIPLE:
        return participle(word, address)
    if kind is Kind.PREDICATE:
        return predicate(word, address)
    if address.is_formal:
        return finite(word, address) if kind is Kind.ORDER else word
    return _informal_form(kind, word)


def _informal_form(kind: Kind, word: str) -> str:
    if kind is Kind.BY:
        return word + "ś"
    if kind is Kind.PLEASE:
        return ""
    if kind is Kind.IMPERATIVE:
        return imperative(word)
    if kind is Kind.ORDER:
        return imperative_of_finite(word)
    return word
