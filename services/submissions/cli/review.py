"""`citiesshare submissions review`."""

import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from services.submissions.cli.reaching import send_as_ourselves, with_database
from services.submissions.desk import Desk, Verdict
from services.submissions.domain.differences import differences
from services.submissions.domain.intake import routing_key
from services.submissions.messages import Messages
from services.submissions.sender import Letter
from services.submissions.store import Store
from shared.cloudevents import Envelope, Letterbox
from shared.mongo import Database

app = typer.Typer(no_args_is_help=True, help="Comments to moderate, and texts that name an office-holder.")
Item = Annotated[str, typer.Argument(help="The id that `review list` shows")]


@app.command("list")
def listed() -> None:
    """Print all that waits for a decision, one JSON object per line; with it, where releases differ.

    citiesshare submissions review list
    """
    for each in with_database(_waiting):
        sys.stdout.write(orjson.dumps({"id": each.pop("_id"), **each}).decode() + "\n")


async def _waiting(database: Database) -> list[dict[str, Any]]:
    """What a reviewer decides on, and the records beside which an unconfirmed word says otherwise."""
    differing = [
        {"_id": record.draft.key, "what": "difference", "city": record.owner.city, "differences": found}
        for record in await Store(database).differing()
        if (found := [each.model_dump(mode="json") for each in differences(record)])
    ]
    return [*await Desk(database).waiting(), *differing]


@app.command()
def show(item: Item) -> None:
    """Show a comment, or take a held message as it is: it is sent to the intake once more.

    citiesshare submissions review show 7f3a
    """
    _decide(item, "shown")


@app.command()
def refuse(item: Item) -> None:
    """Leave a comment unseen, or let a held message be rejected with the reason it was held for.

    citiesshare submissions review refuse 7f3a
    """
    _decide(item, "refused")


def _decide(item: str, verdict: Verdict) -> None:
    found = with_database(lambda database: _decided(database, item, verdict))
    if found is None:
        raise typer.BadParameter(f"nothing waits under {item!r}: `review list` shows what does")
    if found.get("what") != "comment":
        send_as_ourselves(_again(found))
    Console(stderr=True).print(verdict)


async def _decided(database: Database, item: str, verdict: Verdict) -> dict[str, Any] | None:
    found = await Desk(database).decide(item, verdict)
    if found and found.get("what") != "comment":
        await Messages(database).expect(Letterbox(*_held(found)))
    return found


def _held(found: dict[str, Any]) -> tuple[Envelope, bytes]:
    return Envelope.model_validate(found["envelope"]), bytes(found["data"])


async def _again(found: dict[str, Any]) -> AsyncIterator[Letter]:
    envelope, data = _held(found)
    named = (routing_key(envelope.type), envelope.id, envelope.source, envelope.type)
    yield Letter(*named, data, envelope.time, found.get("who"))
