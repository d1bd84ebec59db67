"""What editors read names nobody, and sentences of one kind stand together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.insight.likeness import grouped, likeness
from bot.insight.masking import masked

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Nazywam się Jan Kowalski, polisa PR 123456789", "Nazywam się …, polisa PR 000000000"),
        ("mam na imie tomek i chce zglosic szkode", "mam na imie … i chce zglosic szkode"),
        ("tel 601 234 567 albo 601-234-567", "tel 000 000 000 albo 000-000-000"),
        ("PESEL 90010112345", "PESEL 00000000000"),
        ("auto kr1ab23 stoi na ul. Długiej 12/4", "auto XX0XX00 stoi na ul. …"),
        ("Pani Katarzyna z Poznania mówiła 12.05.2026", "Pani … z Poznania mówiła 00.00.0000"),
        ("Kowalskiemu powiedzieli, że nie", "… powiedzieli, że nie"),
        ("piszę z jan.kowalski@wp.pl", "piszę z …"),
        ("co z panem Nowakiem-Lisowskim", "co z panem …"),
        ("to wiśniewskiej auto", "to … auto"),
        ("Mam 2 auta i 30 dni", "Mam 2 auta i 30 dni"),
        ("Szkoda w Zakopanem", "Szkoda w Zakopanem"),
        ("ILE KOSZTUJE HULAJNOGA", "ILE KOSZTUJE HULAJNOGA"),
        ("Proszę o kontakt z Panem", "Proszę o kontakt z Panem"),
    ],
)
def test_personal_data_is_masked_and_the_rest_stays(said: str, shown: str) -> None:
    assert masked(said, NOW, ["Anna", "Wiśniewska"]) == shown


SUBJECTS = [
    ["czy ubezpieczacie hulajnogi", "hulajnoga elektryczna oc", "chce ubezpieczyc hulajnoge", "hulajnogę miejską"],
    ["nie moge sie zalogowac do aplikacji", "aplikacja nie dziala", "logowanie do aplikacji nie działa"],
    ["zwrot nadplaty", "nadplacilem skladke chce zwrot", "oddajcie nadpłatę"],
    ["odliczenie od podatku", "czy moge odliczyc od podatku", "odliczyć polisę w podatku"],
]


def test_a_group_holds_one_subject_whatever_the_letters() -> None:
    said = {sentence: n for one in zip(*(s[:3] for s in SUBJECTS), strict=True) for n, sentence in enumerate(one)}
    groups = grouped(list(said))
    subjects = [{list(said.values())[place] for place in group.members} for group in groups]
    assert all(len(one) == 1 for one in subjects)
    assert len(groups) <= 6, "twelve sentences of four subjects"


def test_every_sentence_is_in_one_group_the_largest_first_and_nothing_is_alike_to_nothing() -> None:
    said = ["hulajnoga", "🙂", "", "hulajnogi", "hulajnogę", "pies"]
    groups = grouped(said)
    assert sorted(place for group in groups for place in group.members) == list(range(len(said)))
    assert len(groups[0].members) == 3
    assert grouped([]) == []
    assert likeness("hulajnoga", "hulajnogi") > 0.5 > likeness("hulajnoga", "pies")
