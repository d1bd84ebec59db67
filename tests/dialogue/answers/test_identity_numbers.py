"""However a PESEL, an account or a phone number is grouped and introduced, no wrong one is ever taken."""

from __future__ import annotations

import random

import pytest
from stdnum.iso7064 import mod_97_10
from stdnum.pl import pesel

from bot.dialogue.answers import Answer, parse_answer

from .report import NOW

ROUNDS = 400
LEADS = ("", "mój nr: ", "tel ", "proszę na ", "po 17 ", "konto ", "dzwonić o 8 ", "numer ", "od 8 do 16 ", "godz. 9 ")


def grouped(digits: str, dice: random.Random) -> str:
    """The digits with one kind of separator at random places, behind one of the leads."""
    sign = dice.choice((" ", "-", "  ", "."))
    parts = [digits[0], *((sign if dice.random() < 0.25 else "") + digit for digit in digits[1:])]
    return dice.choice(LEADS) + "".join(parts)


def account(dice: random.Random) -> str:
    body = "".join(dice.choices("0123456789", k=24))
    return str(mod_97_10.calc_check_digits(body + "PL")) + body


def person(dice: random.Random) -> str:
    born = f"{dice.randint(40, 99):02}{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randint(0, 9999):04}"
    return born + str(pesel.calc_check_digit(born))


def damaged(digits: str, dice: random.Random) -> str:
    """One digit left out, doubled or changed."""
    place = dice.randrange(len(digits))
    changed = str((int(digits[place]) + dice.randint(1, 9)) % 10)
    middle = dice.choice(("", digits[place] * 2, changed))
    return digits[:place] + middle + digits[place + 1 :]


@pytest.fixture
def dice() -> random.Random:
    return random.Random(2026)


def test_an_account_is_never_a_phone_number_or_a_pesel(dice: random.Random) -> None:
    for _ in range(ROUNDS):
        text = grouped(account(dice), dice)
        assert not isinstance(parse_answer("telefon", text, NOW), Answer), text
        assert not isinstance(parse_answer("pesel", text, NOW), Answer), text


def test_a_pesel_is_never_a_phone_number_and_never_another_pesel(dice: random.Random) -> None:
    for _ in range(ROUNDS):
        number = person(dice)
        text = grouped(number, dice)
        outcome = parse_answer("pesel", text, NOW)
        assert not isinstance(outcome, Answer) or outcome.value == number, text
        assert not isinstance(parse_answer("telefon", text, NOW), Answer), text


def test_a_damaged_account_is_never_taken(dice: random.Random) -> None:
    for _ in range(ROUNDS):
        text = grouped(damaged(account(dice), dice), dice)
        assert not isinstance(parse_answer("nr_konta", text, NOW), Answer), text


def test_a_phone_number_with_a_digit_too_few_or_too_many_is_never_taken(dice: random.Random) -> None:
    for _ in range(ROUNDS):
        number = dice.choice(("50", "60", "72", "88")) + "".join(dice.choices("0123456789", k=7))
        wrong = dice.choice((number[:-1], f"{number}7", f"+48{number}1", f"48{number[:-1]}"))
        text = grouped(wrong, dice) if wrong[0] != "+" else wrong
        assert not isinstance(parse_answer("telefon", text, NOW), Answer), text
