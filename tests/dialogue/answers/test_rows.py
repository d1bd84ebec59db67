"""The rows under data/ keep their accuracy; a wrong PESEL, account or phone is never accepted."""

from __future__ import annotations

import pytest

from bot.dialogue.answers import Kind

from .report import Row, rows

AIM = 0.97
NEVER_WRONG = {Kind.PESEL, Kind.NR_KONTA, Kind.TELEFON}
DEVELOP = list(rows("develop"))
HELD_BACK = list(rows("held_back"))
KINDS = sorted({row.kind for row in DEVELOP}, key=str)


@pytest.mark.parametrize("row", DEVELOP, ids=lambda row: f"{row.kind}: {row.text[:40]}")
def test_a_row_we_develop_on_is_read_as_expected(row: Row) -> None:
    assert row.is_met(), row.got()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_held_back_rows_reach_the_aim_for(kind: Kind) -> None:
    chosen = [row for row in HELD_BACK if row.kind is kind]
    assert sum(row.is_met() for row in chosen) >= AIM * len(chosen)


def test_no_wrong_identity_number_is_accepted() -> None:
    assert not [row for row in DEVELOP + HELD_BACK if row.kind in NEVER_WRONG and row.is_wrongly_accepted()]
