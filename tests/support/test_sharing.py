"""Which tests stay together when several processes share them."""

from __future__ import annotations

import pytest

from tests.support.processes import ROOT
from tests.support.sharing import GROUPS, POSTGRESQL, group, turn


def test_a_file_stays_whole_but_for_what_needs_postgresql() -> None:
    assert group("tests/store/test_database.py::test_a[sqlite-1]") == "tests/store/test_database.py"
    assert group("tests/store/test_database.py::TestB::test_b") == "tests/store/test_database.py"
    assert group("tests/store/test_database.py::test_a[postgresql-1]") == POSTGRESQL
    assert group("tests/store/test_postgresql.py::test_a") == "tests/store/test_postgresql.py"


def test_what_takes_minutes_begins_first_and_what_takes_a_moment_last() -> None:
    in_order = [
        "tests/faults/test_faults.py::test_a[storm]",
        "tests/system/test_publishing.py::test_a",
        "tests/cli/test_cli.py::test_a[postgresql]",
        "tests/deploy/test_image.py::test_a",
        "tests/cli/test_cli.py::test_a[sqlite]",
    ]
    assert sorted(set(in_order), key=turn) == in_order


@pytest.mark.parametrize("begins", [begins for group in GROUPS.values() for begins in group])
def test_every_group_names_tests_that_exist(begins: str) -> None:
    assert list(ROOT.glob(f"{begins}*")), begins
