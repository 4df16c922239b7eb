"""The headers of a letter, exactly; ``design`` decides them, mailbox providers read them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from unicodedata import combining, normalize

from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_tokens import key_for
from services.notifications.domain.rounding import half_up
from services.notifications.domain.sender import Sender
from shared.facts import one_line

MOST_LINE = 78
MOST_QUOTED = 800
"""A quoted name is never folded, though it may be: the standard library ends the name at the line's end."""
NEXT_LINE = "\r\n "
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LISTED = {
    "alert": "alerts",
    "warning": "warnings",
    "update": "updates",
    "circle": "circles",
    "digest": "digests",
}
UNLISTED = frozenset({"account", "confirmation"})


def from_address(letter: Letter, sender: Sender) -> str:
    """The address that a letter is from; nobody reads there."""
    return f"alerts@{domain_of(letter, sender)}"


def head(letter: Letter, sender: Sender, subject: str) -> bytes:
    """Every header of a message as it goes over the wire, but those of its parts."""
    people = (
        _mailbox("From", sender.name, from_address(letter, sender)),
        _mailbox("To", letter.to_name, letter.to),
        *_reply_to(letter, sender),
        _subject(subject),
    )
    return b"".join((*people, *(_line(name, value) for name, value in _headers(letter, sender))))


def dated(message: bytes, at: datetime) -> bytes:
    """A message with the ``Date`` of when it is sent (RFC 5322, 3.6.1), in place of the one it was kept with.

    A letter may wait for days; a date of back then looks like spam, and puts it below what was read since.
    """
    head, end, body = message.partition(b"\r\n\r\n")
    date = f"Date: {format_datetime(at.astimezone(UTC))}".encode("ascii")
    lines = [date if line[:5].lower() == b"date:" else line for line in head.split(b"\r\n")]
    if date not in lines:
        lines.append(date)
    return b"\r\n".join(lines) + end + body


def _line(name: str, value: str) -> bytes:
    """One header that we make: ASCII, folded between its parts and never encoded.

    Python folds a ``List-Unsubscribe`` whose address is longer than a line into an RFC 2047 word, which no
    mail program can click; it also takes the quotes off a long name with a comma, which makes two addresses
    of it. So headers are written here, and what people wrote is encoded by the library word by word.
    """
    if "\r" in value or "\n" in value:
        raise ValueError(f"the header {name} has a line break")
    return (f"{name}: " + ",\r\n ".join(value.split(", ")) + "\r\n").encode("ascii")


@lru_cache(10_000)
def _mailbox(header: str, name: str, address: str) -> bytes:
    """A header with one address and the name before it, which may hold anything."""
    phrase = _phrase(header, name)
    last = phrase.rpartition("\n")[2] if "\n" in phrase else f"{header}: {phrase}"
    fits = len(last) + len(address) + 3 <= MOST_LINE
    return f"{header}: {phrase}{' ' if fits else NEXT_LINE}<{address}>\r\n".encode()


def _phrase(header: str, name: str) -> str:
    """A display name: as it is, quoted (RFC 5322, 3.2.4), or where need be as encoded words (RFC 2047)."""
    plain = _printable(name)
    if not plain.isascii() or "=?" in plain:
        return _encoded(header, plain)
    if ATOMS.fullmatch(plain) and len(header) + len(plain) + 2 <= MOST_LINE:
        return plain
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"' if len(quoted) <= MOST_QUOTED else _encoded(header, plain)


def _subject(text: str) -> bytes:
    plain = _printable(text)
    as_it_is = plain.isascii() and "=?" not in plain and len(plain) + 9 <= MOST_LINE
    return f"Subject: {plain if as_it_is else _encoded('Subject', plain)}\r\n".encode("ascii")


def _encoded(header: str, plain: str) -> str:
    return Header(plain, "utf-8", maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _printable(text: str) -> str:
    """Without what could end a header or a line."""
    return " ".join(one_line(text).split())


def _reply_to(letter: Letter, sender: Sender) -> Iterator[bytes]:
    if reply := sender.reply_to(letter):
        yield _mailbox("Reply-To", f"{letter.sharing_city} via {sender.name}", reply)


def _headers(letter: Letter, sender: Sender) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(letter.written)
    yield "Message-ID", f"<{letter.id}@{domain_of(letter, sender)}>"
    yield from (*_thread(letter, sender), *_list(letter, sender), *_machine(letter, sender))


def domain_of(letter: Letter, sender: Sender) -> str:
    """Account mail has a domain of its own, so that its reputation is its own."""
    return sender.account_domain if letter.kind in UNLISTED else sender.domain


def _thread(letter: Letter, sender: Sender) -> Iterator[tuple[str, str]]:
    if letter.thread:
        root = f"<{letter.thread}@{sender.domain}>"
        yield "References", root
        if letter.answers_thread:
            yield "In-Reply-To", root


def _list(letter: Letter, sender: Sender) -> Iterator[tuple[str, str]]:
    if letter.kind in UNLISTED:
        return
    kind = LISTED.get(letter.kind, letter.kind.replace("_", "-"))
    city = _ascii(letter.city_name, letter.city)
    mailed = f"mailto:unsubscribe@{sender.domain}?subject={key_for(sender.key, 'unsubscribe', letter.id)}"
    yield "List-ID", f"{sender.name} {kind} for {city} <{city}.{kind}.{sender.list_domain}>"
    yield "List-Unsubscribe", f"<{sender.link('unsubscribe', letter)}>, <{mailed}>"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "List-Help", f"<{sender.link('preferences', letter)}>"


def _machine(letter: Letter, sender: Sender) -> Iterator[tuple[str, str]]:
    topic = _ascii(letter.topic or "all")
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    yield "Feedback-ID", f"{topic}:{_ascii(letter.city)}:{letter.kind}:{_ascii(sender.name)}"
    if sender.complaints:
        yield "CFBL-Address", f"{sender.complaints}; report=arf"
    yield "X-CitiesShare-Kind", letter.kind
    yield from _facts(letter)


def _facts(letter: Letter) -> Iterator[tuple[str, str]]:
    if letter.need:
        yield "X-CitiesShare-Reason", _ascii(letter.need)
    if letter.fit is not None:
        yield "X-CitiesShare-Fit", str(half_up(letter.fit))
    if letter.risk is not None:
        yield "X-CitiesShare-Risk", str(half_up(letter.risk))
    if letter.topic:
        yield "X-CitiesShare-Topic", _ascii(letter.topic)


def _ascii(text: str, otherwise: str = "unnamed") -> str:
    """``text`` in letters a header takes as they are: ``Kraków`` gives ``krakow``."""
    plain = "".join(char for char in normalize("NFKD", text.lower()) if not combining(char))
    ascii_only = "".join(char if char.isascii() and char.isalnum() else "-" for char in plain)
    return "-".join(part for part in ascii_only.split("-") if part)[:60] or otherwise
