"""Values for every name that the shipped texts ask for, in the combinations that lead through their branches."""

from __future__ import annotations

from typing import Any

ROWS = [
    {"slot": "nr_rejestracyjny", "type": "nr_rejestracyjny", "value": "WX48213"},
    {"slot": "data_zdarzenia", "type": "data", "value": "2026-11-12"},
    {"slot": "jezdzi", "type": "tak_nie", "value": False},
    {"slot": "rola", "type": "wybor", "value": "oc"},
]
BRANCH = {
    "nazwa": "Łódź Piotrkowska",
    "adres": "ul. Piotrkowska 118, 90-006 Łódź",
    "odleglosc": "0,8 km",
    "godziny": "pn–pt 9–17, so 9–13",
    "mapa": "https://www.google.com/maps/search/?api=1&query=51.7634,19.4586",
}
USUAL: dict[str, Any] = {
    "flow": "szkoda_komunikacyjna",
    "nowa": "reklamacja",
    "slot": "nr_rejestracyjny",
    "type": "nr_rejestracyjny",
    "value": "WX48213",
    "known": {"value": "+48601435846", "label": "846"},
    "wiersze": ROWS,
    "brakuje": ["telefon", "opis_zdarzenia"],
    "department": "szkody",
    "miejsce": 3,
    "minuty": 10,
    "minuty_od": 5,
    "minuty_do": 10,
    "otwarcie": "2026-11-23T08:00:00+01:00",
    "pytany": "polisy",
    "dzis": False,
    "imie": "Anna",
    "ulica": "na Puławskiej",
    "rola": "oc",
    "konsultant": "Anna",
    "liczba": 2,
    "nr_szkody": "SK/2026/004500",
    "nr_sprawy": "R/2026/000012",
    "stan_szkody": "dokumenty",
    "stan": "waits",
    "brakuje_dokumentow": ["dowód rejestracyjny", "oświadczenie sprawcy"],
    "termin": "2026-11-28",
    "termin_kontaktu": "2026-11-23T17:00:00+01:00",
    "dzien_kontaktu": "jutro",
    "pora_kontaktu": "wieczor",
    "godzina_kontaktu": "17:00",
    "temat_rozmowy": "polisy",
    "telefon": "+48601435846",
    "kwota": "11350.00",
    "kod_potwierdzenia": "7F3A22D9",
    "rodzaj_szkody": "pozar",
    "placowki": [BRANCH, BRANCH, BRANCH],
}
STATES = (
    "zgloszona",
    "ogledziny",
    "dokumenty",
    "wycena",
    "decyzja",
    "przyznana",
    "wyplacona",
    "odmowa",
    "zamknieta",
)
OTHERWISE: tuple[dict[str, Any], ...] = (
    {},
    {"rola": "ac", "brakuje": [], "type": "data", "value": "2026-11-12"},
    {"wiersze": [], "brakuje": ["telefon"], "type": "telefon", "value": "+48601435846"},
    {"type": "kwota", "value": "1500.00"},
    {"type": "tak_nie", "value": True},
    *(
        {"flow": flow, "rodzaj_szkody": kind}
        for flow, kind in (
            ("szkoda_mieszkaniowa", "zalanie"),
            ("status_szkody", "wlamanie"),
            ("reklamacja", "burza"),
            ("umow_kontakt", "inne"),
            ("znajdz_placowke", "pozar"),
            ("usun_moje_dane", "pozar"),
        )
    ),
    *({"stan_szkody": state} for state in STATES),
    {"miejsce": None, "dzis": True},
    {"termin_kontaktu": {}, "dzien_kontaktu": "dzis"},
    {"termin_kontaktu": {}, "godzina_kontaktu": None},
    *({"stan_szkody": state, "termin": None, "brakuje_dokumentow": []} for state in STATES),
)
SAMPLES = tuple({**USUAL, **change} for change in OTHERWISE)
OF_ALL = len(OTHERWISE) - len(STATES) - 3
"""Every text must be sayable with the first OF_ALL samples."""
BRANCHING = frozenset(
    {
        "utter_handoff_still_waiting",
        "utter_stan_szkody",
        "utter_telefon_umowiony",
        "utter_zmiana_stanu",
    }
)
"""These also where nothing is missing, no day is known or there is no queue."""
