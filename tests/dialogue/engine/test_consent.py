"""Consent in a flow: asked before what needs it, put on record, refused without loss, withdrawn in words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.compiler import check
from bot.dialogue.compiler.content import read_content
from bot.dialogue.compiler.project import flows_json
from bot.dialogue.engine import phrases
from bot.dialogue.engine.model import CompiledFlows, from_json
from tests.dialogue.engine.playing import TRIAL, Player

RECORD = "zapisz_zgode"
REFUSED = """        refused:
          - action: utter_bez_zgody
          - {action: przekaz_konsultantowi, with: {reason: brak_zgody}, next: END}
"""
FLOW = f"""
flows:
  uraz:
    name: zgłoszenie urazu
    department: oswietlenie
    nlu_trigger: [{{intent: zglos_uraz}}]
    steps:
      - {{collect: od_kiedy, type: data}}
      - collect: zgoda_zdrowie
        type: zgoda
{REFUSED}      - {{collect: uraz, type: tekst, sensitive: true, consent: zgoda_zdrowie}}
      - {{collect: telefon, type: telefon}}
      - {{action: zaloz_sprawe, with: {{kind: uraz}}}}
      - {{action: utter_uraz_przyjety, next: END}}
"""
TEXTS = """
responses:
  utter_ask_zgoda_zdrowie: [{text: "Zgoda na pytania o zdrowie?"}]
  utter_ask_uraz: [{text: "Jaki uraz?"}]
  utter_bez_zgody: [{text: "W porządku."}]
  utter_uraz_przyjety: [{text: "Przyjęte."}]
fields:
  zgoda_zdrowie: {label: zgoda, dopelniacz: zgody, biernik: zgodę, przycisk: Zgoda}
  uraz: {label: uraz, dopelniacz: urazu, biernik: uraz, przycisk: Uraz}
