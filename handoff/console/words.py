"""Values as an agent reads them: times in Poland, names, what became of a message. Pure functions for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.clock import WARSAW
from bot.complaints import statute
from bot.store.handoffs import URGENT_REASONS
from bot.store.messages import PERHAPS_TWICE, TWICE, Author, Message, Status
from bot.store.times import from_ms
from handoff.ports import Names

MONTHS = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")

MONTHS_OF = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip
WEEKDAYS = ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela")
ROLES = {
    "agent": "konsultant",
    "supervisor": "kierownik zmiany",
    "editor": "redaktor",
    "administrator": "administrator",
}
RATINGS = {"tak": "pomogło", "czesciowo": "pomogło częściowo", "nie": "nie pomogło"}
PRESENCES = {"available": "jest", "busy": "zajęte ręce", "away": "nie ma"}

STATUS_WORDS = {
    Status.QUEUED: "czeka na wysłanie",
    Status.DOUBT: "nie wiadomo, czy dotarła",
    Status.SENT: "wysłana",
    Status.DELIVERED: "dostarczona",
    Status.SEEN: "odczytana",
    Status.FAILED: "nie wysłano",
    Status.DROPPED: "wstrzymana",
}
STATUS_MARKS = {
    Status.QUEUED: "…",
    Status.DOUBT: "?",
    Status.SENT: "✓",
    Status.DELIVERED: "✓✓",
    Status.SEEN: "✓✓",
    Status.FAILED: "!",
    Status.DROPPED: "×",
}
# Short, for a narrow card; the whole sentence is the tag's title.
SOURCE_WORDS = {"said": "klient", "button": "wybór", "crm": "CRM", "guessed": "domysł", "agent": "my"}
# Of an event that was set aside: what arrived, or what the product told itself.
EVENT_WORDS = {
    "message": "wiadomość",
    "postback": "przycisk",
    "quick_reply": "szybka odpowiedź",
    "referral": "wejście z odnośnika",
    "edit": "zmiana wiadomości",
    "echo": "wiadomość wysłana",
    "handback": "oddanie rozmowy asystentowi",
    "edit_field": "poprawka pola",
    "nudge": "przypomnienie o zgłoszeniu",
    "erase": "usunięcie danych",
    "desk": "zadanie konsoli",
    "send_again": "wiadomość do klienta",
}
ATTACHMENT_WORDS = {
    "image": "zdjęcie",
    "audio": "nagranie",
    "video": "film",
    "file": "plik",
    "location": "lokalizacja",
    "sticker": "naklejka",
}


def case_kind(kind: str, names: Names) -> str:
    """Cases are of the kinds of the flows that open them, but for a call, which has a flow of another name."""
    return names.flow_name({"kontakt": "umow_kontakt"}.get(kind, kind))


def event_kind(kind: str) -> str:
    return EVENT_WORDS.get(kind, "zdarzenie")


def set_aside_because(error: str) -> str:
    """Why an event was set aside, for a supervisor; the error's type is for whoever they ask."""
    if error.endswith(":worker_died"):
        return "program przestawał przy tym działać"
    return f"błąd programu ({error.rstrip(':')})"


def hour(ms: int, now: datetime) -> str:
    """ "14:05" today, "21 lis 14:05" this year, "21 lis 2025 14:05" before."""
    local, today = from_ms(ms).astimezone(WARSAW), now.astimezone(WARSAW)
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return clock
    day = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{day} {clock}" if local.year == today.year else f"{day} {local.year} {clock}"


def day(of: date) -> str:
    """ "czwartek, 24 grudnia"."""
    return f"{WEEKDAYS[of.weekday()]}, {of.day} {MONTHS_OF[of.month - 1]}"


def iso(ms: int) -> str:
    return from_ms(ms).isoformat(timespec="seconds")


def span(ms: int) -> str:
    """How long something has lasted or has left: "45 s", "12 min", "3 godz. 5 min", "2 dni"."""
    seconds = max(0, ms) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} godz. {minutes % 60} min"
    return f"{hours // 24} dni"


def customer_name(first_name: str | None, last_name: str | None) -> str:
    """The platform's name, or that there is none: it is never invented."""
    return " ".join(filter(None, (first_name, last_name))) or "Klient (nie podaje imienia)"


def initials(first_name: str | None, last_name: str | None) -> str:
    return "".join(part[0].upper() for part in (first_name, last_name) if part) or "?"


def hue(id: str) -> int:
    """Which of the avatar's eight colours: the same for the same customer."""
    return sum(id.encode()) % 8


def author(message: Message, names: Names) -> str:
    match message.author:
        case Author.CUSTOMER:
            return "klient"
        case Author.BOT:
            return str(names.section("firma").get("asystent") or "asystent")
        case Author.AGENT:
            return message.persona or "konsultant"
        case Author.PAGE_INBOX:
            return "Page Inbox"
        case _:
            return "konsola"


def status(message: Message) -> str | None:
    return STATUS_WORDS[Status(message.status)] if message.status else None


def mark(message: Message) -> str:
    return STATUS_MARKS[Status(message.status)] if message.status else ""


