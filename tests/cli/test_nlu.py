"""`dyzurny nlu evaluate` as somebody types it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.command_line import typed

GREETING = {"name": "powitanie", "confidence": 0.9}


class _SameAnswer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        ranking = [GREETING, {"name": "faq/raty", "confidence": 0.1}]
        body = json.dumps({"intent": GREETING, "intent_ranking": ranking, "understood": "yes"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests say nothing."""


@pytest.fixture
def greeter() -> Iterator[str]:
    """A server on this machine that takes everything for a greeting, in the form of Rasa's answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _SameAnswer) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


def test_the_figures_are_printed_with_confusions_and_the_worst_messages(tmp_path: Path, greeter: str) -> None:
    table = tmp_path / "a.tsv"
    table.write_text("powitanie\tdzień dobry\nfaq/raty\tmogę na raty?\n")
    answer = typed("nlu", "evaluate", str(table), "--rasa", greeter)
    assert answer.returncode == 0, answer.stderr
    for said in ("first right 50.0%", "Calibration", "Recall", "faq/raty → powitanie", "mogę na raty?"):
        assert said in answer.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tsv", "powitanie\thej\nbez tabulatora\n", "a.tsv:2: needs a message and an intent"),
        (
            "a.yml",
            'version: "3.1"\nnlu:\n- intent: x\n  examples: |\n    - a\n- intent: y\n',
            "a.yml:6: give this item",
        ),
        ("a.yml", "nlu: [\n", "a.yml:2: is not YAML"),
    ],
)
def test_a_faulty_file_is_told_by_its_line_and_remedy(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    answer = typed("nlu", "evaluate", str(path))
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
