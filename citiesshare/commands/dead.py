"""``citiesshare dead``: list and show dead letters, replay them after the cause is fixed, or drop them."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shared.messaging.dead_letters import DeadLetter

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Dead letters: list, show, replay, drop.")
Service = Annotated[str | None, typer.Option(help="Only the dead letters of one service.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids from the list, or prefixes of them.")]
All = Annotated[bool, typer.Option("--all", help="All dead letters in the list.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@app.command("list")
def list_(service: Service = None, as_json: AsJson = False) -> None:
    """List the dead letters with reason, queue and correlation id.

    citiesshare dead list --service scoring
    """
    letters = _dead_letters(service)
    if as_json:
        for letter in letters:
            typer.echo(json.dumps(_as_dict(letter)))
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
    for letter in _dead_letters(service):
        if letter.id.startswith(id):
            typer.echo(
                json.dumps({**_as_dict(letter), "body": letter.body.decode(errors="replace")}, indent=2)
            )
            return
    raise typer.BadParameter(f"no dead letter {id!r}: citiesshare dead list shows them")


@app.command()
def replay(ids: Ids = None, service: Service = None, all_: All = False) -> None:
    """Send dead letters back to the queue in which they died; handling one twice has no further effect.

    citiesshare dead replay 3f2a

    citiesshare dead replay --service scoring --all
    """
    import asyncio

    from shared.messaging import dead_letters

    replayed = asyncio.run(dead_letters.replay_all(_url(), _services(service), _selection(ids, all_=all_)))
    typer.echo(f"{len(replayed)} replayed")


@app.command()
def drop(ids: Ids = None, service: Service = None, all_: All = False) -> None:
    """Delete dead letters.

    citiesshare dead drop 3f2a
    """
    import asyncio

    from shared.messaging import dead_letters

    dropped = asyncio.run(dead_letters.drop_all(_url(), _services(service), _selection(ids, all_=all_)))
    typer.echo(f"{len(dropped)} dropped")


def _dead_letters(service: str | None) -> "Sequence[DeadLetter]":
    import asyncio

    from shared.messaging.dead_letters import list_dead_letters

    return asyncio.run(list_dead_letters(_url(), _services(service)))


def _url() -> str:
    from shared.settings import ServiceSettings, read_settings

    return read_settings(ServiceSettings).amqp_url


def _services(service: str | None) -> tuple[str, ...]:
    from shared.messaging.topology import SERVICES

    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is not a service: choose one of {', '.join(SERVICES)}")
    return (service,) if service else SERVICES


def _selection(ids: list[str] | None, *, all_: bool) -> "Callable[[DeadLetter], bool]":
    if not ids and not all_:
        raise typer.BadParameter("give ids or --all")
    return lambda letter: all_ or any(letter.id.startswith(prefix) for prefix in ids or ())


def _as_dict(letter: "DeadLetter") -> dict[str, object]:
    return {name: value for name, value in vars(letter).items() if name != "body"}