def failure(message: Message, names: Names) -> str | None:
    """What failed, in words an agent can act on."""
    if message.failure in (PERHAPS_TWICE, TWICE):
        return _words(names, "unconfirmed" if message.status == Status.DOUBT else message.failure)
    if message.status == Status.DROPPED:
        return _words(names, "dropped")
    if message.status == Status.DOUBT:
        return _words(names, message.failure or "")
    if message.status != Status.FAILED:
        return None
    return _words(names, (message.failure or "").partition(":")[0]) or "Messenger nie przyjął wiadomości."


def _words(names: Names, key: str) -> str | None:
    found = names.section("send_errors").get(key)
    return str(found["opis"]) if isinstance(found, dict) else None


def intent(name: str, names: Names) -> str:
    """What a message was taken to mean, as the suggestions call it."""
    return str(names.section("intent_titles").get(name) or name.removeprefix("faq/").replace("_", " "))


GRIEVANCES = {
    "urzad": "grozi urzędem (rzecznik, KNF, UOKiK)",
    "prasa": "grozi mediami albo opinią w internecie",
    "sad": "grozi sądem, prawnikiem albo policją",
    "sarkazm": "ironia",
    "gorycz": "gorzkie pytanie",
    "zastrzezenie": "opis krzywdy",
    "odejscie": "zapowiada odejście",
    "wprost": "reklamacja wprost",
}


def grievances(kinds: Sequence[str]) -> str:
    """What speaks for a complaint, as a sentence begins: "Ironia, gorzkie pytanie"."""
    said = ", ".join(GRIEVANCES.get(kind, kind) for kind in kinds)
    return said[:1].upper() + said[1:]


def is_urgent(reason: str | None) -> bool:
    """Whether a conversation that waits for this reason goes first."""
    return reason in URGENT_REASONS


def days_left(due_at: int, now: int) -> int:
    return statute.days_left(due_at, now)


def term(days: int) -> str:
    """How long a complaint's answer still has."""
    if days < 0:
        return f"po terminie o {counted(-days, 'dzień', 'dni', 'dni')}"
    return "termin dziś" if days == 0 else f"jeszcze {counted(days, 'dzień', 'dni', 'dni')}"


def last_day(due_at: int) -> str:
    """ "24 grudnia 2026"."""
    local = from_ms(due_at).astimezone(WARSAW)
    return f"{local.day} {MONTHS_OF[local.month - 1]} {local.year}"


def counted(n: int, one: str, few: str, many: str) -> str:
    """A number with its noun: 1 wiadomość, 2 wiadomości, 5 wiadomości."""
    if n == 1:
        return f"{n} {one}"
    return f"{n} {few if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else many}"


def usual(customers: float, weeks: int) -> str:
    """The usual level of a subject, and what it is the mean of."""
    level = f"{customers:.1f}".replace(".", ",") if customers >= 0.05 else "nikt"
    if weeks == 0:
        return f"{level} (średnio w ostatniej dobie; starszych danych jeszcze nie ma)"
    return f"{level} (o tej porze, średnio z {weeks} {'tygodnia' if weeks == 1 else 'tygodni'})"


SENSITIVE = {
    "pesel": "PESEL",
    "telefon": "telefon",
    "email": "e-mail",
    "nr_polisy": "numer polisy",
    "nr_konta": "numer konta",
    "nr_rejestracyjny": "numer rejestracyjny",
    "nr_dokumentu": "numer dokumentu",
}


COMMENT_KINDS = {"question": "pytanie", "complaint": "skarga", "other": "zwykły komentarz"}
COMMENT_STATES = {
    "new": "Asystent zaraz go przeczyta.",
    "passed": "Bez wiadomości prywatnej.",
    "to_reply": "Wiadomość prywatna zaraz wyjdzie.",
    "replying": "Wiadomość prywatna w drodze.",
    "replied": "Wiadomość prywatna wysłana",
    "late": "Bez wiadomości prywatnej: komentarz ma ponad 7 dni.",
    "failed": "Wiadomości prywatnej nie udało się wysłać",
}


def sensitive(kinds: str) -> str:
    """What stands in a public comment and should not."""
    return ", ".join(SENSITIVE.get(kind, kind) for kind in kinds.split(","))


def promised(promise: dict[str, Any]) -> str:
    """What the customer was told about the wait."""
    slots = promise.get("slots") or {}
    match promise.get("response"):
        case "utter_handoff_closed":
            opens = datetime.fromisoformat(slots["otwarcie"]).astimezone(WARSAW)
            return f"obiecano odpowiedź od {opens.day} {MONTHS[opens.month - 1]} {opens:%H:%M}"
        case "utter_handoff_queued":
            return f"obiecano około {slots['minuty']} min, miejsce {slots['miejsce']}"
        case "utter_handoff_queued_range":
            return f"obiecano {slots['minuty_od']}–{slots['minuty_do']} min, miejsce {slots['miejsce']}"
        case "utter_handoff_next":
            return "obiecano kilka minut, pierwsze miejsce"
        case "utter_handoff_urgent":
            return "obiecano odpowiedź poza kolejką"
        case _:
            return "bez obietnicy czasu"
