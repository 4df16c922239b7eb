"""`citiesshare submissions review`."""

import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console

from services.submissions.adapters.mongo.moderation_queue import MongoModerationQueue
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.adapters.mongo.repositories import repositories
from services.submissions.adapters.mongo.unplaced_buyers import MongoUnplacedBuyers
from services.submissions.adapters.reference_data import gazetteer
from services.submissions.app import open_review
from services.submissions.application.moderation_review import AskedDecision, ReviewRefused
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.application.stored_models import HeldMessage, StoredComment, WaitingBuyer
from services.submissions.cli.connections import send_as_ourselves, with_database
from services.submissions.cli.publishers import city_id
from services.submissions.domain.moderation import RefusalReason, Reviewer
from services.submissions.domain.ocds.buyer_city import REASONS
from services.submissions.domain.ownership import OPERATOR
from services.submissions.domain.revisions import differences
from services.submissions.settings import Settings
from shared.settings import read_settings
from shared.store.mongo import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Comments to moderate, texts that name an office-holder, buyers whose city is not clear.",
)
Line = dict[str, object]
Item = Annotated[str, typer.Argument(help="The id that `review list` shows")]


@app.command("list")
def listed() -> None:
    """Print all that waits for a decision, one JSON object per line; with it, where releases differ.

    citiesshare submissions review list
    """
    for line in with_database(waiting_lines):
        sys.stdout.write(orjson.dumps(line).decode() + "\n")


async def waiting_lines(database: Database) -> list[Line]:
    """What a reviewer decides on, and the records beside which an unconfirmed word says otherwise."""
    queue, buyers = MongoModerationQueue(database), MongoUnplacedBuyers(database)
    differing: list[Line] = [
        {"id": record.draft.key, "what": "difference", "city": record.owner.city, "differences": fields}
        for record in await MongoRecords(database).differing()
        if (
            fields := [
                difference.model_dump(mode="json")
                for difference in differences(record.draft, record.marks.unconfirmed)
            ]
        )
    ]
    buyer_lines = map(_of_buyer, await buyers.waiting())
    return [*map(_of_queue, await queue.waiting()), *buyer_lines, *differing]


def _of_queue(item: StoredComment | HeldMessage) -> Line:
    if isinstance(item, StoredComment):
        comment = {name: value for name, value in item.said.items() if name not in {"kind", "by"}}
        by = {"by": item.comment.by} if item.comment.by else {}
        line = {"id": item.key, "what": item.comment.kind, **comment, **by, "said": item.sent_at}
        return line | {"state": "waiting"}
    return {
        "id": item.key,
        "what": "held",
        "envelope": item.envelope.model_dump(mode="json"),
        "who": item.who,
        "reasons": [dict(reason) for reason in item.reasons],
        "received": item.received,
        "state": "waiting",
    }


def _of_buyer(waiting: WaitingBuyer) -> Line:
    """The buyer with the reason in words, and its candidates by name."""
    unplaced = waiting.unplaced
    cities = (gazetteer().cities[identifier] for identifier in unplaced.candidates)
    named = [{"id": city.id, "name": city.name, "country": city.country} for city in cities]
    return {
        "id": waiting.key,
        "what": "place",
        **unplaced.model_dump(mode="json"),
        "candidates": named,
        "name": unplaced.name,
        "asked": waiting.asked,
        "state": "waiting",
        "processes": waiting.processes,
        "reason": REASONS[unplaced.doubt],
    }


@app.command()
def show(item: Item) -> None:
    """Show a comment or reply, or take a held message as it is: it is sent to the intake once more.

    citiesshare submissions review show 7f3a
    """
    _decide(item, AskedDecision("show"))
    Console(stderr=True).print("shown")


@app.command()
def refuse(
    item: Item,
    reason: Annotated[RefusalReason | None, typer.Option(help="What its sender is told")] = None,
    words: Annotated[str | None, typer.Option(help="What its sender is told besides")] = None,
) -> None:
    """Leave a comment or reply unseen, or let a held message be rejected: its sender gets the reason.

    citiesshare submissions review refuse 7f3a --reason spam
    """
    _decide(item, AskedDecision("refuse", reason=reason, words=words))
    Console(stderr=True).print("refused")


@app.command()
def place(
    item: Item,
    city: Annotated[
        str | None, typer.Option(help='The city it is the government of ("Hull, GB" or a GeoNames id)')
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept beside the decision")] = None,
    *,
    no_city: Annotated[bool, typer.Option("--no-city", help="It is the government of no one city")] = False,
) -> None:
    """Decide of which city a buyer is, for all that its publisher sends and sent under this name.

    citiesshare submissions review place 9c41f2a07be3d518 --city "Hull, GB"

    The records that wait are read anew and said with their city. Another decision later takes its place.
    """
    if bool(city) == no_city:
        raise typer.BadParameter('say --city "Hull, GB", or --no-city')
    decided = city_id(city) if city else None
    messages = _decide(item, AskedDecision("place", words=reason, city=decided))
    Console(stderr=True).print(f"decided: {decided or 'no city'}; {len(messages)} records")


def _decide(item: str, asked: AskedDecision) -> Sequence[OutgoingMessage]:
    """Decide as the operator and send what gives it effect."""
    messages = with_database(lambda database: _decided(database, item, asked))
    if messages:
        send_as_ourselves(_each(messages))
    return messages


async def _decided(database: Database, item: str, asked: AskedDecision) -> Sequence[OutgoingMessage]:
    review = open_review(read_settings(Settings), repositories(database))
    try:
        return await review.decide(item, Reviewer(OPERATOR, operator=True), asked, datetime.now(UTC))
    except ReviewRefused as error:
        hint = ": `review list` shows what does" if error.code == "unknown" else ""
        raise typer.BadParameter(error.message + hint) from None


async def _each(messages: Sequence[OutgoingMessage]) -> AsyncIterator[OutgoingMessage]:
    for message in messages:
        yield message
