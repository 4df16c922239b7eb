"""The headers of a letter, exactly; ``design`` decides them, mailbox providers read them."""

from collections.abc import Iterator
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from unicodedata import combining, normalize

from services.notifications.domain.letters import Letter
from services.notifications.domain.tokens import key_for
from services.notifications.sender import Sender
from shared.facts import one_line

FROM_PEOPLE = frozenset({"From", "To", "Reply-To", "Subject"})
LISTED = {
    "alert": "alerts",
    "warning": "warnings",
    "update": "updates",
    "circle": "circles",
    "digest": "digests",
}
UNLISTED = frozenset({"account", "confirmation"})


def head(letter: Letter, sender: Sender, subject: str) -> bytes:
    """Every header of a message as it goes over the wire, but those of its parts."""
    return b"".join(_line(name, value) for name, value in _headers(letter, sender, subject))


def _line(name: str, value: str) -> bytes:
    """One header; those we make are ASCII, folded between their parts and never encoded.

    Python folds a ``List-Unsubscribe`` whose address is longer than a line into an RFC 2047 word, which no
    mail program can click; and it parses every header, which takes most of the time a letter takes. So only
    what people wrote goes through it.
    """
    if name in FROM_PEOPLE:
        return _folded(name, one_line(value))
    if "\r" in value or "\n" in value:
        raise ValueError(f"the header {name} has a line break")
    return (f"{name}: " + ",\r\n ".join(value.split(", ")) + "\r\n").encode("ascii")


@lru_cache(10_000)
def _folded(name: str, value: str) -> bytes:
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


def _headers(letter: Letter, sender: Sender, subject: str) -> Iterator[tuple[str, str]]:
    domain = domain_of(letter, sender)
    yield "From", _address(sender.name, f"alerts@{domain}")
    yield "To", _address(letter.to_name, letter.to)
    if reply := sender.reply_to(letter):
        yield "Reply-To", _address(f"{letter.sharing_city} via {sender.name}", reply)
    yield "Subject", subject
    yield "Date", format_datetime(letter.written)
    yield "Message-ID", f"<{letter.id}@{domain}>"
    yield from (*_thread(letter, sender), *_list(letter, sender), *_machine(letter, sender))


def _address(name: str, address: str) -> str:
    return str(Address(one_line(name), addr_spec=address))


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
        yield "X-CitiesShare-Fit", str(round(letter.fit))
    if letter.risk is not None:
        yield "X-CitiesShare-Risk", str(round(letter.risk))
    if letter.topic:
        yield "X-CitiesShare-Topic", _ascii(letter.topic)


def _ascii(text: str, otherwise: str = "unnamed") -> str:
    """``text`` in letters a header takes as they are: ``Kraków`` gives ``krakow``."""
    plain = "".join(char for char in normalize("NFKD", text.lower()) if not combining(char))
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in plain)
    return "-".join(part for part in kept.split("-") if part)[:60] or otherwise
