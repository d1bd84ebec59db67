"""Gets readings of messages from a running Rasa or out of a trained model's file."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ContentFault, RasaUnavailable
from bot.nlu.examples import Example
from bot.nlu.figures import Judged

if TYPE_CHECKING:
    from httpx import Client

_COMPONENT = "PolishIntentClassifier"
_SECONDS = 30.0


def judged_by_server(examples: Sequence[Example], url: str) -> list[Judged]:
    """Parsed one after the other by the Rasa at `url`. Raises RasaUnavailable."""
    import httpx  # which Rasa's own environment does without

    try:
        with httpx.Client(base_url=url, timeout=_SECONDS) as rasa:
            return [_parsed(rasa, example) for example in examples]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise RasaUnavailable("Rasa does not answer /model/parse as this project's pipeline does") from error


def _parsed(rasa: Client, example: Example) -> Judged:
    # A leading slash would be Rasa's own payload syntax; no customer's text reaches it that way either.
    answer = rasa.post("/model/parse", json={"text": example.text.lstrip("/") or " "}).raise_for_status().json()
    ranking = tuple((item["name"], float(item["confidence"])) for item in answer["intent_ranking"])
    return Judged(example.text, example.intent, ranking, str(answer["understood"]))


def judged_by_model(examples: Sequence[Example], model: Path) -> list[Judged]:
    """Read by the classifier inside `model`, a .tar.gz of `rasa train`; needs Rasa's environment, not Rasa itself."""
    from bot.nlu.storage import load_reader  # with numpy, which the app itself does without

    with tempfile.TemporaryDirectory() as folder:
        _unpack(model, Path(folder))
        reader = load_reader(Path(folder))
    readings = [(example, reader.read(example.text)) for example in examples]
    return [Judged(each.text, each.intent, got.ranking, got.understood.value) for each, got in readings]


def _unpack(model: Path, folder: Path) -> None:
    """Puts the classifier's files into `folder`, under their plain names. Raises ContentFault."""
    try:
        with tarfile.open(model) as archive:
            for member in archive.getmembers():
                content = archive.extractfile(member) if _COMPONENT in member.name else None
                if content is not None:
                    (folder / Path(member.name).name).write_bytes(content.read())
    except (OSError, tarfile.TarError) as error:
        raise ContentFault(f"{model}: is not a model that Rasa trained") from error
