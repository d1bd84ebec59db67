"""The address markup: compiled once, strict where it cannot be certain, and clear about what to write instead."""

from __future__ import annotations

import pytest

from bot.language import (
    Address,
    GenderUnknownError,
    MarkupError,
    compile_text,
    escape,
    examine,
    inflect,
)

FORMAL = (Address.PAN, Address.PANI, Address.PANSTWO)


def test_a_compiled_text_says_what_inflect_says() -> None:
    template = "Dzień dobry[, zwrot]! Czy [może Pan] podać [Pana numer telefonu]?"
    compiled = compile_text(template)
    for address in Address:
        assert compiled.render(address, "Ola") == inflect(template, address, "Ola")


def test_all_addresses_are_tried_when_a_text_is_compiled() -> None:
    with pytest.raises(GenderUnknownError):
        compile_text("[Zgłosił Pan] szkodę.")


def test_a_brand_that_never_says_ty_compiles_for_formal_addresses_only() -> None:
    compiled = compile_text("[Zgłosił Pan] szkodę.", FORMAL)
    assert compiled.render(Address.PANI) == "Zgłosiła Pani szkodę."


def test_problems_of_single_addresses_can_be_listed_without_raising() -> None:
    compiled = examine("[Zgłosił Pan] szkodę.")
    assert list(compiled.problems) == [Address.TY]
    assert compiled.render(Address.TY_F) == "Zgłosiłaś szkodę."


def test_an_error_names_file_text_and_word_and_says_what_to_write() -> None:
    with pytest.raises(MarkupError) as caught:
        compile_text("Dotyczy to: [Pana szkody].", text="status/ok", file="locales/pl/status.yml")
    error = caught.value
    assert (error.file, error.text, error.word) == ("locales/pl/status.yml", "status/ok", "Pana szkody")
    assert "[Pana szkody:D]" in error.remedy
    assert str(error).startswith("locales/pl/status.yml: status/ok: [Pana szkody]")


@pytest.mark.parametrize(("letter", "expected"), [("D", "Twojej szkody"), ("M", "Twoje szkody"), ("B", "Twoje szkody")])
def test_a_case_letter_decides_where_the_dictionary_cannot(letter: str, expected: str) -> None:
    assert inflect(f"[Pana szkody:{letter}]", Address.TY) == expected


def test_the_neutral_form_is_used_when_the_sex_is_not_known() -> None:
    template = "[Zgłosił Pan||Mamy] już szkodę."
    assert inflect(template, Address.TY) == "Mamy już szkodę."
    assert inflect(template, Address.TY_F) == "Zgłosiłaś już szkodę."
    assert inflect(template, Address.PANSTWO) == "Zgłosili Państwo już szkodę."


def test_five_forms_say_nothing_to_ty_of_unknown_sex_unless_they_agree() -> None:
    with pytest.raises(GenderUnknownError):
        inflect("[sam|sama|sami|sam|sama]", Address.TY)
    assert inflect("[był|była|byli|masz|masz]", Address.TY) == "masz"
    assert inflect("[sam|sama|sami|sam|sama|bez pomocy]", Address.TY) == "bez pomocy"


@pytest.mark.parametrize("address", list(Address))
def test_a_text_without_brackets_stays_as_it_is(address: Address) -> None:
    text = "Szkoda  nr 5,\nkwota: 1 500 zł … C:\\temp"
    assert inflect(text, address) == text


def test_escaped_brackets_are_brackets() -> None:
    assert inflect("\\[Pan\\] i \\\\", Address.PANI) == "[Pan] i \\"
    assert inflect("Opis: " + escape("[zgłosił] \\o/ |"), Address.TY) == "Opis: [zgłosił] \\o/ |"


@pytest.mark.parametrize(
    ("template", "address", "name"),
    [
        ("[zwrot], witamy.", Address.PAN, "Anna"),
        ("[zwrot], witamy.", Address.TY_F, "Tomasz"),
        ("[zwrot], witamy.", Address.PANSTWO, "Tomasz"),
        ("[zwrot], witamy.", Address.TY, "Nicole"),
        ("[zwrot], witamy.", Address.PAN, "Firma ABC"),
    ],
)
def test_nobody_is_called_by_a_name_of_the_other_sex_or_without_a_vocative(
    template: str, address: Address, name: str
) -> None:
    assert inflect(template, address, name) == "Witamy."


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("[zwrot]! Mamy decyzję.", "Mamy decyzję."),
        ("[zwrot] – mamy decyzję.", "Mamy decyzję."),
        ("[zwrot],\ndziękujemy.", "Dziękujemy."),
        ("Dzień dobry, [zwrot]!", "Dzień dobry!"),
        ("Dziękuję, [zwrot], za wiadomość.", "Dziękuję za wiadomość."),
        ("Dziękuję, [zwrot], że nas powiadomiono.", "Dziękuję, że nas powiadomiono."),
        ("Dziękuję[, zwrot,] za wiadomość.", "Dziękuję za wiadomość."),
        ("Dzień dobry [zwrot], witamy.", "Dzień dobry, witamy."),
        ("Witamy[, zwrot]", "Witamy"),
    ],
)
def test_an_address_without_a_name_takes_its_commas_along(template: str, expected: str) -> None:
    assert inflect(template, Address.PANSTWO) == expected


@pytest.mark.parametrize(
    "template",
    [
        "[Pan",
        "Pan]",
        "[[Pan]]",
        "[]",
        "[a|b]",
        "[a|b|c]",
        "[asdfgh]",
        "[komputer]",
        "[Pani]",
        "[zgłosiła]",
        "[zgłosili Państwo]",
        "[pana]",
        "[Pana:Q]",
        "[Pana:N]",
        "o [Pana:D]",
        "[Pana 2 polisy]",
        "[jest Pan właścicielem]",
        "Czy [Pan] jest [pewien]?",
        "[Był Pan] pewien",
        "[Pana] polisa",
        "Wystarczy [wpisać] numer",
        "[interesuje Pana]",
        "[Pana polisa jest ważna]",
        "[Proszę móc]",
        "[zgłosił Pan a rzeczoznawca przyjechał]",
    ],
)
def test_what_is_not_certain_is_refused_with_a_remedy(template: str) -> None:
    with pytest.raises(MarkupError) as caught:
        compile_text(template)
    assert not isinstance(caught.value, GenderUnknownError)
    assert caught.value.remedy


def test_values_put_in_later_count_as_words() -> None:
    value = "\ue100"
    assert inflect(f"{value} [Pan] [może] wysłać.", Address.TY) == f"{value} możesz wysłać."
    assert inflect(f"[Pan] {value} [zna].", Address.TY) == f"{value} znasz."
