"""Returned mail from files: an mbox, a Maildir, or single messages, for who has no SMTP port to give.

Each mail is read to a bound, and none stops the next. Which address of ours it came to is looked for in its
first headers, without parsing it.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.ports import MailRefused, ReceivedMail
from services.notifications.application.repositories import UnreadableMailRepository
from services.notifications.domain.mail_headers import Header, addresses_in, read_headers, values_of
from services.notifications.domain.parsed_mail import MOST_BYTES, MailParseError
from shared.store.mongo import away

WHERE_TO = (
    "X-Original-To", "Delivered-To", "X-Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Received",
)  # fmt: skip
"""Where a mail server writes the address a mail came to; a catch-all has its own in ``Delivered-To``."""
MOST_LINE = 10_000


class MailboxMessage(NamedTuple):
    """One mail of a mailbox: where it is, and its bytes, one more than is read where it is too long."""

    name: str
    raw: bytes


class ImportOutcome(NamedTuple):
    """What became of one mail: whether it asked for anything, or why it was set aside."""

    name: str
    acted: bool = False
    reason: str | None = None


async def read_mailbox(
    path: Path, reader: ReturnedMailHandler, unreadable: UnreadableMailRepository
) -> AsyncIterator[ImportOutcome]:
    """Act on each mail in ``path`` that came to an address of ours; what cannot be used is set aside.

    Raises what ``away`` recognises: without a store nothing can be read or set aside.
    """
    for name, mail in returned_mail(path, reader.is_read):
        try:
            yield ImportOutcome(name, await reader.handle(mail))
        except (MailRefused, MailParseError) as error:
            await unreadable.save(mail, str(error))
            yield ImportOutcome(name, reason=str(error))
        except Exception as error:
            if away(error):
                raise
            await unreadable.save(mail, repr(error))
            yield ImportOutcome(name, reason=repr(error))


def returned_mail(path: Path, is_read: Callable[[str], bool]) -> Iterator[tuple[str, ReceivedMail]]:
    """Each mail in ``path`` by name, with the address of ours that is read; others are left out."""
    for stored in _stored(path):
        headers = read_headers(stored.raw)
        to = came_to(headers, is_read)
        if to is not None:
            yield stored.name, ReceivedMail(stored.raw, to, _sender(headers))


def came_to(headers: list[Header], is_read: Callable[[str], bool]) -> str | None:
    """The first address in the headers that is read: whose key is ours."""
    values = (value for name in WHERE_TO for value in values_of(headers, name))
    addresses = (address for value in values for address in addresses_in(value))
    return next((address for address in addresses if is_read(address)), None)


def _sender(headers: list[Header]) -> str | None:
    """The envelope's sender, where the mail server wrote it down: ``""`` for a report."""
    paths = values_of(headers, "Return-Path")
    return paths[0].strip("<> ") if paths else None


def _stored(path: Path) -> Iterator[MailboxMessage]:
    if path.is_dir():
        for file in sorted(_files(path), key=lambda file: file.name):
            with suppress(FileNotFoundError):  # a mail program moved it meanwhile: the next reading has it
                yield MailboxMessage(_printable(file), _beginning(file))
    elif _beginning(path, 5) == b"From ":
        with path.open("rb") as opened:
            yield from _mbox(path, opened)
    else:
        yield MailboxMessage(_printable(path), _beginning(path))


def _files(path: Path) -> Iterator[Path]:
    """The mails of a Maildir, whatever they are called, or the ``.eml`` files of another folder."""
    is_maildir = (path / "cur").is_dir()
    for folder in [path / name for name in ("new", "cur")] if is_maildir else [path]:
        files = folder.iterdir() if folder.is_dir() else ()
        yield from (
            file for file in files if file.is_file() and (is_maildir or file.suffix.casefold() == ".eml")
        )


def _printable(path: Path) -> str:
    """The name as it can be shown on one line, whatever bytes are in it."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in str(path)
    )


def _beginning(path: Path, most: int = MOST_BYTES + 1) -> bytes:
    with path.open("rb") as opened:
        return opened.read(most)


def _mbox(path: Path, opened: BinaryIO) -> Iterator[MailboxMessage]:
    """The mails of an mbox; each begins with a line ``From …`` (RFC 4155)."""
    number, size, begins = 0, 0, True
    lines: list[bytes] = []
    while line := opened.readline(MOST_LINE):
        if begins and line.startswith(b"From "):
            if number:
                yield MailboxMessage(f"{path}, mail {number}", b"".join(lines))
            number, lines, size = number + 1, [], 0
        elif size <= MOST_BYTES:
            lines.append(line)
            size += len(line)
        begins = line.endswith(b"\n")
    yield MailboxMessage(f"{path}, mail {number}", b"".join(lines))
