"""The send policy as a table: who, why, how late, and what may leave."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from bot.messenger.policy import (
    Allowed,
    Author,
    Decision,
    MessagingType,
    Purpose,
    Refusal,
    Refused,
    Tag,
    Template,
    decide,
    time_left,
)

BOT, PERSON, SYSTEM = Author.BOT, Author.PERSON, Author.SYSTEM
REPLY, PROACTIVE, STATUS, FEEDBACK = Purpose.REPLY, Purpose.PROACTIVE, Purpose.STATUS, Purpose.FEEDBACK
SOON = timedelta(minutes=5)
LAST_MOMENT = timedelta(hours=24) - timedelta(milliseconds=1)
DAY = timedelta(hours=24)
ALMOST_A_WEEK = timedelta(days=7) - timedelta(milliseconds=1)
WEEK = timedelta(days=7)

RESPONSE = Allowed(MessagingType.RESPONSE)
UPDATE = Allowed(MessagingType.UPDATE)
TAGGED = Allowed(MessagingType.MESSAGE_TAG, Tag.HUMAN_AGENT)
LATE = Refused(Refusal.OUTSIDE_WINDOW)
NO_TEMPLATE = Refused(Refusal.NO_TEMPLATE)


@pytest.mark.parametrize(
    ("author", "purpose", "age", "decision"),
    [
        (BOT, REPLY, SOON, RESPONSE),
        (BOT, REPLY, LAST_MOMENT, RESPONSE),
        (BOT, REPLY, DAY, LATE),
        (BOT, REPLY, WEEK, LATE),
        (BOT, PROACTIVE, SOON, UPDATE),
        (BOT, PROACTIVE, DAY, LATE),
        (BOT, STATUS, SOON, UPDATE),
        (BOT, STATUS, DAY, NO_TEMPLATE),
        (BOT, FEEDBACK, SOON, RESPONSE),
        (BOT, FEEDBACK, DAY, LATE),
        (PERSON, REPLY, SOON, RESPONSE),
        (PERSON, REPLY, LAST_MOMENT, RESPONSE),
        (PERSON, REPLY, DAY, TAGGED),
        (PERSON, REPLY, ALMOST_A_WEEK, TAGGED),
        (PERSON, REPLY, WEEK, Refused(Refusal.PAST_SEVEN_DAYS)),
        (PERSON, PROACTIVE, DAY, LATE),
        (PERSON, STATUS, DAY, NO_TEMPLATE),
        (PERSON, FEEDBACK, DAY, LATE),
        (SYSTEM, REPLY, SOON, RESPONSE),
        (SYSTEM, REPLY, DAY, LATE),
        (SYSTEM, PROACTIVE, SOON, UPDATE),
        (SYSTEM, STATUS, WEEK, NO_TEMPLATE),
        (SYSTEM, REPLY, timedelta(seconds=-30), RESPONSE),
    ],
)
def test_what_may_leave_when(author: Author, purpose: Purpose, age: timedelta, decision: Decision) -> None:
    assert decide(author, purpose, age) == decision


@pytest.mark.parametrize(("author", "purpose"), list(product(Author, Purpose)))
def test_nobody_writes_to_somebody_who_never_wrote(author: Author, purpose: Purpose) -> None:
    assert decide(author, purpose, None, template=True, from_ad=True) == Refused(Refusal.NEVER_WROTE)


@pytest.mark.parametrize("author", Author)
@pytest.mark.parametrize("age", [DAY, WEEK, timedelta(days=90)])
def test_news_of_a_matter_goes_late_as_an_approved_template(author: Author, age: timedelta) -> None:
    assert decide(author, STATUS, age, template=True) == Template()


def test_a_template_is_not_used_while_ordinary_words_may_go() -> None:
    assert decide(BOT, STATUS, SOON, template=True) == UPDATE


def test_without_the_human_agent_feature_a_person_is_late_after_a_day() -> None:
    assert decide(PERSON, REPLY, SOON, human_agent=False) == RESPONSE
    assert decide(PERSON, REPLY, DAY, human_agent=False) == Refused(Refusal.NO_HUMAN_AGENT)


def test_in_a_thread_from_an_ad_the_bot_may_try_for_seven_days() -> None:
    assert decide(BOT, REPLY, SOON, from_ad=True) == RESPONSE
    assert decide(BOT, REPLY, DAY, from_ad=True) == Allowed(MessagingType.RESPONSE, may_be_refused=True)
    assert decide(BOT, REPLY, WEEK, from_ad=True) == LATE
    assert decide(BOT, PROACTIVE, DAY, from_ad=True) == LATE
    assert decide(PERSON, REPLY, DAY, from_ad=True) == TAGGED


def test_only_a_persons_own_words_ever_carry_the_human_agent_tag() -> None:
    hours = [0, 12, 23, 24, 25, 100, 167, 168, 1000]
    for author, purpose, hour, ad in product(Author, Purpose, hours, (True, False)):
        decision = decide(author, purpose, timedelta(hours=hour), from_ad=ad)
        if isinstance(decision, Allowed) and decision.tag is not None:
            assert (author, purpose) == (PERSON, REPLY)
            assert 24 <= hour < 168


@pytest.mark.parametrize(
    ("author", "age", "hours"),
    [(BOT, SOON, 23), (BOT, DAY, 0), (PERSON, DAY, 144), (PERSON, WEEK, 0), (PERSON, WEEK * 2, 0), (BOT, None, 0)],
)
def test_the_time_left_to_reply(author: Author, age: timedelta | None, hours: int) -> None:
    assert time_left(author, age) // timedelta(hours=1) == hours


def test_the_time_left_agrees_with_the_decision() -> None:
    for author, hour in product(Author, (0, 23, 24, 25, 167, 168, 169)):
        age = timedelta(hours=hour)
        assert isinstance(decide(author, REPLY, age), Allowed) == (time_left(author, age) > timedelta())
