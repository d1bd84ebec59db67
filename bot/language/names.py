"""First names as people write them on Messenger: the vocative and the sex; from the dictionary, not from endings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from bot.language import name_lists
from bot.language.dictionary import Reading, forms_tagged, readings

_LONGEST = 60
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Written by machines, companies and couples, not by somebody giving a first name.
_NOT_A_NAME = re.compile(r"[\d_@#/&+=\\%$€]|[^\W\d_]\.[^\W\d_]")
_ASIDE = re.compile(r"<3+|\([^)]*\)|„[^”\"]*[”\"]|\"[^\"]*\"")


class FirstName(NamedTuple):
    """One name: "f", "m" or None for both sexes, and its vocative if there is a safe one."""

    gender: str | None
    vocative: str | None


def vocative(first_name: str) -> str | None:
    """The vocative of a first name as typed (Grazyna → Grażyno), or None where no form is safe."""
    return vocative_for(first_name, None)


@lru_cache(maxsize=8192)
def vocative_for(first_name: str, gender: str | None) -> str | None:
    """Like :func:`vocative`, but None for a name of the other sex than `gender` ("f", "m" or None)."""
    names = _names(first_name)
    if not names or any(name.vocative is None for _, name in names):
        return None
    if gender and names[0][1].gender not in (gender, None):
        return None
    return "".join(joint + (name.vocative or "") for joint, name in names)


@lru_cache(maxsize=8192)
def name_gender(first_name: str) -> str | None:
    """ "f" or "m" where the name decides it, else None."""
    names = _names(first_name)
    return names[0][1].gender if names else None


def _names(typed: str) -> list[tuple[str, FirstName]]:
    """The first names in `typed`, each with what stands before it; empty if this is no person's first name."""
    if len(typed) > _LONGEST:
        return []
    text = _ASIDE.sub(" ", unicodedata.normalize("NFKC", _visible(typed)))
    if _NOT_A_NAME.search(text):
        return []
    tokens = [token for token in _TOKEN.findall(text) if token.lower() not in name_lists.TITLES]
    # "Ania I." is an initial, "ANIA I TOMEK" a couple.
    inner = tokens[:-1] if tokens and tokens[-1].isupper() else tokens
    if not tokens or any(token.lower() in name_lists.CONJUNCTIONS for token in inner):
        return []
    return _leading_names(tokens)


def _visible(text: str) -> str:
    """`text` without zero-width and control characters, which would split a name in two."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Mn") or char in _ACCENTS)


_ACCENTS = frozenset(chr(code) for code in range(0x300, 0x370))


def _leading_names(tokens: list[str]) -> list[tuple[str, FirstName]]:
    first = _hyphenated(tokens[0])
    if not first:
        return []
    found = [*first]
    for at, token in enumerate(tokens[1:]):
        more = _hyphenated(token)
        if more and _may_follow(first[0][1], more[0][1], token):
            found += [(joint or " ", name) for joint, name in more]
        elif not (more and not _is_surname(token)) and _may_be_surname(token, tokens[0]):
            # What comes after the surname adds nothing, and a name after it is somebody else's.
            return found if len(tokens) - at <= _MOST_AFTER_NAME else []
        else:
            return []
    return found


_MOST_AFTER_NAME = 4


def _hyphenated(token: str) -> list[tuple[str, FirstName]]:
    names = [_lookup(_cased(part)) for part in token.split("-")]
    known = [name for name in names if name is not None]
    if len(known) != len(names):
        return []
    if len({name.gender for name in known} - {None}) > 1:
        return []
    return [("-" if at else "", name) for at, name in enumerate(known)]


def _may_follow(first: FirstName, second: FirstName, token: str) -> bool:
    """A second name of the same person: of the same sex, or Maria after a man's name."""
    if second.gender == first.gender or second.gender is None:
        return True
    return first.gender == "m" and _cased(token) == "Maria"


