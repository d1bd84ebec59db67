"""What each word of a bracket is (pronoun, possessive, verb, predicate, imperative), decided once for all addresses."""

from __future__ import annotations

from functools import lru_cache

from bot.language import wording
from bot.language.context import Context
from bot.language.plan_clause import mark_clause
from bot.language.plan_commands import has_command, mark_command, mark_order, refuse_governed_infinitive
from bot.language.plan_pronouns import mark_pronouns, refuse_other_addresses
from bot.language.sheet import Sheet
from bot.language.slots import Kind, Plan
from bot.language.syntax import Bracket


@lru_cache(maxsize=512)
def plan(bracket: Bracket, context: Context) -> Plan:
    """The plan of `bracket`; MarkupError where the dictionary or the syntax leaves a doubt."""
    sheet = Sheet(bracket, context)
    if not sheet.words:
        raise sheet.error(wording.NO_WORD)
    refuse_other_addresses(sheet)
    mark_pronouns(sheet)
    first = sheet.lower[0]
    if first in ("proszę", "prosimy") and has_command(sheet, 1):
        mark_command(sheet, 1)
        sheet.kinds[0] = Kind.PLEASE
    elif has_command(sheet, 0):
        refuse_governed_infinitive(sheet)
        mark_command(sheet, 0)
    elif first in ("niech", "niechaj") and any(word.text == "Pan" for word in sheet.words):
        mark_order(sheet)
    else:
        mark_clause(sheet)
    return sheet.plan()
