"""`dyzurny preview`: an editor sees at once how a text sounds to everybody."""

from __future__ import annotations

from typer.testing import CliRunner

from bot.cli import app


def shown(text: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["preview", text], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_every_form_of_a_sound_text_is_shown() -> None:
    code, output = shown("Czy [może Pan] podać [Pana numer telefonu]?")
    assert code == 0
    assert "Czy może Pani podać Pani numer telefonu?" in output
    assert "Czy mogą Państwo podać Państwa numer telefonu?" in output
    assert "Czy możesz podać Twój numer telefonu?" in output


def test_what_cannot_be_said_is_named_with_what_to_write_instead() -> None:
    code, output = shown("Czy [zgłosił Pan] szkodę?")
    assert code == 1
    assert "Czy zgłosiła Pani szkodę?" in output
    assert "[zgłosił Pan||" in output, "the remedy shows the markup itself"
