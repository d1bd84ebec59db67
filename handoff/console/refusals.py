"""Why the desk refused, in words an agent can act on."""

from __future__ import annotations

from bot.errors import DyzurnyError, IllegalMove, Rejected, Unavailable
from handoff.floor import NotYours

WINDOW = {
    "send_refused:never_wrote": "Klient jeszcze nic nie napisał, więc nie można zacząć rozmowy.",
    "send_refused:outside_window": "Minęły 24 godziny od wiadomości klienta; Messenger nie przyjmie odpowiedzi.",
    "send_refused:past_seven_days": (
        "Minęło 7 dni od ostatniej wiadomości klienta. Messenger nie przyjmie odpowiedzi; zostaje telefon albo e-mail."
    ),
    "send_refused:no_human_agent": "Minęły 24 godziny, a strona nie ma zgody na późniejsze odpowiedzi konsultanta.",
}
OTHERS = {
    "overtaken": "Ktoś w tej chwili zmienił prowadzącego rozmowę. Sprawdź, kto ją ma.",
    "no_such_conversation": "Nie ma takiej rozmowy.",
    "no_such_agent": "Nie ma takiego konsultanta.",
    "locked": "Za dużo nieudanych prób. Spróbuj za kwadrans.",
    "wrong_login": "Zły login albo hasło.",
}


def in_words(error: DyzurnyError) -> str:
    if isinstance(error, NotYours):
        return _not_yours(error)
    if isinstance(error, IllegalMove):
        return "Tego nie da się teraz zrobić: rozmowa zmieniła prowadzącego."
    if isinstance(error, Unavailable):
        return "System jest przez chwilę niedostępny. Nic nie zginęło, spróbuj jeszcze raz."
    if isinstance(error, Rejected):
        return error.detail or "Coś jest nie tak z danymi."
    return WINDOW.get(error.code) or OTHERS.get(error.code) or "Tego nie da się teraz zrobić."


def _not_yours(error: NotYours) -> str:
    if error.holder is not None:
        return f"Rozmowę prowadzi {error.holder.full_name}."
    return {
        "elsewhere": "Rozmowa toczy się w skrzynce strony. Użyj „Przejmij wątek”, żeby odpowiadać stąd.",
        "waiting": "Najpierw przejmij rozmowę.",
        "bot": "Rozmowę prowadzi asystent. Najpierw ją przejmij.",
    }.get(error.owner, "Najpierw przejmij rozmowę.")
