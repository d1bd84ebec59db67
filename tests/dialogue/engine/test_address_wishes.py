"""Which form of address is asked for by its name, and what only sounds like it."""

from __future__ import annotations

import pytest

from tests.dialogue.engine.playing import ROOT, Player, compiled


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("proszę mówić do mnie pani", "pani"),
        ("proszę się zwracać per pan", "pan"),
        ("jestem kobietą, proszę pisać właściwie", "pani"),
        ("proszę pisać do nas per państwo", "panstwo"),
        ("proszę mówić per pan/pani", "pan_pani"),
        ("proszę pani, nie jesteśmy na ty", "pan_pani"),
        ("proszę nie mówić mi na ty", "pan_pani"),
        ("nie jestem panem", "pan_pani"),
        ("proszę zwracać się do mnie per pan, proszę pani", "pan"),
    ],
)
def test_the_form_that_is_named_is_the_one_remembered(text: str, wish: str) -> None:
    player = Player(flows=compiled(ROOT))
    player.says(text, "per_pan_pani")
    assert player.last is not None
    assert [act.args for act in player.last.acts] == [{"zwrot": wish}]
