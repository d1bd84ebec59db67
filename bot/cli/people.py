"""Commands for accounts of the console: add an agent, list them, disable one, give a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.store.database import Tx

T = TypeVar("T")

agent = typer.Typer(help="Accounts of the agents' console.", no_args_is_help=True)
app.add_typer(agent, name="agent")

WHO = "system:cli"
ROLES = ("agent", "supervisor", "editor", "administrator")


def _in_database(work: Callable[[Tx, int], T]) -> T:
    """Run `work` in one transaction on the database in force, brought to the newest schema first."""
    import asyncio

    from bot.cases.sealing import sealer_if_any
    from bot.clock import utc_now
    from bot.store.database import Database
    from bot.store.migrate import migrate
    from bot.store.times import to_ms

    settings = settings_in_force()
    migrate(settings.database_url)
    database = Database(settings.database_url, sealer_if_any(settings))
    try:
        return asyncio.run(database.run(lambda tx: work(tx, to_ms(utc_now()))))
    finally:
        database.close()


def _password(generate: bool) -> tuple[str, bool]:
    """A password and whether it was made here, to be shown once."""
    from handoff.account_acts import generated_password

    if generate:
        return generated_password(), True
    return typer.prompt("Password", hide_input=True, confirmation_prompt="Password again"), False


def _told(login: str, password: str, generated: bool) -> None:
    typer.echo(f"{login}: {password}" if generated else login)


@agent.command()
def add(
    login: Annotated[str, typer.Option(prompt="Login", help="Lower-case letters, digits, dots and dashes.")],
    first_name: Annotated[str, typer.Option(prompt="First name", help="As the customer sees it.")],
    last_name: Annotated[str, typer.Option(prompt="Last name", help="Colleagues see it, customers do not.")],
    gender: Annotated[str, typer.Option(prompt="Gender (f/m)", help="f or m: texts about the agent agree with it.")],
    title: Annotated[str, typer.Option(prompt="Title", help="As the customer sees it.")],
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(ROLES)}.")] = "agent",
    department: Annotated[list[str] | None, typer.Option(help="A department's code; may be repeated.")] = None,
    picture: Annotated[str | None, typer.Option(help="https address of a picture, for the persona.")] = None,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")] = False,
) -> None:
    """Make an account; the password is asked for without showing it, or made with --generate."""
    from bot.store.agents import Role
    from handoff.accounts import add_agent

    if role not in ROLES:
        raise typer.BadParameter(f"one of: {', '.join(ROLES)}", param_hint="--role")
    password, generated = _password(generate)
    _in_database(
        lambda tx, now: add_agent(
            tx,
            login=login.strip().lower(),
            password=password,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            gender=gender,
            title=title.strip(),
            role=Role(role),
            departments=list(department or []),
            picture=picture,
            who=WHO,
            now=now,
        )
    )
    _told(login.strip().lower(), password, generated)


@agent.command("list")
def list_agents() -> None:
    """Who has an account, with what role; disabled ones last."""
    from rich.console import Console
    from rich.table import Table

    from bot.store import agents

    table = Table("login", "name", "role", "departments", "state")
    for one in _in_database(lambda tx, _: agents.of_all_times(tx)):
        state = "active" if one.active else "disabled"
        table.add_row(one.login, one.full_name, one.role, ", ".join(one.departments), state)
    Console().print(table)


@agent.command()
def identity(
    login: str,
    known_as: Annotated[str, typer.Argument(help="E-mail address or subject at DYZURNY_OIDC_ISSUER; empty: none.")],
) -> None:
    """Let whom the company's own provider knows under this identity in to the account."""
    from handoff import account_acts

    _in_database(
        lambda tx, now: account_acts.set_identity(tx, account_acts.find(tx, login), known_as, who=WHO, now=now)
    )
    typer.echo(login)


@agent.command()
def disable(login: str) -> None:
    """End an account: its sessions end with it, what it did stays on record."""
    from handoff import account_acts

    _in_database(lambda tx, now: account_acts.disable(tx, account_acts.find(tx, login), who=WHO, now=now))
    typer.echo(login)


@agent.command()
def reset(
    login: str,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")] = False,
) -> None:
    """Give an account a new password, open it if it was locked or disabled, and end its sessions."""
    from handoff import account_acts

    password, generated = _password(generate)

    def work(tx: Tx, now: int) -> None:
        found = account_acts.find(tx, login)
        account_acts.reset_password(tx, found, password, who=WHO, now=now)
        account_acts.enable(tx, found, who=WHO, now=now)

    _in_database(work)
    _told(login, password, generated)
