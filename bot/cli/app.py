"""The command `dyzurny` itself, to which every module beside this one adds its own."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="dyzurny",
    help="Dyżurny: a customer-service assistant on Messenger, with human handoff.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
