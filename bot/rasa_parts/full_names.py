"""The importer that keeps intent names such as `faq/infolinia` whole when Rasa reads the example files."""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class FullNameImporter(RasaFileImporter):
    """Reads what Rasa's own importer reads, without splitting intents at the slash.

    Rasa takes a slash for the mark of a retrieval intent: it would train on `faq` alone, invent an action
    `utter_faq`, and warn once for every example that has no response phrase beside it. Our answers are texts of
    the locale files, and the classifier decides the full name, so the split has no use here.
    """

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples under their full names."""
        read = super().get_nlu_data(language)
        return TrainingData([_whole(example) for example in read.training_examples])


def _whole(example: Message) -> Message:
    named = {**example.data, INTENT: example.get_full_intent()}
    named.pop(INTENT_RESPONSE_KEY, None)
    return Message(named, output_properties=set(example.output_properties) | {TEXT})
