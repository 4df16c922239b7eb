"""`citiesshare submissions erase`."""

import asyncio
from typing import Annotated

import orjson
import typer
from rich.console import Console

from services.submissions.cli.store import with_database
from services.submissions.erasing import erase as erase_from
from services.submissions.resaying import letters_for
from services.submissions.sender import send
from services.submissions.settings import Settings
from shared.settings import read_settings


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
    """Erase a person from records, their history, messages, comments and releases.

    citiesshare submissions erase "Erika Mustermann" erika@example.org

    Words are found whole, in upper and lower case. Nothing that names the person is sent or logged.
    """
    if any(len(word.strip()) < 4 for word in words):
        raise typer.BadParameter("a word of less than four letters would erase too much")
    changed = with_database(lambda database: erase_from(database, words))
    if tell and changed.get("records"):
        asyncio.run(send(read_settings(Settings).amqp_url, letters_for(changed["records"])))
    if as_json:
        typer.echo(orjson.dumps({name: len(keys) for name, keys in changed.items()}))
    Console(stderr=True).print(
        ", ".join(f"{len(keys)} {name}" for name, keys in changed.items()) or "nothing found"
    )
