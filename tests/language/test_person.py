"""Who is addressed how: the order of evidence, and wishes that outlive it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from bot.language import Address
from bot.language.person import AddressState, Source, Wish, after_message, after_wish, first_seen, with_profile

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_a_stranger_is_addressed_as_panstwo() -> None:
    assert first_seen(NOW).address is Address.PANSTWO


def test_a_sure_first_name_tells_the_sex() -> None:
    assert first_seen(NOW, first_name="Kasia").address is Address.PANI
    assert first_seen(NOW, first_name="Alex").address is Address.PANSTWO


def test_the_profile_outweighs_the_name_and_grammar_outweighs_the_profile() -> None:
    state = first_seen(NOW, first_name="Kasia", profile_gender="m")
    assert state.address is Address.PAN
    state = after_message(state, "zgłosiłam szkodę", LATER)
    assert (state.address, state.gender_source, state.since) == (Address.PANI, Source.GRAMMAR, LATER)
    assert with_profile(state, LATER, profile_gender="m").address is Address.PANI


def test_who_turns_out_to_be_a_woman_is_pani_from_the_next_sentence_on() -> None:
    state = after_message(first_seen(NOW), "chciałabym zgłosić szkodę", LATER)
    assert state.address is Address.PANI


def test_a_formal_brand_stays_formal_whatever_the_customer_writes() -> None:
    assert after_message(first_seen(NOW), "hej, możesz pomóc?", LATER).address is Address.PANSTWO


def test_a_mirroring_brand_answers_ty_with_ty() -> None:
    state = after_message(first_seen(NOW), "hej, zgłosiłem szkodę", LATER, mirroring=True)
    assert state.address is Address.TY_M


def test_who_wrote_pan_or_pani_is_never_answered_with_ty() -> None:
    state = after_message(first_seen(NOW), "czy może mi Pani pomóc?", LATER, mirroring=True)
    state = after_message(state, "hej, i co?", LATER, mirroring=True)
    assert state.address.is_formal


def test_a_neutral_message_changes_nothing() -> None:
    state = after_message(first_seen(NOW), "hej", LATER, mirroring=True)
    assert after_message(state, "numer polisy 123", LATER, mirroring=True) == state


def test_an_explicit_wish_wins_and_survives() -> None:
    state = after_wish(first_seen(NOW, first_name="Ola"), Wish.TY, LATER)
    assert state.address is Address.TY_F
    assert after_message(state, "a wie Pani może", LATER, mirroring=True).address is Address.TY_F
    state = after_wish(state, Wish.FORMAL, LATER)
    assert after_message(state, "hej", LATER, mirroring=True).address is Address.PANI


def test_a_wish_for_pani_outweighs_grammar() -> None:
    state = after_wish(after_message(first_seen(NOW), "zgłosiłem", NOW), Wish.PANI, LATER)
    assert after_message(state, "zgłosiłem", LATER).address is Address.PANI


def test_a_wish_for_panstwo_holds_although_the_sex_is_known() -> None:
    state = after_wish(first_seen(NOW, first_name="Ola"), Wish.PANSTWO, LATER)
    assert after_message(state, "zgłosiłam", LATER).address is Address.PANSTWO


def test_since_moves_only_when_the_address_changes() -> None:
    state = first_seen(NOW, first_name="Ola")
    assert after_message(state, "zgłosiłam", LATER).since == NOW


def test_the_state_survives_json() -> None:
    state = after_wish(first_seen(NOW, first_name="Ola"), Wish.TY, LATER)
    assert AddressState.from_dict(json.loads(json.dumps(state.to_dict()))) == state
