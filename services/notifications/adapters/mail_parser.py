"""Parse a mail that came in. Runs in the process of ``mail_worker`` and imports little, see there.

Bounds come first, each found in one pass over the bytes. Headers are cut where they are read, so that no
parser of the standard library sees a long one: several of them take time that grows faster than their input.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32

from services.notifications.domain.charsets import decoded
from services.notifications.domain.html_to_text import html_to_text
from services.notifications.domain.mail_headers import (
    MOST_HEADER_BYTES,
    MOST_HEADERS,
    MOST_VALUE,
    address_in,
)
from services.notifications.domain.parsed_mail import (
    MOST_BYTES,
    Automatic,
    Feedback,
    MailParseError,
    ParsedMail,
    RecipientStatus,
)

MOST_DELIMITERS = 1_000
MOST_CONTAINERS = 60
MOST_PARTS = 100
MOST_DEPTH = 12
MOST_TEXT = 200_000
MOST_REPORTED = 20_000
MOST_GUESSED = 100_000
"""A bounce says what it has to say before the copy of the message."""
MOST_RECIPIENTS = 20
HEADERS_END = re.compile(rb"\r?\n\r?\n")
HEADER = re.compile(rb"^[^ \t\r\n]", re.MULTILINE)
DELIMITER = re.compile(rb"^--", re.MULTILINE)
CONTAINER = re.compile(rb"boundary[\s*0-9]*=|message/", re.IGNORECASE)
CHARSET = re.compile(r"(?<=[;\s])charset", re.IGNORECASE)
OUR_CHARSET = "x-charset"
STATUS_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK_REPORT = "message/feedback-report"
REPORTED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
BY_A_MACHINE = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Autoresponse")
LIKELY_BY_A_MACHINE = ("X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe")
UTF8_ADDRESS = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


class BoundedHeaders(Compat32):
    """Headers as the standard library keeps them, cut before anything looks at their value.

    Character sets get a name of ours: the library decodes by any codec that a mail names, some of which take
    time that grows with the square of their input.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value of one header."""
        name, value = super().header_source_parse(sourcelines)
        if name.lower() == "content-type":
            value = CHARSET.sub(OUR_CHARSET, value[:MOST_VALUE])
        return name[:100], value[:MOST_VALUE]

    def handle_defect(self, obj: Message, defect: Exception) -> None:
        """What is wrong with a mail does not matter here; a list of it could grow without end."""


def read_mail(raw: bytes) -> ParsedMail:
    """What ``raw`` says. Raises ``MailParseError`` where it goes over a bound."""
    check_bounds(raw)
    message = message_from_bytes(raw, policy=BoundedHeaders())
    parts = list(_parts(message))
    reports = [_content(part) for part in parts if part.get_content_type() in STATUS_REPORTS]
    feedback = [_content(part) for part in parts if part.get_content_type() == FEEDBACK_REPORT]
    text, unreadable = _text(parts)
    failed, delayed = ((), ()) if reports or feedback else _guessed(raw)
    return ParsedMail(
        author=_author(message),
        automatic=_automatic(message),
        text=text,
        unreadable=unreadable,
        recipients=tuple(one for report in reports for one in _recipients(report))[:MOST_RECIPIENTS],
        feedback=_feedback(feedback[0]) if feedback else None,
        reported=_reported(parts),
        failed=failed,
        delayed=delayed,
    )


def check_bounds(raw: bytes) -> None:
    """Raise ``MailParseError`` where ``raw`` is longer, or could have more parts or levels, than is read."""
    if len(raw) > MOST_BYTES:
        raise MailParseError(f"the mail has {len(raw)} bytes; at most {MOST_BYTES} are read")
    end = HEADERS_END.search(raw)
    head = raw[: end.start()] if end else raw
    if len(head) > MOST_HEADER_BYTES:
        raise MailParseError(f"the headers have {len(head)} bytes; at most {MOST_HEADER_BYTES} are read")
    if _more(HEADER, head, MOST_HEADERS):
        raise MailParseError(f"the mail has more than {MOST_HEADERS} headers")
    if _more(DELIMITER, raw, MOST_DELIMITERS):
        raise MailParseError(f"the mail has more than {MOST_DELIMITERS} lines that could begin a part")
    if _more(CONTAINER, raw, MOST_CONTAINERS):
        raise MailParseError(f"the mail has more than {MOST_CONTAINERS} parts that could hold others")


def _more(pattern: re.Pattern[bytes], raw: bytes, most: int) -> bool:
    return any(number >= most for number, _ in enumerate(pattern.finditer(raw)))


def _parts(message: Message) -> Iterator[Message]:
    """The message and all its parts, in their order; those of an attached message too."""
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > MOST_DEPTH or seen > MOST_PARTS:
            raise MailParseError(
                f"the mail has more than {MOST_PARTS} parts, or {MOST_DEPTH} levels of parts"
            )
        yield part
        if part.get_content_type() in STATUS_REPORTS:
            continue
        waiting.extend((one, depth + 1) for one in reversed(_inner(part)))


def _inner(part: Message) -> list[Message]:
    """The parts of a part."""
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _content(part: Message) -> str:
    """The content of a part as text, also where the parser took it apart: a report's fields."""
    if part.is_multipart():
        plain = Message(policy=BoundedHeaders())
        plain["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", "7bit"))
        plain.set_payload("\n".join(one.as_string() for one in _inner(part)))
        part = plain
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _recipients(report: str) -> list[RecipientStatus]:
    blocks = [_fields(block) for block in report.replace("\r\n", "\n").split("\n\n")]
    about = [block for block in blocks if "final-recipient" in block or "action" in block]
    return [
        RecipientStatus(
            address=_typed(block.get("original-recipient") or block.get("final-recipient")),
            action=block.get("action"),
            status=block.get("status"),
            diagnostic=block.get("diagnostic-code", "")[:500] or None,
        )
        for block in about[:MOST_RECIPIENTS]
    ]


