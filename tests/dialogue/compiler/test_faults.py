"""A mistake in a content file is found, with its file, its line and what to do; all of them in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.compiler import CHECKS, Fault, check, load_flows
from bot.dialogue.compiler.content import Content

HEAD = """flows:
  nowa:
    name: nowa sprawa
    steps:
"""
PHONE = "      - collect: telefon\n        type: telefon\n"
NEXT = f"{PHONE}        next:\n"
SPEAK = "      - action: utter_powitanie\n"

# What an editor wrote under `steps:`, the line of the fault, and words that its message must hold.
MISTAKES = [
    ("      - colect: telefon\n", 5, ["nie wiadomo, co ten krok ma zrobić", "collect"]),
    ("      - collect: telefon\n        tpye: telefon\n", 6, ["nieznane słowo: tpye", "type"]),
    ("      - collect: telefon\n        type: numer\n", 6, ["„numer” tu nie pasuje", "telefon"]),
    ("      - collect: telefon\n        optional: tak\n", 6, ["nie ta postać", "true albo false"]),
    ("      - collect: Telefon do Pana\n", 5, ["niedozwolone znaki", "małych liter"]),
    (f"{PHONE}        next: dalej\n", 5, ["„dalej”", "takiego kroku tu nie ma"]),
    (f"{NEXT}          - if: slots.telefon\n            then: END\n", 5, ["żaden warunek", "else"]),
    (
        f"{NEXT}          - if: slots.telefon\n            then:\n        {SPEAK}          - else: END\n",
        10,
        ["nie wiadomo, dokąd iść", "next"],
    ),
    (
        f"{NEXT}          - if: slots.telfon == 'x'\n            then: END\n          - else: END\n",
        5,
        ["„telfon”", "którego ta sprawa nie ma", "telefon"],
    ),
    (
        f"{NEXT}          - if: slots.telefon ==\n            then: END\n          - else: END\n",
        5,
        ["warunku „slots.telefon ==” nie da się odczytać"],
    ),
    (
        f"{NEXT}          - if: __import__('os')\n            then: END\n          - else: END\n",
        5,
        ["warunku „__import__('os')” nie da się odczytać"],
    ),
    (f"{PHONE}        next: END\n{SPEAK}", 8, ["nic nie prowadzi"]),
    (f"{PHONE}{PHONE}", 7, ["jest już w wierszu 5"]),
    ("      - action: utter_ktorego_nie_ma\n", 5, ["nie ma tekstu „utter_ktorego_nie_ma”"]),
    ("      - action: zrob_kawe\n", 5, ["nie ma czynności „zrob_kawe”", "zaloz_sprawe"]),
    ("      - link: donikad\n", 5, ["nie ma sprawy „donikad”", "lampa"]),
    ("      - link: nowa\n", 5, ["wraca przez połączenia do siebie"]),
    ("      - collect: kolor\n", 5, ["nie ma pytania", "utter_ask_kolor"]),
    ("      - collect: kolor\n", 5, ["nie ma nazwy dla klienta", "pola.yml"]),
    ("      - collect: rodzaj\n        type: wybor\n", 5, ["nie ma odpowiedzi", "options"]),
    ("      - collect: rodzaj\n        type: wybor\n        options: [slup, dach]\n", 5, ["„dach”", "nie ma nazwy"]),
    ("      - collect: telefon\n        type: pesel\n", 5, ["ma tu rodzaj pesel", "telefon"]),
    (
        f"{SPEAK}        id: a\n        next: b\n      - id: b\n        next: a\n",
        5,
        ["o nic po drodze nie pytając"],
    ),
    (f"{PHONE}        rejections: [{{if: slots.telefon, utter: utter_brak}}]\n", 5, ["utter_brak"]),
    ("      - collect: telefon\n\t  type: telefon\n", 6, ["tabulator"]),
    ("      - collect: telefon\n        utter: utter_powitanie: tak\n", 6, ["nie da się odczytać"]),
    (f"{PHONE}        type: telefon\n", 7, ["stoi tu drugi raz"]),
    (f"{PHONE}        told: {{tak: 'x'}}\n", 5, ["told ma wartość", "tak_nie"]),
    ("      - collect: pilne\n        type: tak_nie\n        told: {moze: 'x'}\n", 5, ["told ma wartość", "tak, nie"]),
    ("      - collect: pilne\n        type: tak_nie\n        told: {tak: '('}\n", 5, ["told ma wartość"]),
    (f"{PHONE}        told_address: true\n", 5, ["told_address"]),
    (f"{PHONE}        careful: true\n", 5, ["careful"]),
    ("      []\n", 4, ["lista jest pusta"]),
]


@pytest.mark.parametrize(("steps", "line", "words"), MISTAKES, ids=[words[0] for _, _, words in MISTAKES])
def test_a_mistake_is_named_with_its_line(content: Path, steps: str, line: int, words: list[str]) -> None:
    (content / "flows" / "nowa.yml").write_text(HEAD + steps, encoding="utf-8")
    faults = [fault for fault in check(content) if fault.file == "flows/nowa.yml"]
    told = [f"{fault.what} {fault.remedy}" for fault in faults if fault.line == line]
    assert any(all(word in text for word in words) for text in told), faults


def test_the_trial_content_has_no_fault(content: Path) -> None:
    assert check(content) == []


def test_faults_of_several_files_come_in_one_run(content: Path) -> None:
    (content / "flows" / "pierwsza.yml").write_text(HEAD + "      - action: utter_brak\n", encoding="utf-8")
    (content / "flows" / "druga.yml").write_text("flows: [nic]\n", encoding="utf-8")
    (content / "locales" / "pl" / "nowe.yml").write_text(
        "responses:\n  utter_powitanie:\n    - text: raz\n", encoding="utf-8"
    )
    files = {fault.file for fault in check(content)}
    assert files == {"flows/pierwsza.yml", "flows/druga.yml", "locales/pl/nowe.yml", "locales/pl/teksty.yml"}


def test_two_files_with_the_same_flow_are_both_named(content: Path) -> None:
    copy = (content / "flows" / "lampa.yml").read_text(encoding="utf-8")
    (content / "flows" / "inna.yml").write_text(copy, encoding="utf-8")
    clashing = [fault for fault in load_flows(content / "flows").faults if "jest też w" in fault.what]
    assert {fault.file for fault in clashing} == {"flows/inna.yml", "flows/lampa.yml"}


def test_two_flows_with_the_same_intent_are_both_named(content: Path) -> None:
    second = (
        HEAD.replace("    steps:", "    nlu_trigger: [{intent: zglos_lampe}]\n    steps:")
        + "      - action: utter_powitanie\n"
    )
    (content / "flows" / "nowa.yml").write_text(second, encoding="utf-8")
    assert {fault.file for fault in check(content) if "zaczyna też sprawę" in fault.what} == {
        "flows/lampa.yml",
        "flows/nowa.yml",
    }


def test_a_trigger_without_examples_is_a_fault(content: Path) -> None:
    new = (
        HEAD.replace("    steps:", "    nlu_trigger: [{intent: nowa_intencja}]\n    steps:")
        + "      - action: utter_powitanie\n"
    )
    (content / "flows" / "nowa.yml").write_text(new, encoding="utf-8")
    assert any("nie ma przykładów" in fault.what and fault.line == 4 for fault in check(content))


def test_a_question_without_an_answer_is_a_fault(content: Path) -> None:
    examples = content / "nlu_data" / "nowe.yml"
    rows = "".join(f"    - co nowego u {who}\n" for who in ("was", "nich", "ciebie"))
    examples.write_text(f"nlu:\n- intent: faq/nowe\n  examples: |\n{rows}", encoding="utf-8")
    assert [(fault.file, fault.line) for fault in check(content)] == [("nlu_data/nowe.yml", 2)]


def test_a_text_for_a_reason_that_does_not_exist_is_a_fault(content: Path) -> None:
    texts = content / "locales" / "pl" / "nowe.yml"
    texts.write_text("responses:\n  utter_reject_data_z_kosmosu:\n    - text: x\n", encoding="utf-8")
    assert [fault.line for fault in check(content)] == [2]


def test_a_missing_text_of_the_engine_is_a_fault(content: Path) -> None:
    path = content / "locales" / "pl" / "teksty.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("utter_summary_again:", "utter_inne:"), encoding="utf-8")
    assert ["utter_summary_again" in fault.what for fault in check(content)] == [True]


def test_a_check_of_another_package_runs_with_the_rest(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Fault("x.yml", 1, "coś.", "Popraw.")

    def own(given: Content) -> list[Fault]:
        return [found] if given.root == content else []

    monkeypatch.setattr("bot.dialogue.compiler.checks.CHECKS", [*CHECKS, own])
    assert check(content) == [found]
