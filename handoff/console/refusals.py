"""Why the desk refused, in words an agent can act on."""

from __future__ import annotations

from bot.errors import DyzurnyError, IllegalMove, Rejected, Unavailable
from handoff.fields import BadValue
from handoff.floor import NotYours

WINDOW = {
    "send_refused:never_wrote": "Klient jeszcze nic nie napisał, więc nie można zacząć rozmowy.",
    "send_refused:outside_window": "Minęły 24 godziny od wiadomości klienta; Messenger nie przyjmie odpowiedzi.",
    "send_refused:past_seven_days": (
        "Minęło 7 dni od ostatniej wiadomości klienta. Messenger nie przyjmie odpowiedzi; zostaje telefon albo e-mail."
    ),
    "send_refused:no_human_agent": "Minęły 24 godziny, a strona nie ma zgody na późniejsze odpowiedzi konsultanta.",
}
# One sentence for both: whoever guesses learns neither which logins exist nor which are locked.
WRONG_LOGIN = "Zły login albo hasło. Po pięciu nieudanych próbach z rzędu wejście zamyka się na kwadrans."
OTHERS = {
    "overtaken": "Ktoś w tej chwili zmienił prowadzącego rozmowę. Sprawdź, kto ją ma.",
    "no_such_conversation": "Nie ma takiej rozmowy.",
    "no_such_agent": "Nie ma takiego konsultanta.",
    "bad_file:type": "Tego rodzaju pliku Messenger nie przyjmie. Można wysłać zdjęcie, PDF, film MP4 albo nagranie.",
    "bad_file:size": "Plik jest za duży: zdjęcie może mieć 8 MB, inny plik 25 MB.",
    "thread_kept": "Messenger nie oddaje tego wątku. Zakończ rozmowę w skrzynce strony i spróbuj jeszcze raz.",
    "no_flow": "Klient nie wypełnia teraz żadnego zgłoszenia, więc nie ma czego poprawiać.",
    "no_such_customer": "Nie ma takiej rozmowy.",
    "erasure_unconfirmed": "Zaznacz, że klient żąda usunięcia danych: tego nie da się cofnąć.",
    "reason_missing": "Podaj powód: zostaje w rejestrze.",
    "bad_address": "Nie ma takiej formy.",
    "question_settled": "To pytanie ma już odpowiedź albo zostało wycofane.",
    "question_empty": "Wpisz treść.",
    "question_term": "Umówiony czas to od 5 minut do 3 dni.",
    "no_such_department": "Nie ma takiego działu.",
    "not_asked": "To pytanie jest do innego działu.",
    "no_such_case": "Nie ma takiej sprawy.",
    "no_such_kind": "Takiej sprawy nie da się założyć.",
    "no_such_state": "Nie ma takiego stanu.",
    "set_aside_settled": "Ktoś już się tym zajął.",
    "assignment_most": "Jedna osoba może mieć naraz od 1 do 20 rozmów.",
    "no_such_day": "Dzień zapisuje się tak: 2026-11-22. Pokazane są ostatnie cztery tygodnie.",
    "days_reversed": "Pierwszy dzień jest po ostatnim. Pokazane są ostatnie cztery tygodnie.",
    "too_many_days": "Raport obejmuje najwyżej trzy lata. Pokazane są ostatnie cztery tygodnie.",
    "no_such_export": "Raport można pobrać jako csv albo json.",
    "incident_name": "Podaj nazwę awarii, najwyżej 80 znaków.",
    "incident_matters": "Zaznacz, czego dotyczy: pytanie klientów, zgłoszenie albo kolejkę.",
    "incident_text": "Każde z trzech zdań musi mieć treść, najwyżej 1500 znaków.",
    "incident_unsayable": "Któregoś zdania nie da się powiedzieć każdemu klientowi. Podgląd pokazuje, komu i dlaczego.",
    "incident_time": "Czasu nie da się odczytać. Podaj dzień i godzinę.",
    "incident_span": "Awaria nie może się skończyć, zanim się zacznie.",
    "incident_past": "Koniec już minął. Popraw go albo zostaw pusty.",
    "incident_declared": "Taka awaria jest już ogłoszona: ma tę samą nazwę albo dotyczy dokładnie tych samych spraw.",
    "incident_over": "Ta awaria jest już zakończona.",
    "rise_settled": "Ktoś już zdecydował o tej podpowiedzi.",
    "no_such_comment": "Nie ma takiego komentarza.",
    "comment_settled": "Ktoś już się tym zajął.",
    "comment_answered": "Pod tym komentarzem jest już nasza odpowiedź.",
    "comment_text": "Wpisz odpowiedź, najwyżej 2000 znaków.",
    "comment_exposes": "W publicznej odpowiedzi są dane klienta. Usuń je: każdy je przeczyta.",
    "graph_refused": "Facebook teraz tego nie przyjął. Spróbuj jeszcze raz za chwilę.",
    "not_allowed": "To może zrobić tylko kierownik zmiany.",
    "too_many_tries": "Za dużo prób z tego miejsca. Odczekaj minutę i spróbuj jeszcze raz.",
    "locked": WRONG_LOGIN,
    "wrong_login": WRONG_LOGIN,
    "not_let_in": "Konto firmowe nie otwiera tej konsoli. Dostęp nadaje administrator.",
    "provider_away": "Logowanie firmowe nie odpowiada. Można wejść hasłem albo spróbować za chwilę.",
    "another_issuer": "Logowanie firmowe jest źle ustawione: powiadom administratora.",
    "wrong_password": "Dotychczasowe hasło jest inne.",
    "passwords_differ": "Nowe hasło i jego powtórzenie różnią się.",
    "password_short": "Hasło musi mieć co najmniej 10 znaków.",
    "login_in_use": "Ten login jest już zajęty.",
    "bad_login": "Login: od 2 do 40 małych liter bez polskich znaków, cyfr, kropek lub kresek.",
    "bad_gender": "Zaznacz, jak odmieniać czasowniki: o kobiecie czy o mężczyźnie.",
    "name_missing": "Podaj imię, nazwisko i stanowisko.",
    "title_missing": "Podaj stanowisko: widzi je klient.",
    "no_such_login": "Nie ma takiego konta.",
    "last_administrator": "To jedyny administrator; najpierw nadaj tę rolę komuś innemu.",
    "bad_hours": "Godzin nie da się odczytać. Przykład: 08:00-20:00; kilka przedziałów oddziel przecinkami.",
    "bad_department": "Podaj krótką nazwę i pełną nazwę działu.",
    "no_forms": "Słownik nie zna odmiany tej nazwy. Wpisz jej dopełniacz (z kogo? czego?).",
    "department_needed": "Tego działu używają rozmowy asystenta: można zmienić jego nazwę, ale nie usunąć.",
    "bad_reply": "Podaj skrót (małe litery i cyfry), tytuł i treść.",
    "shortcut_in_use": "Ten skrót ma już inna odpowiedź.",
    "bad_template": "W nawiasach klamrowych może stać tylko nazwa wartości, na przykład {{ nr_szkody }}.",
    "nothing_chosen": "Zaznacz co najmniej jedno zdanie.",
    "example_empty": "W tym zdaniu nie zostało nic, co mogłoby być przykładem.",
    "example_known": "Wszystkie te zdania stoją już w przykładach.",
    "no_such_intent": "Nie ma takiej intencji w folderze redakcji.",
    "bad_question": "Podaj nazwę do 20 znaków i odpowiedź.",
    "content_read_only": "Folder redakcji jest tu tylko do odczytu. Dopisz zdanie w repozytorium treści.",
    "not_taken_back": "Tego przykładu nie ma już w plikach: ktoś go zmienił albo usunął.",
    "no_such_complaint": "Nie ma takiej skargi.",
    "complaint_settled": "Ktoś już o tym zdecydował.",
    "complaint_undecided": "Najpierw uznaj to za reklamację: przedłuża się termin reklamacji.",
    "complaint_overdue": "Termin już minął; przedłużyć go można tylko przed upływem 30 dni.",
    "unsayable": "Tej odpowiedzi nie da się powiedzieć każdemu klientowi; uwagi są pod podglądem.",
}

