"""Examples, references, sources and limits: what an editor may get wrong in a text or in examples, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.compiler import Fault, check


def put(root: Path, file: str, text: str) -> list[Fault]:
    """The faults of this one file, added to content that has none."""
    (root / file).write_text(text, encoding="utf-8")
    return [fault for fault in check(root) if fault.file == file]


def of_text(root: Path, *lines: str) -> list[Fault]:
    return put(root, "locales/pl/proba.yml", "\n".join(["responses:", "  utter_proba:", *lines, ""]))


def of_examples(root: Path, *rows: str, intent: str = "powitanie") -> list[Fault]:
    block = [f"- intent: {intent}", "  examples: |", *(f"    {row}" for row in rows)]
    return put(root, "nlu_data/zproba.yml", "\n".join(["nlu:", *block, ""]))


def told(faults: list[Fault], line: int) -> str:
    return " ".join(f"{fault.what} {fault.remedy}" for fault in faults if fault.line == line)


@pytest.mark.parametrize("row", ["nie świeci lampa", "NIE SWIECI LAMPA!", "nie swieci lampa"])
def test_an_example_of_two_intents_is_named_in_both_files_whatever_its_diacritics(content: Path, row: str) -> None:
    found = of_examples(content, "- halo halo", f"- {row}")
    assert "nlu_data/przyklady.yml" in told(found, 5)
    assert "zglos_lampe" in told(found, 5)
    others = [fault for fault in check(content) if "nlu_data/zproba.yml:5" in fault.what]
    assert [fault.file for fault in others] == ["nlu_data/przyklady.yml"]


def test_an_intent_with_too_few_examples_says_how_many_it_needs(content: Path) -> None:
    settings = content / "nlu_data" / "config.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("fewest_examples: 3", "fewest_examples: 40"))
    (few, *_) = [fault for fault in check(content) if "faq/koszt" in fault.what]
    assert few.bearable
    assert "za mało przykładów: 4" in few.what
    assert "co najmniej 40" in few.what
    assert few.line == line_of(content / "nlu_data" / "przyklady.yml", "intent: faq/koszt")


def line_of(path: Path, words: str) -> int:
    return 1 + next(n for n, row in enumerate(path.read_text(encoding="utf-8").splitlines()) if words in row)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("nlu:\n- examples: |\n    - halo\n", 2, "czyje to przykłady"),
        ("nlu:\n- intent: powitanie\n  exmples: |\n    - halo\n", 2, "nieznane słowo: exmples"),
        ("nlu:\n- intent: powitanie\n  examples: |\n    - hejka\n    halo halo\n", 5, "nie jest przykładem"),
        ("nlu: {}\n", 1, "nie ma listy"),
        ("nlu:\n- intent: [\n", 3, "nie da się odczytać"),
    ],
)
def test_a_mistake_in_an_examples_file_names_its_line(content: Path, text: str, line: int, words: str) -> None:
    assert words in told(put(content, "nlu_data/zproba.yml", text), line)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("/nie_ma_takiej", "takiej intencji nie ma"),
        ('/control{"control":"tanczy"}', "takiego polecenia nie ma"),
        ('/answer{"slot":"kolor","value":"x"}', "nie ma żadna sprawa"),
        ('/answer{"slot":"rodzaj","value":"dach"}', "slup"),
        ("/answer{slot}", "nie da się odczytać"),
    ],
)
def test_a_button_that_means_nothing_is_named(content: Path, payload: str, words: str) -> None:
    buttons = f"buttons: [{{title: Dalej, payload: '{payload}'}}]"
    assert words in told(of_text(content, "    - text: Co teraz?", f"      {buttons}"), 2)


def test_a_value_that_nobody_gives_is_named_with_those_that_there_are(content: Path) -> None:
    path = content / "locales" / "pl" / "teksty.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("text: lampa przyjeta", 'text: "Numer {{ nr_sprawi }}."'), encoding="utf-8")
    (fault,) = check(content)
    assert "„nr_sprawi”" in fault.what
    assert "nr_sprawy" in fault.remedy
    assert fault.line == line_of(path, "utter_lampa_przyjeta")


def test_braces_that_do_not_close_are_named(content: Path) -> None:
    assert "nie da się odczytać" in told(of_text(content, '    - text: "Numer {{ nr_sprawy."'), 2)


@pytest.mark.parametrize(
    "fact", ["Odpowiemy w ciągu 30 dni.", "To kosztuje 49 zł.", "Mówi o tym art. 14 ustawy.", "Numer alarmowy to 112."]
)
def test_a_fact_stands_with_its_source(content: Path, fact: str) -> None:
    assert "bez źródła" in told(of_text(content, f'    - text: "{fact}"'), 2)
    assert of_text(content, f'    - text: "{fact}"', "      source: ustawa z 5 sierpnia 2015 r.") == []


def test_a_text_with_buttons_that_is_too_long_is_named(content: Path) -> None:
    long = "Bardzo długie zdanie o niczym. " * 22
    buttons = "buttons: [{title: Konsultant, payload: /konsultant}]"
    assert "640" in told(of_text(content, f'    - text: "{long}"', f"      {buttons}"), 2)


@pytest.mark.parametrize("formal", ["Podaj swój numer.", "Czy możesz to sprawdzić?", "Twój numer jest zły."])
def test_ty_in_a_text_for_everybody_is_named(content: Path, formal: str) -> None:
    assert told(of_text(content, f'    - text: "{formal}"'), 2)


@pytest.mark.parametrize("section", ["intent_titles", "titles", "fields", "options"])
def test_a_button_made_in_the_conversation_keeps_the_limit(content: Path, section: str) -> None:
    long = "Zgłoszenie popsutej lampy"
    entry = {
        "fields": f"proba: {{label: proba, przycisk: {long}}}",
        "options": f"proba: {{jedna: {{label: {long}, slowa: [x]}}}}",
    }
    found = put(content, "locales/pl/proba.yml", f"{section}:\n  {entry.get(section, f'proba: {long}')}\n")
    assert "najwyżej 20" in told(found, 2)


@pytest.mark.parametrize(
    ("text", "line"),
    [("responses:\n  utter_powitanie:\n    - text: Halo.\n", 2), ("fields:\n  opis: {label: co innego}\n", 2)],
)
def test_what_two_editors_define_is_named_in_both_files(content: Path, text: str, line: int) -> None:
    assert put(content, "locales/pl/druga_osoba.yml", text)[0].line == line
    others = {fault.file for fault in check(content) if "druga_osoba.yml" in fault.what}
    assert len(others) == 1
    assert others < {"locales/pl/teksty.yml", "locales/pl/pola.yml"}


def test_an_answer_without_examples_of_its_question_is_named(content: Path) -> None:
    text = 'responses:\n  utter_faq/rower:\n    - text: "Rower jest w polisie domu."\n'
    (fault,) = put(content, "locales/pl/proba.yml", text)
    assert (fault.line, "faq/rower" in fault.what, "- intent: faq/rower" in fault.remedy) == (2, True, True)


def test_a_form_of_a_name_that_some_text_speaks_of_must_be_written(content: Path) -> None:
    texts = (
        'responses:\n  utter_proba:\n    - text: "Brakuje {{ fields[slot].dopelniacz }} do {{ flow_names[flow].D }}."\n'
    )
    (content / "locales/pl/proba.yml").write_text(texts, encoding="utf-8")
    found = [f"{fault.what} {fault.remedy}" for fault in check(content) if fault.file == "flows/lampa.yml"]
    assert any("nie ma: dopelniacz" in one and "pola.yml" in one for one in found)
    assert any("nie ma przypadków: D" in one and "flow_names" in one for one in found)
