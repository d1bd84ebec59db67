"""What the shipped flows take from a sentence before they ask: whether somebody is hurt, which insurance pays."""

from __future__ import annotations

import pytest

from bot.dialogue.engine.reading import in_so_many_words
from tests.dialogue.engine.playing import ROOT, compiled

TOLD: list[tuple[str, str, str, str | bool | None]] = [
    ("szkoda_komunikacyjna", "ranni", "nikt nie jest ranny", False),
    ("szkoda_komunikacyjna", "ranni", "na szczęście nikomu nic się nie stało", False),
    ("szkoda_komunikacyjna", "ranni", "nikt nie ucierpiał", False),
    ("szkoda_komunikacyjna", "ranni", "bez rannych", False),
    ("szkoda_komunikacyjna", "ranni", "nic mi się nie stało", False),
    ("szkoda_komunikacyjna", "ranni", "wszyscy cali i zdrowi", False),
    ("szkoda_komunikacyjna", "ranni", "nie ma rannych", False),
    ("szkoda_komunikacyjna", "ranni", "żona jest ranna", True),
    ("szkoda_komunikacyjna", "ranni", "są ranni", True),
    ("szkoda_komunikacyjna", "ranni", "karetka zabrała córkę", True),
    ("szkoda_komunikacyjna", "ranni", "nie wiem, czy ktoś jest ranny", None),
    ("szkoda_komunikacyjna", "ranni", "stłuczka na parkingu", None),
    ("szkoda_komunikacyjna", "ranni", "obyło się bez ofiar", False),
    ("szkoda_komunikacyjna", "ranni", "nie było rannych", False),
    ("szkoda_komunikacyjna", "rola", "chcę z AC", "ac"),
    ("szkoda_komunikacyjna", "rola", "naprawa z mojego autocasco", "ac"),
    ("szkoda_komunikacyjna", "rola", "z oc sprawcy", "oc"),
    ("szkoda_komunikacyjna", "rola", "z OC tamtego kierowcy", "oc"),
    ("szkoda_komunikacyjna", "rola", "nie z AC tylko z OC sprawcy", None),
    ("szkoda_komunikacyjna", "rola", "mam u was OC", None),
    ("szkoda_komunikacyjna", "rola", "sprawca odjechał", None),
    ("szkoda_komunikacyjna", "inne_auto", "ktoś we mnie wjechał", True),
    ("szkoda_komunikacyjna", "inne_auto", "uderzyłem w drzewo", False),
    ("szkoda_komunikacyjna", "inne_auto", "tir zepchnął mnie i uderzyłem w barierkę", None),
    ("szkoda_komunikacyjna", "inne_auto", "najechał na mnie bus", True),
    ("szkoda_komunikacyjna", "inne_auto", "wjechałem w tył innego auta", True),
    ("szkoda_komunikacyjna", "jezdzi", "auto jeździ", True),
    ("szkoda_komunikacyjna", "jezdzi", "auto nie jeździ", False),
    ("szkoda_komunikacyjna", "jezdzi", "samochód jest sprawny", True),
    ("szkoda_komunikacyjna", "jezdzi", "nie odpala", False),
    ("szkoda_komunikacyjna", "jezdzi", "laweta zabrała auto", False),
    ("szkoda_komunikacyjna", "jezdzi", "da się jechać", True),
    ("szkoda_komunikacyjna", "jezdzi", "nie da się jechać", False),
    ("szkoda_komunikacyjna", "jezdzi", "auto nie jest sprawne", None),
    ("szkoda_mieszkaniowa", "trwa", "nadal cieknie z sufitu", True),
    ("szkoda_mieszkaniowa", "trwa", "zakręciłem wodę", False),
    ("szkoda_mieszkaniowa", "trwa", "pali się mieszkanie", True),
    ("szkoda_mieszkaniowa", "trwa", "pożar już ugaszony", False),
    ("szkoda_mieszkaniowa", "trwa", "już się nie pali", False),
    ("szkoda_mieszkaniowa", "trwa", "woda dalej leci", True),
]


@pytest.mark.parametrize(("flow", "slot", "text", "value"), TOLD)
def test_a_sentence_says_it_in_so_many_words_or_not_at_all(
    flow: str, slot: str, text: str, value: str | bool | None
) -> None:
    step = compiled(ROOT).flows[flow].collect_of(slot)
    assert step is not None
    found = in_so_many_words(step, text)
    assert (found.value if found is not None else None) == value
