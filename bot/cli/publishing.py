"""`dyzurny publish`: puts what the editors wrote in force, or takes the last step back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.app import app
from bot.cli.phrases import Phrases
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.settings import Settings


@app.command()
def publish(
    undo: Annotated[bool, typer.Option("--undo", help="Go back to what was in force before.")] = False,
) -> None:
    """Check, train and try the content beside the running one, then put it in force; whatever fails changes nothing."""
    from bot.dialogue.compiler import TrainingError
    from bot.dialogue.compiler.build import ContentFaults
    from bot.errors import DyzurnyError
    from bot.supervisor.publish import Disappointed, NothingToUndo

    say, began = Phrases("publikowanie"), time.monotonic()

    def tell(stage: str, **values: Any) -> None:
        typer.echo(f"[{time.monotonic() - began:5.1f} s] {say(stage, **values)}")

    try:
        edition = asyncio.run(_publish(settings_in_force(), tell, undo=undo))
    except ContentFaults as error:
        _refuse(say("bledy"), *map(str, error.faults))
    except Disappointed as error:
        rows = [
            say(
                "inaczej", plik=one.dialogue.file, tytul=one.dialogue.title, numer=one.turn, mialo=", ".join(one.wanted)
            )
            + say("bylo", bylo=", ".join(one.got))
            for one in error.found
        ]
        _refuse(say("rozmowy_zle"), *rows)
    except TrainingError as error:
        _refuse(say("uczenie_zle"), error.detail)
    except NothingToUndo:
        _refuse(say("nie_ma_do_czego"))
    except DyzurnyError as error:
        _refuse(say("nie_udalo"), str(error))
    tell("gotowe", wydanie=edition)


async def _publish(settings: Settings, tell: Any, *, undo: bool) -> str:
    from bot.settings import ROOT
    from bot.supervisor import publish as publishing
    from bot.supervisor import surroundings

    if surroundings.known_settings(ROOT).get("DYZURNY_RASA_URL"):
        raise typer.BadParameter(Phrases("publikowanie")("cudza_rasa"))
    done = await (publishing.undo if undo else publishing.publish)(settings, tell)
    return done.id


def _refuse(*lines: str) -> None:
    typer.echo("\n".join((*lines, Phrases("publikowanie")("stare_dziala"))), err=True)
    raise typer.Exit(1)
