"""How commands reach the store and the broker, and what they say when nobody answers there."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NoReturn, TypeVar

import typer
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from rich.console import Console
from rich.markup import escape

from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.settings import Settings
from shared.messaging.connection_errors import address, explained
from shared.settings import read_settings
from shared.store.mongo import Database, away, open_database

R = TypeVar("R")


def with_database(work: Callable[[Database], Awaitable[R]]) -> R:
    """Run ``work`` with the database of the submissions service (``MONGO_URL``), and close it."""
    settings = read_settings(Settings)

    async def run() -> R:
        database = open_database(settings, "submissions")
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Exception as error:
        if not away(error):
            raise
        stop(f"no store answers at {address(settings.mongo_url)}: is it running, is MONGO_URL right?")


def send_as_ourselves(letters: AsyncIterator[OutgoingMessage]) -> None:
    """Send ``letters`` through the broker of the services (``AMQP_URL``)."""
    if why := try_to_send(read_settings(Settings).amqp_url, letters):
        stop(why)


def try_to_send(
    url: str,
    letters: AsyncIterator[OutgoingMessage],
    sent: Callable[[OutgoingMessage], None] = lambda _: None,
) -> str | None:
    """Send ``letters`` and tell ``sent`` of each confirmed one; return what stopped it, if anything did."""
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # what went wrong is said in words, once
    stopped: str | None = None
    try:
        asyncio.run(send(url, letters, sent))
    except* (AMQPError, ChannelInvalidStateError, OSError) as group:
        stopped = explained(group.exceptions[0], url)
    except* KeyboardInterrupt:
        stopped = "you asked to"
    return stopped


def stop(words: str) -> NoReturn:
    """End the command with words on what to mend."""
    Console(stderr=True, soft_wrap=True).print(f"[red]{escape(words)}[/red]")
    raise typer.Exit(1)
