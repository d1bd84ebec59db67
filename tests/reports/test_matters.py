"""What is one matter, when it is solved, and who came back about it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from sqlalchemy import func, insert, select

from bot.reports import exports, figures
from bot.reports.cells import Measure
from bot.reports.days import Grain, lately
from bot.reports.ledger import is_closing
from bot.reports.matter import Outcome
from bot.reports.rebuild import rebuild
from bot.reports.totals import Totals
from bot.store import conversations, handoffs, messages
from bot.store.database import Tx
from bot.store.schema import handoffs as handoffs_table
from bot.store.schema import matters
from tests.reports.conftest import Office


def report(office: Office, days: int = 14) -> figures.Report:
    asked = figures.asked_for(lately(office.now, days))
    return office.do(lambda tx: figures.read(tx, asked, office.now))


def test_a_question_answered_at_once_is_solved_by_the_assistant_alone(quick_office: Office) -> None:
    customer = quick_office.customer("1")
    customer.says("ile to kosztuje?")
    [matter] = customer.matters
    assert (matter.subject, matter.outcome, matter.messages) == ("faq/koszt", Outcome.ANSWERED, 1)
    customer.says("dzięki")
    assert customer.matters == [matter], "thanks are no new matter"


def test_asked_again_within_three_days_it_was_not_solved_the_first_time(quick_office: Office) -> None:
    office = quick_office
    customer, other = office.customer("1"), office.customer("2")
    customer.says("ile to kosztuje?")
    other.says("ile to kosztuje?")
    office.pass_(days=2)
    customer.says("ile to kosztuje?")
    [matter] = customer.matters
    assert matter.again_at is not None and matter.solved_at == office.ms and matter.messages == 2
    office.pass_(days=5)
    other.says("ile to kosztuje?")
    assert len(other.matters) == 2, "a week later it is another matter"
    found = report(office)
    assert (found.all.matters, found.all.of(Measure.CAME_BACK), found.all.of(Measure.CONTAINED)) == (3, 1, 2)


def test_days_of_which_nobody_knows_yet_who_comes_back_are_left_out_of_containment(quick_office: Office) -> None:
    office = quick_office
    office.customer("1").says("ile to kosztuje?")
    assert report(office).ripe.contained_share is None
    office.pass_(days=4)
    office.customer("2").says("ile to kosztuje?")
    ripe = report(office).ripe
    assert (ripe.matters, ripe.contained_share) == (1, 1.0)


def test_a_person_called_after_an_answer_means_that_it_did_not_help(quick_office: Office) -> None:
    office = quick_office
    customer = office.customer("1")
    customer.says("ile to kosztuje?")
    office.pass_(minutes=10)
    customer.says("chcę z człowiekiem")
    [matter] = customer.matters
    assert (matter.outcome, matter.requests, matter.with_person) == (Outcome.OPEN, 1, True)
    assert matter.again_at == office.ms and matter.messages == 2
    assert report(office).all.of(Measure.CONTAINED) == 0


def test_words_that_nobody_understood_belong_to_the_matter_that_they_turn_out_to_be(quick_office: Office) -> None:
    customer = quick_office.customer("1")
    customer.says("ćśźż blabla")
    assert [one.subject for one in customer.matters] == [""]
    customer.says("ile to kosztuje?")
    [matter] = customer.matters
    assert (matter.subject, matter.messages) == ("faq/koszt", 2)


def test_a_flow_left_and_taken_up_again_is_one_matter(quick_office: Office) -> None:
    office = quick_office
    customer = office.customer("1")
    for text in ("zgasła lampa", "nie", "nie chcę już tego zgłaszać", "tak"):
        customer.says(text)
    assert [one.outcome for one in customer.matters] == [Outcome.LEFT]
    office.pass_(hours=30)
    customer.says("zgasła lampa")  # would you like to go on with it?
    customer.says("tak")
    assert [(one.subject, one.outcome) for one in customer.matters] == [("lampa", Outcome.OPEN)]


def test_messages_that_only_take_leave_are_owed_no_answer() -> None:
    assert is_closing("Dziękuję bardzo, miłego dnia!")
    assert is_closing("ok")
    assert not is_closing("ok, a kiedy przyjdą pieniądze?")
    assert not is_closing("")


def test_an_empty_database_has_no_shares_and_no_medians(office: Office) -> None:
    found = report(office, 400)
    assert found.is_empty and found.losses == [] and found.unanswered == []
    assert found.all.solved_share is None and found.all.satisfied_share is None
    assert found.medians == figures.Medians(None, None, None, None, None)
    assert len(found.series) == 14
    assert office.do(lambda tx: exports.rows(tx, found.asked)) == []


def test_what_is_exported_is_what_sql_counts(office: Office) -> None:
    for psid in range(6):
        office.customer(str(psid)).says("ile to kosztuje?")
        customer = office.customer(f"1{psid}")
        customer.says("zgasła lampa")
        if psid % 2:
            customer.says("tak")
        office.pass_(days=2)
    asked = figures.asked_for(lately(office.now, 30), Grain.DAY)
    content, _ = exports.as_csv(office.do(lambda tx: exports.rows(tx, asked)))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    def counted(tx: Tx) -> dict[tuple[str, str], int]:
        query = select(matters.c.day, matters.c.subject, func.count()).group_by(matters.c.day, matters.c.subject)
        return {(row[0], row[1]): row[2] for row in tx.execute(query)}

    exported = Totals()
    by_kind: dict[tuple[str, str], int] = {}
    for row in rows:
        if int(row["sprawy"]):
            key = row["okres"], row["sprawa"]
            by_kind[key] = by_kind.get(key, 0) + int(row["sprawy"])
        exported.outcomes[Outcome.ANSWERED] += int(row["odpowiedzial_asystent"])
    assert by_kind == office.do(counted)
    assert exported.outcomes[Outcome.ANSWERED] == 6
    requests = office.do(lambda tx: tx.scalar(select(func.count()).select_from(handoffs_table)))
    assert sum(int(row["prosby_o_czlowieka"]) for row in rows) == requests == 3


def test_what_was_there_before_reports_were_kept_is_counted_by_one_command(quick_office: Office) -> None:
    office = quick_office

    def before(tx: Tx) -> None:
        made = conversations.find_or_create(tx, "100", "old", office.ms)
        for n, (author, intent) in enumerate(
            (("customer", "faq/koszt"), ("bot", None), ("customer", "powitanie"), ("customer", "faq/koszt"))
        ):
            understood = {"intent": {"name": intent}} if intent else None
            messages.add(
                tx, conversation_id=made.id, author=author, text="…", understood=understood, at=office.ms + n * 60_000
            )
        asked = {"conversation_id": made.id, "reason": "prosba", "department": "szkody", "ending": "closed"}
        times = {"requested_at": office.ms, "accepted_at": office.ms + 60_000, "ended_at": office.ms + 900_000}
        tx.execute(insert(handoffs_table).values(**asked, **times))
        office.open_case(tx, made.id, "kontakt")

    office.do(before)
    assert report(office).is_empty
    made = office.do(rebuild)
    assert (made.added, made.requests) == (3, 1)
    found = report(office)
    assert {name: sums.matters for name, sums in found.by_subject} == {"faq/koszt": 1, "umow_kontakt": 1, "": 1}
    assert found.all.of(Measure.CAME_BACK) == 1
    assert found.medians.wait == 60_000
    assert office.do(rebuild).added == 0, "done again it adds nothing"


def test_a_rating_belongs_to_the_flow_the_agent_and_the_reason(quick_office: Office) -> None:
    office = quick_office

    def work(tx: Tx) -> None:
        id = handoffs.start(
            tx, conversation_id="100:1", reason="prosba", department="szkody", flow="lampa", requested_at=office.ms
        )
        handoffs.change(tx, id, accepted_at=office.ms + 240_000, agent_id=77)
        handoffs.change(tx, id, first_answer_at=office.ms + 300_000)
        handoffs.change(tx, id, rating="nie")
        handoffs.change(tx, id, rating="tak")

    office.do(work)
    found = report(office)
    assert [(id, sums.ratings) for id, sums in found.rated_by_agent] == [(77, {"tak": 1})]
    assert [(reason, sums.satisfied_share) for reason, sums in found.rated_by_reason] == [("prosba", 1.0)]
    assert (found.medians.wait, found.medians.first_answer) == (240_000, 300_000)
    assert found.all.quick_share == 1.0
    local = office.now + timedelta(hours=1)
    [hour] = [one for one in found.hours if one.waited]
    assert (hour.weekday, hour.hour, hour.wait_ms) == (local.weekday(), local.hour, 240_000)
