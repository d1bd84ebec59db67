"""Pan, Pani, Państwo, ty and the possessive Twój in every case; tables, no syntax."""

from __future__ import annotations

from bot.language.address import Address

LETTERS = {"M": "nom", "D": "gen", "C": "dat", "B": "acc", "N": "inst", "Ms": "loc", "W": "voc"}
"""The case letters as taught at school."""

PAN_CASES = {
    "Pan": ("nom",),
    "Pana": ("gen", "acc"),
    "Panu": ("dat", "loc"),
    "Panem": ("inst",),
    "Panie": ("voc",),
}
"""The cases of each form; the first is what it stands for without a letter."""

_PAN = {"nom": "Pan", "gen": "Pana", "dat": "Panu", "acc": "Pana", "inst": "Panem", "loc": "Panu", "voc": "Panie"}
_PANI = {"nom": "Pani", "gen": "Pani", "dat": "Pani", "acc": "Panią", "inst": "Panią", "loc": "Pani", "voc": "Pani"}
_PANSTWO = {
    "nom": "Państwo",
    "gen": "Państwa",
    "dat": "Państwu",
    "acc": "Państwa",
    "inst": "Państwem",
    "loc": "Państwu",
    "voc": "Państwo",
}
# The nominative and the vocative are left out: the verb's ending says who is meant.
_TY = {"nom": "", "gen": "Ciebie", "dat": "Ci", "acc": "Cię", "inst": "Tobą", "loc": "Tobie", "voc": ""}
_TY_STRESSED = {**_TY, "nom": "Ty", "dat": "Tobie", "acc": "Ciebie"}

_TWOJ_SG = {
    "m": ("Twój", "Twojego", "Twojemu", "Twój", "Twoim", "Twoim"),
    "f": ("Twoja", "Twojej", "Twojej", "Twoją", "Twoją", "Twojej"),
    "n": ("Twoje", "Twojego", "Twojemu", "Twoje", "Twoim", "Twoim"),
}
_TWOJ_PL = ("Twoje", "Twoich", "Twoim", "Twoje", "Twoimi", "Twoich")
_CASE_ORDER = ("nom", "gen", "dat", "acc", "inst", "loc")


def pronoun(address: Address, case: str, *, stressed: bool = False) -> str:
    """The pronoun in `case`; `stressed` after a preposition or at the head of a clause (Tobie, Ciebie)."""
    if address is Address.PAN:
        return _PAN[case]
    if address is Address.PANI:
        return _PANI[case]
    if address is Address.PANSTWO:
        return _PANSTWO[case]
    return (_TY_STRESSED if stressed else _TY)[case]


def twoj(number: str, case: str, gender: str) -> str:
    """Twój agreeing with a noun; `gender` as in the dictionary (m1, m2, m3, f, n)."""
    at = _CASE_ORDER.index(case)
    if number == "pl":
        if gender == "m1" and case in ("nom", "acc"):
            return "Twoi" if case == "nom" else "Twoich"
        return _TWOJ_PL[at]
    if case == "acc" and gender in ("m1", "m2"):
        return "Twojego"
    return _TWOJ_SG[gender[0]][at]


def possessive(address: Address) -> str | None:
    """The possessive of a formal address; None for ty, whose Twój agrees with the noun."""
    return {Address.PAN: "Pana", Address.PANI: "Pani", Address.PANSTWO: "Państwa"}.get(address)
