"""First names: the vocative and the sex, from the dictionary."""

from __future__ import annotations

from functools import lru_cache

from bot.language.dictionary import forms_tagged, readings


def vocative(first_name: str) -> str | None:
    return vocative_for(first_name, None)


@lru_cache(maxsize=4096)
def vocative_for(first_name: str, gender: str | None) -> str | None:
    for r in readings(first_name.strip()):
        if "imię" in r.labels and r.has("sg", "nom"):
            g = "f" if r.has("f") else "m"
            if gender and g != gender:
                continue
            for v in forms_tagged(r.lemma, "subst:sg:voc:" + ("f" if g == "f" else "m1")):
                return v.form
    return None


def name_gender(first_name: str) -> str | None:
    for r in readings(first_name.strip()):
        if "imię" in r.labels and r.has("sg", "nom"):
            return "f" if r.has("f") else "m"
    return None
