"""Bounces, complaints, unsubscribes and replies from a mailbox file, and mail that could not be read."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

unreadable = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Returned mail that could not be read, or that was for nobody.",
)


class Count(NamedTuple):
    """How many mails were read, how many said something, and how many were set aside."""

    read: int = 0
    understood: int = 0
    set_aside: int = 0


def returns(path: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """Read bounces and replies from PATH: an mbox, a Maildir, a folder of .eml files or one message.

    Nothing is deleted; reading the same again changes nothing, so it may run as often as a clock tells it.
    A mail that cannot be read or reaches nobody is set aside with its reason, and the next is read:
    ``citiesshare notifications unreadable list`` shows them.

    citiesshare notifications returns /var/mail/bounces
    """
    count = asyncio.run(_read(path))
    typer.echo(
        f"{count.understood} of {count.read} mails said something; {count.set_aside} set aside", err=True
    )


@unreadable.command("list")
def listed() -> None:
    """List them with the reason, oldest first.

    citiesshare notifications unreadable list
    """

    async def lines() -> list[str]:
        from services.notifications.cli.store_context import opened

        async with opened() as (context, _):
            mails = await context.store.unreadable_mail.all()
        return [f"{mail.name}  {mail.at:%Y-%m-%d %H:%M}  {mail.size} bytes  {mail.reason}" for mail in mails]

    for line in asyncio.run(lines()):
        typer.echo(line)


@unreadable.command()
def show(name: Annotated[str, typer.Argument(help="As `list` names it")]) -> None:
    """Write the beginning of one mail, at most 100 kB, to standard output.

    citiesshare notifications unreadable show 3f2a0c6d1e5b7a9f10
    """

    async def content() -> bytes | None:
        from services.notifications.cli.store_context import opened

        async with opened() as (context, _):
            return await context.store.unreadable_mail.content(name)

    raw = asyncio.run(content())
    if raw is None:
        raise typer.BadParameter(f"no mail {name!r} was set aside; see `unreadable list`")
    sys.stdout.buffer.write(raw)


@unreadable.command()
def remove(name: Annotated[str, typer.Argument(help="As `list` names it")]) -> None:
    """Remove one mail.

    citiesshare notifications unreadable remove 3f2a0c6d1e5b7a9f10
    """

    async def removed() -> bool:
        from services.notifications.cli.store_context import opened

        async with opened() as (context, _):
            return await context.store.unreadable_mail.remove(name)

    if not asyncio.run(removed()):
        raise typer.BadParameter(f"no mail {name!r} was set aside; see `unreadable list`")


async def _read(path: Path) -> Count:
    from services.notifications.adapters.mail_parser_pool import mail_parser_pool
    from services.notifications.app import returned_mail_handler
    from services.notifications.application.mailbox_import import read_mailbox
    from services.notifications.cli.store_context import opened

    async with opened() as (context, settings), mail_parser_pool() as pool:
        handler = returned_mail_handler(context, settings, pool.read)
        outcomes = [outcome async for outcome in read_mailbox(path, handler, context.store.unreadable_mail)]
    for outcome in outcomes:
        if outcome.reason is not None:
            typer.echo(f"{outcome.name}: {outcome.reason}", err=True)
    understood = sum(outcome.acted for outcome in outcomes)
    return Count(len(outcomes), understood, sum(outcome.reason is not None for outcome in outcomes))
