"""``citiesshare dead``: look at what could not be handled, mend the cause, then replay or drop it."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shared.messaging.dead_letters import DeadLetter

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Dead letters: list, show, replay, drop.")
Service = Annotated[str | None, typer.Option(help="Only those of one service.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids as listed, or the beginning of them.")]
All = Annotated[bool, typer.Option("--all", help="All that are listed.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@app.command("list")
def list_(service: Service = None, as_json: AsJson = False) -> None:
    """List the dead letters with reason, place and journey.

    citiesshare dead list --service scoring
    """
    letters = _letters(service)
    if as_json:
        for letter in letters:
            typer.echo(json.dumps(_told(letter)))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("id", "died", "place", "attempts", "reason", "journey")
    for letter in letters:
        table.add_row(
            escape(letter.id[:8]),
            escape(letter.died),
            escape(letter.place),
            str(letter.attempts),
            escape(letter.reason),
            escape(letter.correlation_id),
        )
    Console().print(table if letters else "No dead letters.")


@app.command()
def show(id: str, service: Service = None) -> None:  # noqa: A002
    """Show one dead letter with its body.

    citiesshare dead show 3f2a
    """
    for letter in _letters(service):
        if letter.id.startswith(id):
            typer.echo(json.dumps({**_told(letter), "body": letter.body.decode(errors="replace")}, indent=2))
            return
    raise typer.BadParameter(f"no dead letter {id!r}: citiesshare dead list shows them")


@app.command()
def replay(ids: Ids = None, service: Service = None, all_: All = False) -> None:
    """Send dead letters back to the queue they died in; hearing one twice changes nothing.

    citiesshare dead replay 3f2a

    citiesshare dead replay --service scoring --all
    """
    import asyncio

    from shared.messaging import dead_letters

    done = asyncio.run(dead_letters.replay_all(_url(), _services(service), _wanted(ids, all_=all_)))
    typer.echo(f"{len(done)} replayed")


@app.command()
def drop(ids: Ids = None, service: Service = None, all_: All = False) -> None:
    """Drop dead letters for good.

    citiesshare dead drop 3f2a
    """
    import asyncio

    from shared.messaging import dead_letters

    done = asyncio.run(dead_letters.drop_all(_url(), _services(service), _wanted(ids, all_=all_)))
    typer.echo(f"{len(done)} dropped")


def _letters(service: str | None) -> "Sequence[DeadLetter]":
    import asyncio

    from shared.messaging.dead_letters import list_dead_letters

    return asyncio.run(list_dead_letters(_url(), _services(service)))


def _url() -> str:
    from shared.settings import ServiceSettings, read_settings

    return read_settings(ServiceSettings).amqp_url


def _services(service: str | None) -> tuple[str, ...]:
    from shared.messaging.topology import SERVICES

    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is no service: choose one of {', '.join(SERVICES)}")
    return (service,) if service else SERVICES


def _wanted(ids: list[str] | None, *, all_: bool) -> "Callable[[DeadLetter], bool]":
    if not ids and not all_:
        raise typer.BadParameter("name ids, or say --all")
    return lambda letter: all_ or any(letter.id.startswith(wanted) for wanted in ids or ())


def _told(letter: "DeadLetter") -> dict[str, object]:
    return {name: value for name, value in vars(letter).items() if name != "body"}
