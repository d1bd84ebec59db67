"""What the console tells an agent about a draft: where, what and why; and what it must not touch."""

from __future__ import annotations

from bot.language import Address
from bot.language.linter import check_draft, check_template


def test_a_finding_says_where_it_stands() -> None:
    draft = "Dzień dobry! Czy możesz podać numer?"
    (finding,) = check_draft(draft, Address.PANI)
    assert draft[finding.start : finding.end] == finding.found == "możesz"
    assert finding.proposed == "może Pani"
    assert finding.reason


def test_findings_come_in_order() -> None:
    findings = check_draft("Hej, podaj swój numer, a wyślę Ci link.", Address.PAN)
    assert [finding.found for finding in findings] == ["Hej", "podaj", "Ci"]


def test_quotations_are_not_addressed_to_anybody() -> None:
    assert check_draft("W formularzu stoi „Podaj swój numer”.", Address.PANI) == []


def test_a_gendered_form_is_marked_when_the_sex_is_not_known() -> None:
    (finding,) = check_draft("Zgłosiłeś szkodę.", Address.TY)
    assert finding.proposed is None


def test_gentlemen_spoken_about_are_left_alone() -> None:
    assert check_draft("Rzeczoznawca, pan Adam Nowak, zadzwoni do Pani jutro.", Address.PANI) == []


def test_a_word_forgotten_outside_the_brackets_of_a_text_is_found() -> None:
    found = {(address, finding.found) for address, finding in check_template("Czy [może Pan] podać Twój numer?")}
    assert (Address.PANI, "Twój") in found
    assert not {address for address, _ in found} & {Address.TY, Address.TY_M, Address.TY_F}


def test_a_text_whose_brackets_hold_everything_is_left_alone() -> None:
    assert check_template("Czy [może Pan] podać [Pana numer telefonu]?") == []
