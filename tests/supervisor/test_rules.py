"""The supervisor's small rules: pauses, ports, logs, the sentence about an end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.supervisor.backoff import LONGEST_PAUSE_SECONDS, STEADY_SECONDS, deaths_in_a_row, pause_before_restart
from bot.supervisor.faults import CannotRun
from bot.supervisor.ports import free_port, require_free
from bot.supervisor.program import LARGEST_LOG_BYTES, how_it_ended, last_words, make_room


def test_pauses_grow_with_every_death_up_to_a_limit() -> None:
    pauses = [pause_before_restart(deaths) for deaths in range(1, 20)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_a_steady_life_forgives_the_deaths_before_it() -> None:
    assert deaths_in_a_row(7, lived_seconds=1) == 8
    assert deaths_in_a_row(7, lived_seconds=STEADY_SECONDS) == 1


def test_a_port_in_use_is_named_together_with_the_setting_that_chooses_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"Port {port} .*DYZURNY_PORT") as refused:
            require_free("127.0.0.1", port, "DYZURNY_PORT")
    assert "\n" not in refused.value.detail


def test_a_free_port_can_be_had() -> None:
    require_free("127.0.0.1", free_port(), "DYZURNY_PORT")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, "ended with exit code 0"),
        (3, "ended with exit code 3"),
        (-9, "was ended by SIGKILL"),
        (-99, "was ended by signal 99"),
    ],
)
def test_an_end_is_told_by_its_exit_code_or_its_signal(code: int, said: str) -> None:
    assert how_it_ended(code) == said


def test_last_words_are_the_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    assert last_words(log) == ""
    log.write_text("first\nand last\n\n", encoding="utf-8")
    assert last_words(log) == "and last"
    assert last_words(log, most=3) == "and"


def test_an_overlong_log_is_put_aside_and_a_short_one_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    make_room(log)
    log.write_bytes(b"x" * LARGEST_LOG_BYTES)
    make_room(log)
    assert log.is_file()
    log.write_bytes(b"x" * (LARGEST_LOG_BYTES + 1))
    make_room(log)
    assert not log.exists()
    assert log.with_name("web.log.1").is_file()
