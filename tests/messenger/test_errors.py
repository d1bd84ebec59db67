"""Each error of the platform has one meaning for the message that met it."""

from __future__ import annotations

import pytest

from bot.messenger.errors import BY_CODE, BY_CODE_AND_SUBCODE, BY_EITHER, Disposition, GraphError, classify

# Written down from the platform's table, row by row, not from the code.
TABLE = [
    ((1, 1357046), "wait_for_echo"),
    ((1, 99), "fix_setup"),
    ((2, None), "retry"),
    ((2, 2018344), "fix_setup"),
    *[((code, None), "slow_down") for code in (4, 17, 32, 341, 613, 80001, 80006)],
    ((4, 2018354), "slow_down"),
    ((9, 2018352), "slow_down"),
    ((613, 2018338), "stop_tags"),
    ((613, 1996), "slow_down"),
    ((10, 2018278), "outside_window"),
    ((10, 2018065), "outside_window"),
    ((10, 2534022), "outside_window"),
    ((10, 2018108), "final"),
    ((10, 2018300), "not_ours"),
    ((10, 2018336), "final"),
    ((10, 1893063), "stop_page"),
    ((10, None), "fix_setup"),
    ((100, 2018001), "final"),
    ((100, None), "final"),
    *[((100, subcode), "fix_media") for subcode in (2018008, 2018047, 2018074, 2018294, 2018109)],
    ((100, 2018164), "final"),
    ((2534037, None), "not_ours"),
    ((100, 2534037), "not_ours"),
    *[((190, subcode), "token_dead") for subcode in (None, 458, 459, 460, 463, 467)],
    ((200, None), "fix_setup"),
    ((200, 2018028), "fix_setup"),
    ((200, 1545041), "unreachable"),
    ((551, 1545041), "unreachable"),
    ((551, None), "unreachable"),
    ((368, None), "stop_page"),
    ((1200, None), "retry"),
    ((100, 2018218), "no_profile"),
    ((100, 2018247), "no_profile"),
    ((2018321, None), "hold"),
    ((100, 9000001), "drop_reply_to"),
    ((2022, None), "fix_setup"),
]


def answer(code: int | None, subcode: int | None = None, **more: object) -> dict[str, object]:
    error = {"message": "(#10) Jan Kowalski", "code": code, "error_subcode": subcode, "fbtrace_id": "Ax1", **more}
    return {"error": {name: value for name, value in error.items() if value is not None}}


@pytest.mark.parametrize(("numbers", "disposition"), TABLE)
def test_the_platforms_table(numbers: tuple[int, int | None], disposition: str) -> None:
    failure = classify(400, answer(*numbers))
    assert failure.disposition == disposition
    assert (failure.code, failure.subcode) == numbers


def test_no_row_is_missing_from_the_table_above() -> None:
    tested = {numbers for numbers, _ in TABLE}
    assert tested >= set(BY_CODE_AND_SUBCODE)
    assert {code for code, _ in tested} >= set(BY_CODE)
    assert {number for numbers in tested for number in numbers} >= set(BY_EITHER)


@pytest.mark.parametrize(
    ("status", "body", "disposition"),
    [
        (500, None, Disposition.RETRY_AFTER_ECHO),
        (502, "<html>", Disposition.RETRY_AFTER_ECHO),
        (503, {"error": "down"}, Disposition.RETRY_AFTER_ECHO),
        (429, None, Disposition.SLOW_DOWN),
        (404, None, Disposition.FINAL),
        (400, answer(4711), Disposition.FINAL),
        (400, answer(4711, is_transient=True), Disposition.RETRY),
        (400, answer(100, is_transient=True), Disposition.RETRY),
        (400, answer(613, is_transient=True), Disposition.SLOW_DOWN),
        (400, answer(190, is_transient=True), Disposition.TOKEN_DEAD),
        (500, answer(2), Disposition.RETRY),
        (200, answer(10, 2018300), Disposition.NOT_OURS),
    ],
)
def test_what_the_table_does_not_name(status: int, body: object, disposition: Disposition) -> None:
    assert classify(status, body).disposition is disposition


def test_a_failure_says_its_numbers_and_never_the_wording_it_came_with() -> None:
    error = GraphError(classify(400, answer(10, 2018278)))
    assert "2018278" in str(error)
    assert "Kowalski" not in f"{error} {error!r} {error.failure!r}"
    assert error.failure.trace_id == "Ax1"


def test_only_what_may_still_arrive_is_tried_again() -> None:
    assert {each for each in Disposition if each.tries_again} == {
        "retry",
        "slow_down",
        "retry_after_echo",
        "drop_reply_to",
        "hold",
    }
