"""The funnel of a flow: ten customers with a known fate each, counted on both databases."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from bot.reports import figures, funnel
from bot.reports.cells import Measure
from bot.reports.days import lately
from bot.reports.ledger import case_moved
from bot.reports.matter import Outcome
from bot.reports.rebuild import rebuild
from bot.reports.upkeep import Upkeep
from bot.store import tallies
from bot.store.database import Tx
from bot.store.schema import tallies as tallies_table
from tests.reports.conftest import Caller, Office

TO_PHOTOS = ("zgasła lampa", "nie", "wczoraj", "na ścianie", "Miga, a potem gaśnie.")
TO_THE_END = (*TO_PHOTOS, "pomiń", "600 700 800", "pomiń", "tak")


def say(customer: Caller, *texts: str) -> Caller:
    for text in texts:
        customer.says(text)
    return customer


def ten_customers(office: Office) -> None:
    for psid in "123":
        say(office.customer(psid), *TO_THE_END)
    say(office.customer("4"), *TO_PHOTOS[:4])  # falls silent at the description
    for psid in "56":
        say(office.customer(psid), *TO_PHOTOS)  # … at the photographs
    say(office.customer("7"), *TO_PHOTOS[:3], "nie chcę już tego zgłaszać", "tak")  # gives up at the kind of lamp
    say(office.customer("8"), "zgasła lampa", "tak")  # sparks: a person
    # Refused once, asks something, and corrects the kind in the summary.
    nine = say(office.customer("9"), "zgasła lampa", "nie", "w zeszłym stuleciu, nie wiem", "ile to kosztuje?")
    say(nine, *TO_PHOTOS[2:], "pomiń", "600 700 800", "pomiń")
    nine.taps(control="popraw", slot="rodzaj")
    say(nine, "na słupie", "A-17", "tak")
    ten = office.customer("10")
    ten.says("lampa nie świeci od wczoraj, mój numer 600700800", intent="zglos_lampe")
    say(ten, "nie")


async def test_the_funnel_shows_exactly_what_became_of_ten_customers(office: Office) -> None:
    ten_customers(office)
    office.pass_(hours=25)
    await Upkeep(office.database, office.clock).once()
    found = office.do(lambda tx: funnel.read(tx, "lampa", office.flows.flows["lampa"], lately(office.now, 7)))

    assert found.started == 10
    assert found.all.outcomes == {Outcome.ACCEPTED: 4, Outcome.LEFT: 5, Outcome.OPEN: 1}
    assert [step.id for step in found.steps][:3] == ["iskrzy", "od_kiedy", "rodzaj"]
    steps = {step.id: step for step in found.steps}
    assert {name: (step.reached, step.left) for name, step in steps.items()} == {
        "iskrzy": (10, 0),
        "od_kiedy": (8, 0),
        "rodzaj": (9, 2),
        "nr_slupa": (1, 0),
        "opis": (7, 1),
        "zdjecia": (6, 2),
        "telefon": (4, 0),
        "pesel": (4, 0),
        "summary": (4, 0),
    }
    others = {
        (step.id, measure.value): step.of(measure)
        for step in found.steps
        for measure in (
            Measure.GIVEN,
            Measure.CORRECTED,
            Measure.SKIPPED,
            Measure.REFUSED,
            Measure.ASKED,
            Measure.HANDED,
        )
        if step.of(measure)
    }
    assert others == {
        ("od_kiedy", "given"): 1,
        ("telefon", "given"): 1,
        ("od_kiedy", "refused"): 1,
        ("od_kiedy", "asked"): 1,
        ("rodzaj", "corrected"): 1,
        ("zdjecia", "skipped"): 4,
        ("pesel", "skipped"): 4,
        ("iskrzy", "handed"): 1,
    }
    assert found.worst is not None and found.worst.id == "rodzaj"
    assert steps["zdjecia"].brought_home_share == 4 / 6
    assert found.all.of(Measure.TWICE) == 0
    assert steps["rodzaj"].onward == ("nr_slupa", "opis")


async def test_what_became_of_a_case_reaches_the_step_at_which_its_customer_once_stood(quick_office: Office) -> None:
    office = quick_office
    say(office.customer("1"), *TO_THE_END)
    found = office.do(lambda tx: funnel.read(tx, "lampa", office.flows.flows["lampa"], lately(office.now, 7)))
    assert found.steps[0].outcomes == {Outcome.ACCEPTED: 1}
    assert found.all.solved == 0
    office.pass_(days=12)
    office.do(lambda tx: case_moved(tx, "L/1", "done", office.ms))
    found = office.do(lambda tx: funnel.read(tx, "lampa", office.flows.flows["lampa"], lately(office.now, 20)))
    assert found.steps[0].outcomes == {Outcome.CLOSED: 1}
    medians = office.do(lambda tx: figures.medians(tx, figures.asked_for(lately(office.now, 20))))
    assert medians.solution == 12 * 24 * 3_600_000


async def test_sums_kept_as_it_happens_equal_those_counted_anew(office: Office) -> None:
    ten_customers(office)
    office.pass_(hours=25)
    await Upkeep(office.database, office.clock).once()

    def sums(tx: Tx) -> Counter[tuple[str, ...]]:
        while tallies.gather(tx):
            pass
        return Counter({tuple(row[:5]): row.n for row in tx.execute(select(tallies_table)) if row.n})

    kept = office.do(sums)
    made = office.do(rebuild)
    assert office.do(sums) == kept
    assert (made.matters, made.added) == (11, 0)  # ten lamps and one question about the price
    assert office.do(lambda tx: tx.scalar(select(func.count()).select_from(tallies_table))) == made.sums


def test_a_flow_of_yesterday_keeps_the_numbers_of_questions_that_are_gone(quick_office: Office) -> None:
    office = quick_office
    say(office.customer("1"), *TO_PHOTOS)
    contact = office.flows.flows["kontakt"]
    found = office.do(lambda tx: funnel.read(tx, "lampa", contact, lately(office.now, 7)))
    former = {step.id: step.reached for step in found.steps if step.is_former}
    assert former["zdjecia"] == 1
    assert [step.id for step in found.steps][:2] == ["telefon", "godzina"]