# Why a text is no value of a field; the reasons of bot.dialogue.answers.
BAD_VALUES = {
    "no_value": "Nie ma tu wartości tego pola.",
    "ambiguous": "Są tu dwie różne wartości.",
    "vague": "To za mało dokładne.",
    "date_in_future": "Ta data jest w przyszłości.",
    "impossible_date": "Takiego dnia nie ma w kalendarzu.",
    "impossible_time": "Takiej godziny nie ma.",
    "wrong_length": "Nie zgadza się liczba znaków.",
    "wrong_checksum": "Nie zgadza się suma kontrolna.",
    "wrong_shape": "To nie ma właściwej postaci.",
    "foreign_account": "To konto zagraniczne.",
    "foreign_currency": "Kwota jest w obcej walucie.",
    "out_of_range": "Wartość poza zakresem.",
    "not_an_option": "Tego nie ma wśród odpowiedzi do wyboru.",
}


def in_words(error: DyzurnyError) -> str:
    if isinstance(error, NotYours):
        return _not_yours(error)
    if isinstance(error, IllegalMove):
        return "Tego nie da się teraz zrobić: rozmowa zmieniła prowadzącego."
    if isinstance(error, Unavailable):
        return "System jest przez chwilę niedostępny. Nic nie zginęło, spróbuj jeszcze raz."
    if isinstance(error, BadValue):
        return BAD_VALUES.get(error.reason, "Ta wartość nie pasuje do tego pola.")
    if isinstance(error, Rejected):
        return OTHERS.get(error.code) or error.detail or "Coś jest nie tak z danymi."
    return WINDOW.get(error.code) or OTHERS.get(error.code) or "Tego nie da się teraz zrobić."


def _not_yours(error: NotYours) -> str:
    if error.holder is not None:
        return f"Rozmowę prowadzi {error.holder.full_name}."
    return {
        "elsewhere": "Rozmowa toczy się w skrzynce strony. Użyj „Przejmij wątek”, żeby odpowiadać stąd.",
        "waiting": "Najpierw przejmij rozmowę.",
        "bot": "Rozmowę prowadzi asystent. Najpierw ją przejmij.",
    }.get(error.owner, "Najpierw przejmij rozmowę.")