flow_names: {uraz: {M: zgłoszenie urazu, D: zgłoszenia urazu, C: zgłoszeniu urazu, B: zgłoszenie urazu, N: zgłoszeniem urazu, Ms: zgłoszeniu urazu}}
intent_titles: {zglos_uraz: Uraz}
"""  # noqa: E501
EXAMPLES = """
version: "3.1"
nlu:
- intent: zglos_uraz
  examples: |
    - skręciłem nogę na dziurze
    - uraz po upadku
    - zgłaszam uraz ręki
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(TRIAL, tmp_path / "content"))
    for file, text in {"flows": FLOW, "locales/pl": TEXTS, "nlu_data": EXAMPLES}.items():
        (root / file / "uraz.yml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def flows(content: Path) -> CompiledFlows:
    return from_json(flows_json(read_content(content), "uraz"))


@pytest.fixture
def asked(flows: CompiledFlows) -> Player:
    """Somebody who is asked for consent, having told of the injury at once."""
    player = Player(flows)
    player.says("upadłem wczoraj i złamałem rękę w trzech miejscach, boli", intent="zglos_uraz")
    assert player.asked == "zgoda_zdrowie"
    return player


def recorded(player: Player) -> list[dict[str, Any]]:
    acts = player.last.acts if player.last else ()
    return [{name: act.args.get(name) for name in ("zgoda", "udzielona")} for act in acts if act.act == RECORD]


def test_nothing_that_needs_consent_is_kept_or_asked_before_it_is_given(asked: Player) -> None:
    assert asked.fields.keys() == {"od_kiedy"}
    asked.says("tak", intent="potwierdzenie")
    assert recorded(asked) == [{"zgoda": "zgoda_zdrowie", "udzielona": True}]
    assert asked.asked == "uraz"


def test_who_refuses_is_asked_nothing_more_and_gets_a_person(asked: Player) -> None:
    assert asked.says("nie wyrażam zgody", intent="zaprzeczenie") == [
        RECORD,
        "utter_bez_zgody",
        "przekaz_konsultantowi",
    ]
    assert recorded(asked) == [{"zgoda": "zgoda_zdrowie", "udzielona": False}]


def test_a_consent_withdrawn_on_the_way_takes_what_was_told_under_it(asked: Player) -> None:
    asked.says("tak", intent="potwierdzenie")
    asked.says("złamana ręka")
    assert asked.fields["uraz"] == "złamana ręka"
    said = asked.says("wycofuję zgodę na przetwarzanie danych", intent="usun_moje_dane")
    assert said == [RECORD, "utter_bez_zgody", "przekaz_konsultantowi"]
    assert recorded(asked) == [{"zgoda": "zgoda_zdrowie", "udzielona": False}]
    assert "uraz" not in asked.fields and asked.fields["zgoda_zdrowie"] is False
    # Not in the words of the answer either.
    assert "złamana" not in str([frame.fields for frame in asked.state.stack])


def test_a_consent_of_a_flow_that_is_over_can_still_be_withdrawn(asked: Player) -> None:
    asked.says("tak", intent="potwierdzenie")
    asked.says("złamana ręka")
    asked.says("600700800")
    asked.event(kind="result", act="zaloz_sprawe", slots={"nr_sprawy": "1"})
    assert asked.state.stack == []
    assert asked.says("jednak cofam zgodę", intent="usun_moje_dane") == [RECORD, "przekaz_konsultantowi"]
    assert asked.last is not None and asked.last.acts[-1].args["reason"] == "wycofanie_zgody"


def test_going_back_asks_again_and_puts_the_new_answer_on_record(asked: Player) -> None:
    asked.says("tak", intent="potwierdzenie")
    asked.says("wróć")
    assert asked.asked == "zgoda_zdrowie"
    asked.says("nie", intent="zaprzeczenie")
    assert recorded(asked) == [{"zgoda": "zgoda_zdrowie", "udzielona": False}]


def test_who_gave_no_consent_asks_for_something_else(flows: CompiledFlows) -> None:
    assert RECORD not in Player(flows).says("wycofuję zgodę na marketing", intent="faq/koszt")


@pytest.mark.parametrize(
    ("text", "withdraws"),
    [
        ("Wycofuję zgodę.", True),
        ("chcę wycofać moją zgodę na przetwarzanie danych", True),
        ("cofam zgode", True),
        ("odwołuję zgodę", True),
        ("zgodę na dane o zdrowiu wycofuję", True),
        ("nie wyrażam już zgody", True),
        ("nie wyrażam zgody", False),
        ("zgoda", False),
        ("wycofuję reklamację", False),
        ("auto cofało, zgodnie z przepisami", False),
    ],
)
def test_a_withdrawal_is_told_from_an_answer(text: str, withdraws: bool) -> None:
    assert phrases.withdraws_consent(text) is withdraws


def test_a_flow_with_consent_has_no_fault(content: Path) -> None:
    assert [fault for fault in check(content) if "uraz" in f"{fault.file} {fault.what}"] == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("consent: zgoda_zdrowie", "consent: zgoda_inna", "o którą ta sprawa nie pyta"),
        ("type: zgoda\n", "type: zgoda\n        optional: true\n", "nie może stać: optional"),
        ("{collect: od_kiedy, type: data}", "{collect: od_kiedy, type: data, next: uraz}", "dojść bez zgody"),
        ("        type: zgoda\n", "        type: tak_nie\n", "stoi refused"),
        (REFUSED, "", "nie wiadomo, dokąd iść"),
        ("type: tekst, sensitive: true", "type: tekst, from_opening: true", "nie może stać: from_opening"),
    ],
)
def test_a_flow_that_would_ask_without_consent_is_refused(content: Path, before: str, after: str, words: str) -> None:
    assert before in FLOW
    (content / "flows" / "uraz.yml").write_text(FLOW.replace(before, after), encoding="utf-8")
    assert words in " ".join(f"{fault.what} {fault.remedy}" for fault in check(content))