def _is_surname(token: str) -> bool:
    parts = [token, *token.split("-")] if "-" in token else [token]
    return any("nazwisko" in r.labels for part in parts for r in readings(_cased(part)))


def _may_be_surname(token: str, first: str) -> bool:
    """A known surname, an initial, or a word the dictionary does not know, written in the same case as the name."""
    if _is_surname(token) or len(token) == 1:
        return True
    return not readings(_cased(token)) and _case_of(token) == _case_of(first)


def _case_of(token: str) -> tuple[bool, bool]:
    return token[0].isupper(), token.isupper()


def _cased(token: str) -> str:
    return "-".join(part[:1].upper() + part[1:].lower() for part in token.split("-"))


@lru_cache(maxsize=4096)
def _lookup(name: str) -> FirstName | None:
    if len(name) < 2:
        return None
    return _listed(name) or _in_dictionary(name) or _restored(name)


def _restored(name: str) -> FirstName | None:
    """The name with its diacritics back, where only one of them or none was typed."""
    plain = name.translate(name_lists.PLAIN)
    restored = name_lists.RESTORED.get(plain) or name_lists.RESTORED.get(name)
    if restored is None and plain.endswith(("slaw", "slawa")):
        restored = plain.replace("slaw", "sław")
    if restored is None or restored == name:
        return None
    return _listed(restored) or _in_dictionary(restored)


def _listed(name: str) -> FirstName | None:
    if name in name_lists.UNISEX:
        return FirstName(None, name_lists.UNISEX[name])
    if name in name_lists.UNISEX_UNINFLECTED:
        return FirstName(None, None)
    if name in name_lists.FEMALE:
        return FirstName("f", name_lists.FEMALE[name])
    if name in name_lists.MALE:
        return FirstName("m", name_lists.MALE[name])
    if name in name_lists.FEMALE_UNINFLECTED:
        return FirstName("f", None)
    if name in name_lists.MALE_UNINFLECTED:
        return FirstName("m", None)
    if name in name_lists.FEMALE_IN_O:
        return FirstName("f", name[:-1] + "o")
    return None


def _in_dictionary(name: str) -> FirstName | None:
    if name in name_lists.NOT_CUSTOMERS:
        return None
    women, men = (_names_only(forms_tagged(name, tag), name) for tag in _VOCATIVES)
    if women and men:
        return FirstName(None, None)
    if women or men:
        return FirstName("f" if women else "m", _preferred_vocative(name, women or men))
    return _indeclinable(name)


_VOCATIVES = ("subst:sg:voc:f", "subst:sg:voc:m1")
_MYTHICAL = frozenset({"mit.", "bibl."})


def _names_only(found: tuple[Reading, ...], name: str) -> list[Reading]:
    used = name in name_lists.MYTHICAL_BUT_USED
    return [r for r in found if "imię" in r.labels and (used or not r.qualifiers & _MYTHICAL)]


def _indeclinable(name: str) -> FirstName | None:
    """Carmen, Noemi: the dictionary knows the name and its sex, and gives it no forms."""
    found = _names_only(tuple(r for r in readings(name) if r.pos == "subst" and r.has("sg", "nom")), name)
    genders = {"f" if r.has("f") else "m" for r in found}
    if not genders:
        return None
    return FirstName(genders.pop() if len(genders) == 1 else None, None)


def _preferred_vocative(name: str, found: list[Reading]) -> str | None:
    if name in name_lists.PREFERRED_VOCATIVES:
        return name_lists.PREFERRED_VOCATIVES[name]
    forms = [r for r in found if "’" not in r.form]
    usual = [r.form for r in forms if not r.qualifiers & _UNUSUAL] or [r.form for r in forms]
    if not usual:
        return None
    if name in usual:
        # Bruno, Hugo, Otto: the dictionary allows "Brunonie" too, and nobody says it.
        return name
    full = [form for form in usual if form.endswith("o")]
    return (full or usual)[0]


_UNUSUAL = frozenset({"pot.", "niepopr.", "rzad.", "daw.", "przest."})
