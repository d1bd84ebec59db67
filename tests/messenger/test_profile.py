"""The page's standing offers are built for every locale and within their limits."""

from __future__ import annotations

from bot.messenger.limits import Problem
from bot.messenger.messages import LinkButton, PostbackButton
from bot.messenger.profile import IceBreaker, Offers, check_offers, profile_body

HANDOFF = PostbackButton("Konsultant", "HANDOFF")


def test_everything_is_offered_in_one_body() -> None:
    offers = Offers("START", "Dzień dobry!", (IceBreaker("Jak zgłosić szkodę?", "IB_1"),), (HANDOFF,))
    assert profile_body(offers) == {
        "get_started": {"payload": "START"},
        "greeting": [{"locale": "default", "text": "Dzień dobry!"}],
        "ice_breakers": [
            {
                "locale": "default",
                "call_to_actions": [{"question": "Jak zgłosić szkodę?", "payload": "IB_1"}],
            }
        ],
        "persistent_menu": [
            {
                "locale": "default",
                "composer_input_disabled": False,
                "call_to_actions": [{"type": "postback", "title": "Konsultant", "payload": "HANDOFF"}],
            }
        ],
    }
    assert check_offers(offers) == []


def test_what_is_empty_is_left_out() -> None:
    assert set(profile_body(Offers("START", "Dzień dobry!"))) == {"get_started", "greeting"}


def test_offers_past_their_limits_are_found() -> None:
    menu = (LinkButton("t" * 31, "https://x"), *(PostbackButton("t", "p" * 1001),) * 20)
    problems = check_offers(Offers("START", "g" * 161, (IceBreaker("?", "p"),) * 5, menu))
    assert problems[:4] == [
        Problem("greeting", 160, 161),
        Problem("ice_breakers", 4, 5),
        Problem("menu", 20, 21),
        Problem("menu[0].title", 30, 31),
    ]
    assert problems[4:] == [Problem(f"menu[{n}].payload", 1000, 1001) for n in range(1, 21)]
