"""Names of the texts that the engine says on its own; what they say stands in the locale."""

from __future__ import annotations

from enum import Enum


class Sentence(str, Enum):
    """Every text that must exist whatever the flows are; `dyzurny check` asks for each."""

    FALLBACK = "utter_fallback"
    FALLBACK_NO_IDEA = "utter_fallback_bez_propozycji"
    FALLBACK_HANDOFF = "utter_fallback_handoff"
    NOT_AN_ANSWER = "utter_fallback_w_kroku"
    SUMMARY = "utter_summary"
    SUMMARY_AGAIN = "utter_summary_again"
    WHICH_FIELD = "utter_which_field"
    CORRECTED = "utter_corrected"
    CANNOT_CORRECT = "utter_cannot_correct"
    NOTED = "utter_noted"
    CANCEL_CONFIRM = "utter_cancel_confirm"
    CANCELLED = "utter_cancelled"
    NOT_CANCELLED = "utter_not_cancelled"
    NOTHING_TO_CANCEL = "utter_nothing_to_cancel"
    NOTHING_TO_REPEAT = "utter_nothing_to_repeat"
    NOTHING_IN_PROGRESS = "utter_nothing_in_progress"
    BACK_AT_START = "utter_back_at_start"
    SKIPPED = "utter_skipped"
    CANNOT_SKIP = "utter_cannot_skip"
    EXPLAIN = "utter_explain"
    INTERRUPTED_BY = "utter_interrupted_by"
    RETURN_TO = "utter_return_to"
    RESUME_OFFER = "utter_resume_offer"
    RESUMED = "utter_resumed"
    RESUME_DECLINED = "utter_resume_declined"
    STILL_HERE = "utter_still_here"
    ALREADY_IN_FLOW = "utter_already_in_flow"
    HANDBACK_RECAP = "utter_handback_recap"
    HANDBACK = "utter_handback"
    KNOWN_VALUE = "utter_known_value"
    REJECT = "utter_reject_other"
    STICKER = "utter_naklejka"
    VOICE = "utter_nagranie"
    PHOTO = "utter_zdjecie_bez_sprawy"
    PHOTO_KEPT = "utter_zdjecie_w_trakcie"
    PHOTO_COUNT = "utter_zdjecia_licznik"
    PHOTO_LIMIT = "utter_zdjecia_za_duzo"
    VIDEO = "utter_wideo"
    FILE = "utter_plik"
    LOCATION = "utter_lokalizacja_bez_sprawy"
    LINK = "utter_link"
    EMPTY = "utter_pusta"
    TOO_LONG = "utter_za_dluga"
    OTHER_LANGUAGE = "utter_inny_jezyk"
    EMOJI = "utter_tylko_emoji"
    STALE_BUTTON = "utter_stary_przycisk"
    FRUSTRATION = "utter_frustracja"
    GREETING = "utter_powitanie"
    HELP = "utter_pomoc"
    ACT_FAILED = "utter_usterka_sprawy"
    LOOKUP_FAILED = "utter_usterka_crm"
    ACT_PENDING = "utter_chwile_to_potrwa"

    # The names are looked up among texts' names, which are plain strings.
    __hash__ = str.__hash__

    def __str__(self) -> str:
        return self.value


class Extra(str, Enum):
    """Texts that a content may leave out: without one, nothing is said, or the plain greeting."""

    INTRODUCTION = "utter_pierwszy_kontakt"
    GREETING_FIRST = "utter_powitanie_pierwsze"
    GREETING_AGAIN = "utter_powitanie_wraca"
    SENSITIVE = "utter_wrazliwe_dane"
    PAUSED = "utter_paused"
    TOWN = "utter_ask_miejscowosc"
    NO_CONSENT = "utter_bez_zgod"

    __hash__ = str.__hash__

    def __str__(self) -> str:
        return self.value


IN_FLOW = "_w_trakcie"
"""Suffix of the variant said while a flow's question stands; without one the plain text is said."""
