"""Takes a sentence into the editors' folder: as an example of an intent, or as the beginning of a new question.

The folder is a draft of the next edition (bot/editions): what is served is a published copy, so that nothing changes
for a customer before `dyzurny publish` has checked it, trained it and played its dialogues. A change that would break
the content is refused and leaves the folder as it was.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue import compiler
from bot.dialogue.compiler.content import NLU_FOLDER, NluNames, nlu_files, read_nlu
from bot.dialogue.compiler.examplechecks import FEWEST, key_of
from bot.dialogue.typed import names_values_alone
from bot.drafting.examples import LONGEST_ANSWER, as_example, question_files, with_example, without_example
from bot.editions.folder import FOLDERS
from bot.errors import Rejected
from bot.language.diacritics import plain
from bot.messenger.limits import QUICK_REPLY_TITLE

_LONGEST_NAME = 40
QUESTION = "faq/"


class NotTaken(Rejected):
    """The folder is as it was. `detail` says in Polish, from the checks, what stands against it."""

    code = "not_taken"


@dataclass(frozen=True, slots=True)
class Known:
    """What the folder holds: intents with how many examples each has, and how many each needs to be published."""

    counts: Mapping[str, int]

    @property
    def short(self) -> dict[str, int]:
        """Questions that lack examples, and how many: until they have them, nothing can be published."""
        return {name: FEWEST - n for name, n in self.counts.items() if name.startswith(QUESTION) and n < FEWEST}


class Taking:
    """Changes to the content under `content`; safe for several processes, each change is whole or none."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self._read: tuple[tuple[tuple[str, int], ...], Known] | None = None

    def known(self) -> Known:
        """Read again only when a file has changed: the page asks at every view."""
        stamp = tuple((path.name, path.stat().st_mtime_ns) for path in nlu_files(self.content))
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, _known(read_nlu(self.content))
        return self._read[1]

    def add(self, intent: str, sentence: str) -> str:
        """One example more; the sentence as it now stands there. Raises NotTaken."""
        example = _worded(sentence)
        with self._alone():
            names = read_nlu(self.content)
            if intent not in names.places:
                raise NotTaken(code="no_such_intent")
            _refuse_known(names, example)
            path = self.content / names.places[intent][0][0]
            changed = with_example(path.read_text(encoding="utf-8"), intent, example)
            if changed is None:
                raise NotTaken(code="no_such_intent")
            _replace(path, changed)
        return example

    def take_back(self, intent: str, example: str) -> bool:
        """The example out again; False when an editor has changed or removed it meanwhile."""
        with self._alone():
            for path in nlu_files(self.content):
                changed = without_example(path.read_text(encoding="utf-8"), intent, example)
                if changed is not None:
                    _replace(path, changed)
                    return True
        return False

    def begin(self, title: str, answer: str, sentences: Sequence[str]) -> tuple[str, list[str]]:
        """A new question with its first examples: the intent's name and the examples. Raises NotTaken."""
        title, answer = title.strip(), answer.strip()
        if not title or len(title) > QUICK_REPLY_TITLE or not answer or len(answer) > LONGEST_ANSWER:
            raise NotTaken(code="bad_question")
        if not names_values_alone(title) or not names_values_alone(answer):
            raise NotTaken(code="bad_template")
        with self._alone():
            names = read_nlu(self.content)
            examples = _fresh(names, sentences)
            if not examples:
                raise NotTaken(code="example_known")
            name = _name(title, names)
            files = question_files(name, title, answer, examples, title)
            self._refuse_faulty(files)
            for path, text in files.items():
                _replace(self.content / path, text)
        return f"{QUESTION}{name}", examples

    def _refuse_faulty(self, files: Mapping[str, str]) -> None:
        """Try the new files in a copy of the content, with every check that publishing makes."""
        with tempfile.TemporaryDirectory(prefix="dyzurny-szkic-") as name:
            copy = Path(name)
            for folder in FOLDERS:
                shutil.copytree(self.content / folder, copy / folder)
            for path, text in files.items():
                (copy / path).write_text(text, encoding="utf-8")
            faults = [one for one in compiler.check(copy) if one.file in files and not one.bearable]
        if faults:
            raise NotTaken(" ".join(f"{one.what} {one.remedy}" for one in faults[:3]))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            # The folder itself is locked: a file for it would be part of the content.
            place = os.open(self.content / NLU_FOLDER, os.O_RDONLY)
            try:
                fcntl.flock(place, fcntl.LOCK_EX)
                yield
            finally:
                os.close(place)
        except OSError:
            # In a container the content may be part of a read-only image.
            raise NotTaken(code="content_read_only") from None


def _known(names: NluNames) -> Known:
    counts = dict.fromkeys(names.places, 0)
    for example in names.examples:
        counts[example.intent] += 1
    return Known(counts)


def _worded(sentence: str) -> str:
    example = as_example(sentence)
    if not example:
        raise NotTaken(code="example_empty")
    return example


def _refuse_known(names: NluNames, example: str) -> None:
    key = key_of(example)
    there = next((one for one in names.examples if key_of(one.text) == key), None)
    if there is not None:
        raise NotTaken(f"Takie zdanie już jest: {there.intent} ({there.file}, wiersz {there.line}).")


def _fresh(names: NluNames, sentences: Sequence[str]) -> list[str]:
    """The sentences as examples, each once, without those that stand in the files already."""
    seen = {key_of(one.text) for one in names.examples}
    examples = []
    for example in filter(None, map(as_example, sentences)):
        if key_of(example) not in seen:
            seen.add(key_of(example))
            examples.append(example)
    return examples


def _name(title: str, names: NluNames) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", plain(title)).strip("_")[:_LONGEST_NAME] or "nowe"
    free = (stem, *(f"{stem}_{n}" for n in range(2, len(names.places) + 3)))
    return next(name for name in free if f"{QUESTION}{name}" not in names.places)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, whoever reads meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
