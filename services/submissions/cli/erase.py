"""`citiesshare submissions erase`."""

import asyncio
from typing import Annotated

import orjson
import typer
from rich.console import Console

from services.submissions.cli.reaching import send_as_ourselves, with_database
from services.submissions.erasing import erase as erase_from
from services.submissions.erasing import eraser
from services.submissions.resaying import letters_for
from services.submissions.settings import Settings
from shared.dead import rewrite_all
from shared.settings import read_settings

SERVICE = "submissions"


def erase(
    words: Annotated[
        list[str], typer.Argument(help="Names and addresses of the person, as they are written")
    ],
    *,
    tell: Annotated[
        bool, typer.Option(help="Have changed records said anew, so that others forget, too")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print what changed as one JSON object")] = False,
) -> None:
    """Erase a person from records, their history, messages, comments, releases and dead letters.

    citiesshare submissions erase "Erika Mustermann" erika@example.org

    Words are found whole, in upper and lower case. Nothing that names the person is sent or logged. Dead
    letters of the other services are the operator's to drop: `citiesshare dead list`.
    """
    if any(len(word.strip()) < 4 for word in words):
        raise typer.BadParameter("a word of less than four letters would erase too much")
    changed = with_database(lambda database: erase_from(database, words))
    if tell and changed.get("records"):
        send_as_ourselves(letters_for(changed["records"]))
    told = {name: len(keys) for name, keys in changed.items()}
    if dead := asyncio.run(rewrite_all(read_settings(Settings).amqp_url, [SERVICE], eraser(words))):
        told["dead letters"] = len(dead)
    if as_json:
        typer.echo(orjson.dumps(told))
    counts = ", ".join(f"{count} {name}" for name, count in told.items())
    Console(stderr=True).print(f"erased in {counts}" if told else "nothing found")