def _feedback(report: str) -> Feedback:
    fields = _fields(report)
    return Feedback(fields.get("feedback-type"), _typed(fields.get("original-rcpt-to")))


def _fields(block: str) -> dict[str, str]:
    """The fields of a block, unfolded, by name in lower case; of several with one name the first."""
    fields: dict[str, str] = {}
    last = ""
    for line in block.replace("\r\n", "\n").split("\n")[:200]:
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and last:
            fields[last] = f"{fields[last]} {line.strip()}"[:MOST_VALUE]
        elif colon:
            last = name.strip().lower()
            if last in fields:
                last = ""
            else:
                fields[last] = " ".join(value[:MOST_VALUE].split())
    return fields


def _typed(field: str | None) -> str | None:
    """``rfc822; somebody@example.org`` gives the address; ``utf-8; j\\x{F6}rg@…`` (RFC 6533) its letters."""
    if not field:
        return None
    kind, typed, address = field.partition(";")
    written = address_in(address if typed else field)
    if written and kind.strip().lower() == "utf-8":
        return UTF8_ADDRESS.sub(lambda code: _letter(int(code[1], 16)), written)
    return written


def _letter(code: int) -> str:
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "�"


def _reported(parts: list[Message]) -> str:
    """The headers of the message that a report is about."""
    for part in parts[1:]:
        if part.get_content_type() in REPORTED:
            coded = _word(part, "Content-Transfer-Encoding") in {"base64", "quoted-printable"}
            for about in [] if coded else _inner(part):
                if about.keys():
                    return "\n".join(f"{name}: {value}" for name, value in about.items())[:MOST_REPORTED]
            return _content(part)[:MOST_REPORTED]
    return ""


def _author(message: Message) -> str | None:
    return address_in(str(message.get("From", "")))


def _automatic(message: Message) -> Automatic | None:
    """Whether a machine wrote this (RFC 3834, section 2, and what its forerunners do)."""
    submitted = _word(message, "Auto-Submitted")
    precedence = _word(message, "Precedence")
    report = message.get_content_type() == "multipart/report"
    by_name = any(_word(message, name) not in {"", "no"} for name in BY_A_MACHINE)
    nobody = "".join(str(message.get("Return-Path", "?")).split()) == "<>"
    if submitted not in {"", "no"} or precedence == "auto_reply" or report or by_name or nobody:
        return "certain"
    suppressed = any(_word(message, name) not in {"", "none"} for name in LIKELY_BY_A_MACHINE)
    return "likely" if precedence in {"bulk", "list", "junk"} or suppressed else None


def _word(message: Message, name: str) -> str:
    """The first word of a header in lower case, without what RFC 3834 lets follow after a semicolon."""
    words = str(message.get(name, "")).replace(";", " ").split()
    return words[0].lower() if words else ""


def _text(parts: list[Message]) -> tuple[str, str | None]:
    """What a person reads, and why it cannot be read where it cannot; plain text before HTML."""
    own = _own(parts)
    for kind in ("text/plain", "text/html"):
        read = [_decoded(part) for part in own if part.get_content_type() == kind]
        wrong = next((text for text in read if isinstance(text, MailParseError)), None)
        if wrong is not None:
            return "", str(wrong)
        text = "\n".join(part for part in read if isinstance(part, str))
        if len(text) > MOST_TEXT:
            return "", f"the text has {len(text)} characters; at most {MOST_TEXT} are read"
        if text.strip():
            return html_to_text(text) if kind == "text/html" else text, None
    return "", None


def _own(parts: list[Message]) -> list[Message]:
    """The parts that somebody wrote, without attachments and attached messages."""
    attached = {id(inner) for part in parts for inner in _attached(part)}
    return [part for part in parts if id(part) not in attached and not _is_file(part)]


def _attached(part: Message) -> Iterator[Message]:
    if part.get_content_maintype() != "message":
        return
    waiting = _inner(part)
    while waiting:
        inner = waiting.pop()
        yield inner
        waiting.extend(_inner(inner))


def _is_file(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _decoded(part: Message) -> str | MailParseError:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = _charset(part)
    text = decoded(content, charset)
    return MailParseError(f"the character set {charset!r} is not known here") if text is None else text


def _charset(part: Message) -> str | None:
    try:
        named = part.get_param(OUR_CHARSET)
    except (LookupError, ValueError, TypeError, AttributeError):  # a parameter that the library trips over
        return "unknown"
    return named[2] if isinstance(named, tuple) else named


def _guessed(raw: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses that failed, and those that wait, as a bounce without a standard report tells them."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - loads its detectors, which few mails need

    try:
        temporary, permanent = all_failures(message_from_bytes(raw[:MOST_GUESSED], policy=BoundedHeaders()))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - its detectors trip over odd messages in many ways
        return (), ()
    return _first(permanent), _first(temporary)


def _first(addresses: frozenset[bytes]) -> tuple[str, ...]:
    return tuple(sorted(one.decode("ascii", "replace")[:320] for one in addresses))[:MOST_RECIPIENTS]
