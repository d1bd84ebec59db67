"""What is one matter, when it is solved, and who came back about it."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import orjson
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy import text as sql

from bot.reports import exports, figures
from bot.reports.cells import Measure
from bot.reports.days import Grain, Span, lately, span_of
from bot.reports.ledger import is_closing, left
from bot.reports.matter import SILENT_MS, Outcome
from bot.reports.rebuild import rebuild
from bot.reports.totals import Totals
from bot.store import conversations, handoffs, messages
from bot.store.database import Tx
from bot.store.matters import silent
from bot.store.schema import handoffs as handoffs_table
from bot.store.schema import matters
from bot.store.times import from_ms
from handoff.console import report_views
from tests.reports.conftest import Office

_IN_TOKYO = sql("SET TIME ZONE 'Asia/Tokyo'")


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


def test_a_flow_put_off_until_later_is_not_given_up(quick_office: Office) -> None:
    office = quick_office
    customer = office.customer("1")
    for text in ("zgasła lampa", "nie", "dokończę później"):
        customer.says(text)
    assert [one.outcome for one in customer.matters] == [Outcome.OPEN]
    office.pass_(hours=30)
    customer.says("wracam")
    customer.says("nie chcę już tego zgłaszać")
    customer.says("tak")
    assert [(one.subject, one.outcome) for one in customer.matters] == [("lampa", Outcome.LEFT)]


def test_an_answer_that_never_arrived_is_no_answer(office: Office) -> None:
    for psid, fate in enumerate(("failed", "sent", "failed", "queued", "dropped")):
        customer = office.customer(str(psid))
        customer.says("ile to kosztuje?")
        office.deliver(customer.id, "ile to kosztuje?", fate, "failed")
    thanks = office.customer("9")
    thanks.says("ile to kosztuje?")
    office.deliver(thanks.id, "dzięki", "failed")
    unanswered = [one.conversation_id for one in report(office).unanswered]
    assert unanswered == [], "within a day the answer may still come"
    office.pass_(hours=25)
    for one in office.do(lambda tx: silent(tx, office.ms - SILENT_MS, 10)):
        office.do(partial(left, matter=one))
    found = report(office)
    assert {one.conversation_id for one in found.unanswered} == {"100:0", "100:2", "100:4"}
    query = select(func.count()).where(matters.c.pending_since.is_not(None), matters.c.outcome != Outcome.OPEN.value)
    assert found.all.of(Measure.UNANSWERED) == office.do(lambda tx: tx.scalar(query)) == 3
    assert (found.all.outcomes[Outcome.ANSWERED], found.all.outcomes[Outcome.LEFT]) == (3, 3)
    before = report(office).all.sums
    office.do(rebuild)
    assert report(office).all.sums == before, "counted anew it is the same"


def test_who_is_answered_in_the_end_is_not_left_without_an_answer(quick_office: Office) -> None:
    office = quick_office
    customer = office.customer("1")
    customer.says("ile to kosztuje?")
    office.deliver(customer.id, "ile to kosztuje?", "failed")
    assert [(one.outcome, one.pending_since is not None) for one in customer.matters] == [(Outcome.OPEN, True)]
    customer.says("ile to kosztuje?")
    office.deliver(customer.id, "ile to kosztuje?", "sent")
    [matter] = customer.matters
    assert (matter.outcome, matter.pending_since, matter.messages) == (Outcome.ANSWERED, None, 2)


def test_whom_nobody_answered_is_listed_for_the_days_department_and_subject_asked_for(office: Office) -> None:
    customer = office.customer("1")
    customer.says("zgasła lampa")
    office.deliver(customer.id, "zgasła lampa", "failed")
    begun = office.now
    office.pass_(days=40)
    today, then = lately(office.now, 14), lately(begun + timedelta(days=2), 14)

    def listed(span: Span, department: str = "", subject: str = "") -> int:
        asked = figures.asked_for(span, department=department, subject=subject)
        return len(office.do(lambda tx: figures.read(tx, asked, office.now)).unanswered)

    assert (listed(today), listed(then)) == (0, 1)
    assert (listed(then, subject="lampa"), listed(then, subject="faq/koszt")) == (1, 0)
    assert listed(then, department="nie_ten") == 0


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


def test_a_spreadsheet_reads_the_export_in_columns_and_runs_nothing_of_it(quick_office: Office) -> None:
    office = quick_office
    evil = '=HYPERLINK("http://x")'

    def work(tx: Tx) -> None:
        for department in (evil, "+48", "@x", "szkody; Łódź"):
            handoffs.start(tx, conversation_id="100:1", reason="prosba", department=department, requested_at=office.ms)

    office.do(work)
    asked = figures.asked_for(lately(office.now, 7), Grain.DAY)
    rows = office.do(lambda tx: exports.rows(tx, asked))
    content, kind = exports.as_csv(rows)
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content and kind == "text/csv; charset=utf-8"
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert {len(row) for row in read} == {len(exports.KEYS) + len(exports.COLUMNS)}
    assert {row[1] for row in read[1:]} == {f"'{evil}", "'+48", "'@x", "szkody; Łódź"}
    assert all(cell.isdigit() for row in read[1:] for cell in row[3:]), "whole numbers need no decimal comma"
    assert {row["dzial"] for row in orjson.loads(exports.as_json(rows)[0])} >= {evil}, "a program gets what is"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_a_clock_change_is_one_day_of_the_report(office: Office, day: str, hours: int) -> None:
    first, last = span_of(day, day, office.now).instants
    assert last - first == hours * 3_600_000
    for n, hour in enumerate(range(-1, hours + 1)):
        office.now = from_ms(first + hour * 3_600_000 + 1_800_000)
        office.customer(str(n)).says("ile to kosztuje?")
    office.pass_(hours=1)
    asked = figures.asked_for(span_of(day, day, office.now), Grain.DAY)
    found = office.do(lambda tx: figures.read(tx, asked, office.now))
    query = select(func.count()).where(matters.c.opened_at >= first, matters.c.opened_at < last)
    assert found.all.matters == office.do(lambda tx: tx.scalar(query)) == hours
    assert [(point.isoformat(), sums.matters) for point, sums in found.series] == [(day, hours)]


def test_where_the_machine_stands_changes_no_figure(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server, and a database's session, that live elsewhere; 23:30 UTC is the next day in Poland."""
    office.now = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        office.customer("1").says("ile to kosztuje?")
        if office.database.engine.dialect.name == "postgresql":
            office.do(lambda tx: tx.execute(_IN_TOKYO))
        asked = figures.asked_for(span_of("2026-07-01", "2026-07-02", office.now), Grain.DAY)
        found = office.do(lambda tx: figures.read(tx, asked, office.now))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [(point.isoformat(), sums.matters) for point, sums in found.series] == [("2026-07-01", 0), ("2026-07-02", 1)]


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
    assert found.all.of(Measure.QUICK) == found.all.of(Measure.WAITED) == 1
    assert report_views.agent(77, {}) == "konto usunięte (nr 77)", "ratings outlive the account"
    local = office.now + timedelta(hours=1)
    [hour] = [one for one in found.hours if one.waited]
    assert (hour.weekday, hour.hour, hour.wait_ms) == (local.weekday(), local.hour, 240_000)
