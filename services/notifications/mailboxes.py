"""Returned mail from a file: an mbox, a Maildir, or single messages, for who has no SMTP port to give."""

import mailbox
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path

WHERE_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
"""Where a mail server writes the address a mail came to, the surest first."""


def returned_mail(path: Path, domains: frozenset[str]) -> Iterator[tuple[bytes, str]]:
    """Each mail in ``path`` with the address of ours it came to; one for somebody else is left out."""
    for raw in _messages(path):
        if (to := came_to(raw, domains)) is not None:
            yield raw, to


def came_to(raw: bytes, domains: frozenset[str]) -> str | None:
    """The first address in the headers that is under one of ``domains``."""
    message = message_from_bytes(raw, policy=policy.default)
    named = [str(value) for name in WHERE_TO for value in message.get_all(name, [])]
    addresses = (address for _, address in getaddresses(named))
    return next((one for one in addresses if one.rpartition("@")[2].lower() in domains), None)


def _messages(path: Path) -> Iterator[bytes]:
    if path.is_dir() and (path / "cur").is_dir():
        folder = mailbox.Maildir(path, create=False)
        yield from (folder.get_bytes(key) for key in sorted(folder.keys()))
    elif path.is_dir():
        yield from (file.read_bytes() for file in sorted(path.glob("*.eml")))
    elif path.read_bytes()[:5] == b"From ":
        box = mailbox.mbox(path, create=False)
        yield from (box.get_bytes(key) for key in box.iterkeys())
    else:
        yield path.read_bytes()
