"""What is counted about readings, and how it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentFault, RasaUnavailable
from bot.nlu.evaluate import report, run
from bot.nlu.examples import Example, read_examples
from bot.nlu.figures import Judged, figures_of


def judged(wanted: str, ranking: dict[str, float], understood: str = "yes", text: str = "tekst") -> Judged:
    return Judged(text, wanted, tuple(ranking.items()), understood)


FOUND = figures_of(
    [
        judged("a", {"a": 0.95, "b": 0.05}),
        judged("a", {"b": 0.85, "a": 0.1}, text="surely wrong"),
        judged("b", {"poza_zakresem": 0.5, "a": 0.3, "b": 0.1}, "no"),
        judged("b", {"b": 0.55, "a": 0.3}, "ask"),
        judged("poza_zakresem", {"a": 0.9, "b": 0.1}, text="let through"),
        judged("poza_zakresem", {"poza_zakresem": 0.9, "b": 0.1}, "no"),
    ]
)


def test_messages_in_and_out_of_scope_are_counted_apart() -> None:
    assert (FOUND.top1, FOUND.right, FOUND.wrong, FOUND.let_through) == (0.5, 0.25, 0.25, 0.5)
    assert FOUND.accuracy == pytest.approx(0.5)


def test_what_would_be_offered_leaves_out_of_scope_aside() -> None:
    assert FOUND.offered == 1.0


def test_recall_and_confusions_name_what_was_taken_for_what() -> None:
    assert FOUND.recall == {"a": (1, 2), "b": (1, 2), "poza_zakresem": (1, 2)}
    assert set(FOUND.confusions) == {("a", "b", 1), ("b", "poza_zakresem", 1), ("poza_zakresem", "a", 1)}


def test_the_surest_mistakes_come_first() -> None:
    assert [item.text for item in FOUND.worst] == ["let through", "surely wrong", "tekst"]


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    always_sure = [judged("a", {"a": 1.0}), judged("a", {"b": 1.0})]
    assert figures_of(always_sure).ece == pytest.approx(0.5)
    assert figures_of(always_sure[:1]).ece == 0


def test_the_report_names_every_intent_and_the_worst_message() -> None:
    lines = "\n".join(report(FOUND))
    assert all(name in lines for name in ("poza_zakresem", "let through", "first right 50.0%"))


def test_both_file_forms_hold_the_same_examples(tmp_path: Path) -> None:
    yml, table = tmp_path / "a.yml", tmp_path / "a.tsv"
    yml.write_text('version: "3.1"\nnlu:\n- intent: faq/raty\n  examples: |\n    - na raty?\n    - 2 raty - da się\n')
    table.write_text("text\tintent\nna raty?\tfaq/raty\n2 raty - da się\tfaq/raty\n")
    assert (
        read_examples(yml)
        == read_examples(table)
        == [
            Example("na raty?", "faq/raty"),
            Example("2 raty - da się", "faq/raty"),
        ]
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tsv", "hej\tpowitanie\nbez intencji\n", "a.tsv:2"),
        ("a.yml", "nlu:\n- intent: x\n  examples: [\n", "a.yml:"),
        ("a.yml", "nlu:\n- intent: x\n", "a.yml"),
        ("a.yml", "- x\n", "a.yml"),
        ("a.yml", "", "holds no examples"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ContentFault) as fault:
        read_examples(path)
    assert said in fault.value.detail


def test_no_rasa_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("hej\tpowitanie\n")
    with pytest.raises(RasaUnavailable):
        run(path, rasa_url="http://127.0.0.1:9", say=lambda _: None)
