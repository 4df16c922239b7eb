"""The headers of a letter, exactly; ``design`` decides them, mailbox providers read them."""

from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from unicodedata import combining, normalize

from services.notifications.domain.letters import Letter
from services.notifications.domain.tokens import key_for
from services.notifications.sender import Sender

FROM_PEOPLE = frozenset({"from", "to", "reply-to", "subject"})
LISTED = {"alert": "alerts", "warning": "warnings", "update": "updates", "digest": "digests"}
UNLISTED = frozenset({"account", "confirmation"})


class Wire(EmailPolicy):
    """SMTP's policy, except that headers we make are ASCII, folded between their parts and never encoded.

    Python folds a ``List-Unsubscribe`` whose address is longer than a line into an RFC 2047 word, which no
    mail program can click; and it parses every header, which takes most of the time a letter takes.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() in FROM_PEOPLE:
            return super().header_store_parse(name, value)
        if "\r" in value or "\n" in value:
            raise ValueError(f"the header {name} has a line break")
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:
        return super().header_fetch_parse(name, value) if name.lower() in FROM_PEOPLE else value

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in FROM_PEOPLE:
            return super().fold_binary(name, value)
        return (f"{name}: " + ",\r\n ".join(value.split(", ")) + "\r\n").encode("ascii")


WIRE = Wire(**{key: getattr(SMTP, key) for key in ("linesep", "max_line_length", "raise_on_defect")})


def write_headers(message: EmailMessage, letter: Letter, sender: Sender, subject: str) -> None:
    """Set every header but those of the content."""
    message["From"] = Address(sender.name, addr_spec=f"alerts@{domain_of(letter, sender)}")
    message["To"] = Address(letter.to_name, addr_spec=letter.to)
    if reply := sender.reply_to(letter):
        message["Reply-To"] = Address(f"{letter.sharing_city} via {sender.name}", addr_spec=reply)
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.written)
    message["Message-ID"] = f"<{letter.id}@{domain_of(letter, sender)}>"
    for name, value in (*_thread(letter, sender), *_list(letter, sender), *_machine(letter, sender)):
        message[name] = value


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
