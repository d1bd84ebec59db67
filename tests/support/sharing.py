"""Who runs what when several processes share the tests: one server of a kind is not started twice.

Not by xdist's marks: its version 3.8 reads them and does nothing of the kind under pytest 9.2, without a word.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

POSTGRESQL = "postgresql"
# By the beginning of their names, in the order in which they begin: what takes minutes first. What asks for `rasa_url`
# has to be in one of the first two; each of them has a Rasa with the shipped content.
GROUPS: dict[str, tuple[str, ...]] = {
    "rasa": (
        "tests/faults/",
        "tests/content/test_understood.py",
        "tests/content/test_rehearsal.py",
        "tests/nlu/test_pipeline.py",
        "tests/dialogue/rasa/test_client.py",
        "tests/support/test_fixtures.py",
    ),
    "product": (
        "tests/system/test_browser",
        "tests/system/test_main_job.py",
        "tests/system/test_markers.py",
        "tests/system/test_webhook.py",
    ),
    "publishing": ("tests/system/test_publishing.py",),
    "trial": ("tests/dialogue/rasa/", "tests/supervisor/test_run.py"),
}
WITH_RASA = ("rasa", "product")
# Files that start processes of their own, before the many that are done in a moment and even out the end.
_EARLY = ("tests/deploy/", "tests/intake/", "tests/handoff/", "tests/privacy/", "tests/security/", "tests/simulator/")


def group(nodeid: str) -> str:
    """What has to stay in one process with this test: its group, all tests with PostgreSQL, or its file."""
    named = next((name for name, begins in GROUPS.items() if nodeid.startswith(begins)), None)
    file, _, parameters = nodeid.partition("[")
    return named or (POSTGRESQL if POSTGRESQL in parameters else file.partition("::")[0])


def turn(nodeid: str) -> int:
    """A number that is the lower, the earlier the test has to begin."""
    order = [*GROUPS, POSTGRESQL]
    found = group(nodeid)
    return order.index(found) if found in order else len(order) + (not nodeid.startswith(_EARLY))


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Gives out groups whole, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
