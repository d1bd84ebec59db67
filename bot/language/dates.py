"""Dates, weekdays and hours as Polish says them; every moment is shown in the local time of Poland."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.language.numbers import NBSP

WARSAW = ZoneInfo("Europe/Warsaw")

_MONTHS = ("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia").split()  # noqa: SIM905  (twelve words read better than a list of twelve strings)
_WEEKDAYS = {
    "nom": ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
    "gen": ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli"),
    "acc": ("poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"),
}


def day_of(moment: date | datetime | str) -> date:
    """The local day of a date, an aware moment or an ISO text. A naive moment is taken as local already."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if isinstance(moment, datetime):
        return (moment.astimezone(WARSAW) if moment.tzinfo else moment).date()
    return moment


def long_date(moment: date | datetime | str, *, year: bool = True) -> str:
    """ "21 listopada 2026 r.", or "21 listopada"; the day and its month never part."""
    day = day_of(moment)
    said = f"{day.day}{NBSP}{_MONTHS[day.month - 1]}"
    return f"{said} {day.year}{NBSP}r." if year else said


def weekday(moment: date | datetime | str, case: str = "nom") -> str:
    """ "sobota", "sobotę" ("acc"), "soboty" ("gen")."""
    return _WEEKDAYS[case][day_of(moment).weekday()]


def on_weekday(moment: date | datetime | str) -> str:
    """ "w sobotę", "we wtorek"."""
    name = weekday(moment, "acc")
    return f"{'we' if name == 'wtorek' else 'w'} {name}"


def clock(moment: datetime | time | str) -> str:
    """ "15:30", on the 24-hour clock, without a leading zero before ten ("9:05")."""
    if isinstance(moment, str):
        moment = time.fromisoformat(moment) if len(moment) <= 8 else datetime.fromisoformat(moment)
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(WARSAW)
    return f"{moment.hour}:{moment.minute:02d}"
