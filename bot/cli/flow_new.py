"""`dyzurny flow new`: asks an editor six questions and writes a flow, its texts and the beginning of its examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from bot.cli.app import app
from bot.cli.phrases import Phrases
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.dialogue.compiler.content import Content
    from bot.drafting.fields import Field, Known
    from bot.drafting.skeleton import Ending

T = TypeVar("T")

flow_commands = typer.Typer(help="What a company's matters are: its flows.", no_args_is_help=True)
app.add_typer(flow_commands, name="flow")


@flow_commands.callback()
def flow() -> None:
    """What a company's matters are: its flows."""


@flow_commands.command()
def new() -> None:
    """Ask six questions and write a flow, its texts and the beginning of its examples; nothing is overwritten."""
    from bot.dialogue import compiler
    from bot.dialogue.compiler.content import read_content
    from bot.drafting.skeleton import Wish, files

    root, say = settings_in_force().content_dir, Phrases("nowa_sprawa")
    content = read_content(root)
    typer.echo(say("wstep"))
    name, flow_name = _name(root, content, say)
    department = _department(content, say)
    fields = _fields(content, say)
    ending = _ending(say)
    wish = Wish(flow_name, name, department, fields, ending, _farewell(ending, say), _examples(say))
    written = files(wish)
    for path, text in written.items():
        # Exclusive: what somebody wrote while the questions were answered is not overwritten either.
        with (root / path).open("x", encoding="utf-8") as file:
            file.write(text)
    typer.echo("\n".join([say("zapisane"), *(f"  {path}" for path in written)]))
    left = [fault for fault in compiler.check(root) if fault.file in written]
    typer.echo("\n".join([say("zostalo"), *(f"  {fault}" for fault in left)]) if left else say("gotowe"))
    typer.echo(say("dalej", sprawa=flow_name))


def _ask(question: str, read: Callable[[str], T], default: str = "") -> T:
    """Ask until `read` accepts the answer; it refuses by ValueError, whose text says why."""
    while True:
        try:
            return read(str(typer.prompt(question, default=default, show_default=bool(default))).strip())
        except ValueError as error:
            typer.echo(str(error))


def _name(root: Path, content: Content, say: Phrases) -> tuple[str, str]:
    from bot.drafting.fields import plain_name

    def read(answer: str) -> tuple[str, str]:
        name = plain_name(answer)
        if not name or name[0].isdigit():
            raise ValueError(say("zla_nazwa"))
        taken = next(_taken(root, content, name), None)
        if taken:
            raise ValueError(say("zajeta", nazwa=name, gdzie=taken))
        return answer, name

    return _ask(say("nazwa"), read)


def _taken(root: Path, content: Content, name: str) -> Iterator[str]:
    if name in content.flows.flows:
        yield content.flows.flows[name].file
    if name in content.nlu.places:
        yield content.nlu.places[name][0][0]
    for folder in ("flows", "locales/pl", "nlu_data"):
        if (root / folder / f"{name}.yml").exists():
            yield f"{folder}/{name}.yml"


def _department(content: Content, say: Phrases) -> str:
    departments = list(content.locale.section("departments"))

    def read(answer: str) -> str:
        if departments and answer not in departments:
            raise ValueError(say("zly_dzial", dzialy=", ".join(departments)))
        return answer

    return _ask(say("dzial", dzialy=", ".join(departments)), read, departments[0] if departments else "obsluga")


def _fields(content: Content, say: Phrases) -> list[Field]:
    from bot.dialogue.answers import Kind
    from bot.drafting.fields import UnreadableFieldError, read_fields

    known = _known(content)

    def read(answer: str) -> list[Field]:
        try:
            found = read_fields(answer, known)
        except UnreadableFieldError as error:
            raise ValueError(say("zle_pole", pole=error)) from error
        if not found:
            raise ValueError(say("bez_pol"))
        return found

    return _ask(say("pola", rodzaje=", ".join(kind.value for kind in Kind)), read)


def _known(content: Content) -> Mapping[str, Known]:
    """The fields that flows ask for already, under every word that people call them, and under their own names."""
    from bot.dialogue.answers import Kind
    from bot.drafting.fields import Known, plain_name

    labels = content.locale.labels()
    known: dict[str, Known] = {}
    for flow in content.flows.flows.values():
        for step in flow.steps:
            # An option or a condition of another flow belongs to that flow: only plain fields are taken over.
            if step["kind"] == "collect" and not step["options"]:
                slot = step["slot"]
                there = Known(slot, Kind(step.get("type", "tekst")), step.get("known_from"))
                for word in (slot, *labels.get(slot, ())):
                    known.setdefault(plain_name(word), there)
    return {word: there for word, there in known.items() if f"utter_ask_{there.slot}" in content.locale.responses}


def _ending(say: Phrases) -> Ending:
    from bot.drafting.skeleton import Ending

    def read(answer: str) -> Ending:
        if answer not in list(Ending):
            raise ValueError(say("zly_koniec", konce=", ".join(Ending)))
        return Ending(answer)

    return _ask(say("koniec"), read, Ending.CASE.value)


def _farewell(ending: Ending, say: Phrases) -> str:
    from bot.drafting.skeleton import usual_farewell

    def read(answer: str) -> str:
        if not answer:
            raise ValueError(say("pozegnanie"))
        return answer

    return _ask(say("pozegnanie"), read, usual_farewell(ending))


def _examples(say: Phrases) -> list[str]:
    typer.echo(say("przyklady"))
    found: list[str] = []
    while True:
        row = str(typer.prompt(say("przyklad"), default="", show_default=False, prompt_suffix=" ")).strip()
        if row:
            found.append(row.removeprefix("- ").strip())
        elif found:
            return list(dict.fromkeys(found))
        else:
            typer.echo(say("bez_przykladow"))
