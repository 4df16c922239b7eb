"""Mails to the port for what comes back: with and without keys, bombs, odd charsets, forged reports."""

import base64
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from tests.attack.marks import mark

MAIL, BOUNCE, REPLY = "mail.citiesshare.example", "bounce.citiesshare.example", "reply.citiesshare.example"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def _key(dice: Random, length: int) -> str:
    return "".join(dice.choices(LETTERS, k=length))


def recipient(dice: Random) -> str:
    """An address as the service makes them, with a key that it did not make; or none of its own."""
    return dice.choice(
        [
            f"b+{_key(dice, 24)}.{_key(dice, 8)}@{BOUNCE}",
            f"unsubscribe@{MAIL}",
            f"r+{_key(dice, 35)}@{REPLY}",
            f"{_key(dice, 35)}@{REPLY}",
            f"alerts@{MAIL}",
            f"postmaster@{MAIL}",
            "somebody@elsewhere.example",
            f"b+{_key(dice, 24)}@{BOUNCE}",
            f'"a b"@{MAIL}',
            f"{'x' * 60}@{MAIL}",
            f"b+../../etc.{_key(dice, 8)}@{BOUNCE}",
        ]
    )


def _head(dice: Random, number: int, kind: str = "text/plain; charset=utf-8") -> bytes:
    subject = dice.choice(
        ["Re: your letter", _key(dice, 35), f"unsubscribe {mark(number)}", "=?utf-8?b?////?="]
    )
    return (
        f"From: Somebody <somebody@elsewhere.example>\r\nTo: x@{MAIL}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{_key(dice, 12)}@elsewhere.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {kind}\r\n\r\n"
    ).encode()


def reply(dice: Random, number: int) -> bytes:
    """An answer, with the quotation above, below or around it."""
    quoted = "".join(f"> line {line} of the letter\r\n" for line in range(dice.randrange(200)))
    words = f"Thank you, we would like to know more. {mark(number)}\r\n"
    said = dice.choice([words + quoted, quoted + words, quoted + words + quoted, quoted, words])
    return _head(dice, number) + said.encode()


def long_header(dice: Random, number: int) -> bytes:
    """One header of up to 1.6 MB."""
    size = dice.choice((10_000, 100_000, 1_600_000))
    value = dice.choice([b"a" * size, b"a, " * (size // 3), b"(" * size, b"=?utf-8?q?a?= " * (size // 14)])
    return (
        dice.choice([b"X-Long", b"To", b"References", b"From"])
        + b": "
        + value
        + b"\r\n"
        + _head(dice, number)
    )


def many_headers(dice: Random, number: int) -> bytes:
    """Tens of thousands of headers."""
    return b"Received: by a\r\n" * dice.choice((1_000, 60_000)) + _head(dice, number) + b"x\r\n"


def many_parts(dice: Random, number: int) -> bytes:
    """Up to 45,000 parts."""
    parts = b"--b\r\nContent-Type: text/plain\r\n\r\na\r\n" * dice.choice((1_000, 45_000))
    return _head(dice, number, 'multipart/mixed; boundary="b"') + parts + b"--b--\r\n"


def deep_parts(dice: Random, number: int) -> bytes:
    """Parts within parts, up to 900 deep."""
    depth = dice.choice((50, 900))
    made = b"".join(
        b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (level, level + 1)
        for level in range(depth)
    )
    return _head(dice, number, 'multipart/mixed; boundary="b0"') + made + b"deep\r\n"


def deep_messages(dice: Random, number: int) -> bytes:
    """Messages within messages."""
    return _head(dice, number, "message/rfc822") + b"Content-Type: message/rfc822\r\n\r\n" * dice.choice(
        (50, 900)
    )


def long_word(dice: Random, number: int) -> bytes:
    """One word of 25,000 letters, or one line of a megabyte."""
    line = dice.choice([b"a" * 25_000, b"a-" * 12_500, b"> " * 12_500, b"_" * 900_000, b"x" * 900])
    return _head(dice, number) + line + b"\r\n"


def odd_charset(dice: Random, number: int) -> bytes:
    """A charset that is unknown, wrong, or costly."""
    charset = dice.choice(
        ["x-unknown", "utf-7", "hz", "utf-16", "idna", "unicode_escape", "base64", "zlib", "\x00"]
    )
    body = base64.encodebytes(dice.randbytes(dice.randrange(500)))
    return _head(dice, number, f"text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64") + body


def html_only(dice: Random, number: int) -> bytes:
    """HTML alone, harmless or deep."""
    depth = dice.choice((1, 100, 20_000))
    text = "<div>" * depth + f"Thank you {mark(number)}" + "<script>alert(1)</script>" + "</div>" * depth
    return _head(dice, number, "text/html; charset=utf-8") + text.encode()


def forged_bounce(dice: Random, number: int) -> bytes:
    """A delivery report about somebody's address, without the key that only its relay knows."""
    status = dice.choice(["5.1.1", "5.7.1", "4.2.2", "9.9.9", "5.1.1\r\n evil", ""])
    action = dice.choice(["failed", "delayed", "FAILED", "", "expanded"])
    kind = dice.choice(
        ["message/delivery-status", "message/global-delivery-status", "message/feedback-report"]
    )
    report = (
        f"--b\r\nContent-Type: {kind}\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; maja-{number}@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {mark(number)}\r\n\r\n--b--\r\n"
    )
    head = _head(dice, number, 'multipart/report; report-type=delivery-status; boundary="b"')
    return head + report.encode()


def automatic(dice: Random, number: int) -> bytes:
    """An answer that nobody wrote."""
    sign = dice.choice([b"Auto-Submitted: auto-replied", b"Precedence: bulk", b"X-Autoreply: yes"])
    return sign + b"\r\n" + reply(dice, number)


def noise(dice: Random, number: int) -> bytes:
    """Bytes that are no mail."""
    head = dice.choice([b"", _head(dice, number), b"\r\n", b": \r\n", b"Subject: \xff\xfe\r\n\r\n"])
    return head + dice.randbytes(dice.randrange(3_000)).replace(b"\r", b"").replace(b"\n", b"")


MAILS: Mapping[str, Callable[[Random, int], bytes]] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            reply, long_header, many_headers, many_parts, deep_parts, deep_messages, long_word, odd_charset,
            html_only, forged_bounce, automatic, noise,
        )
    }
)  # fmt: skip
