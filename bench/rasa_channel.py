"""Rasa with its own Messenger channel, its Graph address pointed at the twin; everything else is as its makers ship it.

Runs in Rasa's environment: `.venv-rasa/bin/python bench/rasa_channel.py run …`. Two things are replaced, both in its
favour: the fixed address, and what it does with our model's answers. Those are names and values (the wording happens
outside Rasa); the channel would send every one of them, the snapshot too, so here it sends one text for each sentence.
"""

from __future__ import annotations

import os
from typing import Any

from fbmessenger import MessengerClient  # type: ignore[import-not-found]
from fbmessenger.elements import Text  # type: ignore[import-not-found]
from rasa.__main__ import main
from rasa.core.channels.facebook import MessengerBot

_made = MessengerClient.__init__


def _at_the_twin(self: Any, *args: Any, **kwargs: Any) -> None:
    _made(self, *args, **kwargs)
    self.graph_url = f"{os.environ['BENCH_GRAPH_URL']}/v{self.api_version}"
    # A session of its own for every webhook finds no proxy of this machine in the way.
    self.session.trust_env = False


async def _send_sentence(self: Any, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
    if "say" in json_message:
        self.send(recipient_id, Text(text=str(json_message["say"])))


if __name__ == "__main__":
    MessengerClient.__init__ = _at_the_twin
    MessengerBot.send_custom_json = _send_sentence
    main()
