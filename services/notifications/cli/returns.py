"""Bounces, complaints, unsubscribes and replies from a mailbox file."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def returns(path: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """Read what came back from PATH: an mbox, a Maildir, a folder of .eml files or one message.

    Nothing is deleted; reading the same again changes nothing, so it may run as often as a clock tells it.

    citiesshare notifications returns /var/mail/bounces
    """
    understood, read = asyncio.run(_read(path))
    typer.echo(f"{understood} of {read} mails said something", err=True)


async def _read(path: Path) -> tuple[int, int]:
    from services.notifications.app import reader_of_returns
    from services.notifications.cli.room import opened
    from services.notifications.inbound import Refused
    from services.notifications.mailboxes import returned_mail

    understood = read = 0
    async with opened() as (room, settings):
        reader = reader_of_returns(room, settings)
        for raw, to in returned_mail(path, settings.ours):
            read += 1
            try:
                understood += await reader.take(raw, to)
            except Refused as refused:
                typer.echo(f"{to}: {refused}", err=True)
    return understood, read
