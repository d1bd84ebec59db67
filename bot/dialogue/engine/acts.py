"""The table of side effects that flows may name; how they are carried out is the worker's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

HANDOFF = "przekaz_konsultantowi"
HANDOFF_URGENT = "przekaz_pilnie"
REMEMBER_ADDRESS = "zapamietaj_zwrot"
ANSWER_TO_AGENT = "odpowiedz_dla_konsultanta"
RECORD_CONSENT = "zapisz_zgode"
# The two records of a consent's question are steps of their own: its id, and how it was answered.
GIVEN, REFUSED = "#udzielona", "#odmowa"


@dataclass(frozen=True)
class ActKind:
    """`args`: slots that the act takes by name when the flow's `with` does not give them.

    `awaits`: the dialogue stops until the result comes; `results`: the slots that it brings.
    `lookup`: only reads, so that going back before it and running it again is harmless.
    `fields`: all answers of the flow go along.
    """

    args: tuple[str, ...] = ()
    awaits: bool = False
    results: tuple[str, ...] = ()
    lookup: bool = False
    fields: bool = False


ACTS: Mapping[str, ActKind] = {
    HANDOFF: ActKind(args=("reason", "department")),
    HANDOFF_URGENT: ActKind(args=("reason", "department")),
    REMEMBER_ADDRESS: ActKind(args=("zwrot",)),
    ANSWER_TO_AGENT: ActKind(args=("slot", "value")),
    "zaloz_sprawe": ActKind(
        args=("kind", "department"), awaits=True, results=("nr_szkody", "nr_sprawy", "termin"), fields=True
    ),
    "sprawdz_szkode": ActKind(
        args=("nr_szkody", "nr_rejestracyjny", "data_zdarzenia", "data"),
        awaits=True,
        results=("znaleziono", "tozsamosc_do_sprawdzenia", "rodzaj_sprawy", "nr_szkody", "termin"),
        lookup=True,
    ),
    "sprawdz_tozsamosc": ActKind(
        args=("cyfry", "nr_szkody", "nr_rejestracyjny", "data_zdarzenia", "proby"),
        awaits=True,
        results=("potwierdzona", "stan_szkody", "brakuje_dokumentow", "termin", "kwota", "proby", "nr_szkody"),
        lookup=True,
    ),
    "zaplanuj_telefon": ActKind(
        args=("department",), awaits=True, results=("termin_kontaktu", "nr_sprawy"), fields=True
    ),
    "znajdz_placowki": ActKind(
        args=("miasto", "kod_pocztowy", "miejsce", "lat", "long"), awaits=True, results=("placowki",), lookup=True
    ),
    # Going back before it is harmless: the answer to come is put on record as well.
    RECORD_CONSENT: ActKind(args=("zgoda", "udzielona"), lookup=True),
    "usun_dane": ActKind(awaits=True, results=("kod_potwierdzenia",)),
}
HANDOFFS = frozenset({HANDOFF, HANDOFF_URGENT})


class HandoffReason(str, Enum):
    """Reasons that the engine itself gives a handoff; flows give their own words."""

    ASKED = "prosba"
    NOT_UNDERSTOOD = "drugi_fallback"
    ANGER = "frustracja"
    STUCK = "nie_mozna_pominac"
    FAULT = "usterka"
    OTHER_LANGUAGE = "inny_jezyk"
    CONSENT_WITHDRAWN = "wycofanie_zgody"
