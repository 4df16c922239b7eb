"""Mails that come back, as mail servers and mail programs write them; small, and large on purpose."""

from collections.abc import Iterator
from pathlib import Path

CASES = Path(__file__).parents[2] / "shared/cases/mail"
"""Small mails that came out wrong once; not everywhere. The same is built here."""


def report(
    status: str, action: str = "failed", diagnostic: str = "smtp; 550 no", address: str = "reader@example.org"
) -> bytes:
    """A delivery status notification (RFC 3464)."""
    return report_of(
        "message/delivery-status",
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n",
    )


def report_of(kind: str, content: str, more: str = "", encoding: str = "7bit") -> bytes:
    """A report whose second part is of ``kind``; ``more`` comes after it, from its delimiter on."""
    name = "feedback-report" if "feedback" in kind else "delivery-status"
    return (
        "From: MAILER-DAEMON@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={name}; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}\r\n"
        f"{more}--b--\r\n"
    ).encode()


def feedback(kind: str, reported: str = "") -> bytes:
    """A feedback report (RFC 5965) about the message with the headers ``reported``."""
    part = f"--b\r\nContent-Type: message/rfc822\r\n\r\n{reported}\r\n\r\nHello\r\n" if reported else ""
    return report_of("message/feedback-report", f"Feedback-Type: {kind}\r\nUser-Agent: x/1\r\n", part)


def reply(text: str, headers: str = "", author: str = "reader@example.org") -> bytes:
    """What a person writes back."""
    return f"From: Reader <{author}>\r\nSubject: Re: x\r\n{headers}\r\n{text}\r\n".encode()


MALFORMED = b"From: spam@x.example\r\nContent-Type: text/plain; name*\r\n\r\nhello\r\n"
"""The standard library's parser trips over this name without a value."""


def nested(depth: int) -> bytes:
    """Parts in parts."""
    lines = ["From: a@b.c", "Content-Type: multipart/mixed; boundary=b0", ""]
    for level in range(depth):
        lines += [f"--b{level}", f"Content-Type: multipart/mixed; boundary=b{level + 1}", ""]
    return "\r\n".join(lines).encode()


def digests(depth: int) -> bytes:
    """Messages in messages, without saying so: the parts of a digest are messages."""
    lines = ["From: a@b.c", "Content-Type: multipart/digest; boundary=b0", ""]
    for level in range(depth):
        lines += [f"--b{level}", "", f"Content-Type: multipart/digest; boundary=b{level + 1}", ""]
    return "\r\n".join(lines).encode()


def many_parts(many: int) -> bytes:
    """Parts beside parts."""
    head = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nx\r\n" * many + b"--b--\r\n"


def long_header(name: str, piece: bytes, size: int) -> bytes:
    """One header of about ``size`` bytes, folded."""
    line = piece * max(1, 900 // len(piece))
    folded = b"\r\n ".join([line] * max(1, size // len(line)))
    return name.encode() + b": " + folded + b"\r\n\r\nx\r\n"


PIECES = {
    "encoded words": ("Subject", b"=?utf-8?q?a?= "),
    "comments": ("From", b"((((("),
    "parameters": ("Content-Type", b"text/plain; a=b; "),
    "quotes": ("Content-Type", b'text/plain; a="'),
    "continued parameters": ("Content-Disposition", b"attachment; a*0*=utf-8''x; "),
    "addresses": ("To", b"a@b.c, "),
    "groups": ("To", b"a:b;"),
    "dots": ("From", b". "),
    "message ids": ("Message-ID", b"<<a@b>"),
    "blanks": ("Content-Transfer-Encoding", b"  \t"),
    "dates": ("Date", b"1 Jan "),
}


def bombs() -> Iterator[tuple[str, bytes]]:
    """What stalled or filled the process once, each by name."""
    yield "1.6 MB of encoded words in the subject", long_header(*PIECES["encoded words"], 1_600_000)
    yield "45,000 parts", many_parts(45_000)
    yield "900 nested parts", nested(900)
    yield "900 nested digests", digests(900)
    yield "one word of 25,000 letters", reply("a" * 25_000)
    yield "100,000 headers", b"X: y\r\n" * 100_000 + b"\r\nx\r\n"
    yield "a header of 1 MB", b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nx\r\n"
    yield "3 MB", b"Subject: x\r\n\r\n" + b"x" * 3_000_000
    yield "an HTML text of open tags", reply("<a" * 90_000, "Content-Type: text/html\r\n")
    yield "an HTML text of quotations", reply("<blockquote>" * 15_000, "Content-Type: text/html\r\n")
    yield "a text of quoted marks", reply("> > >\r\n" * 25_000)
    yield "a text of labels", reply("a@b: c\r\n" * 20_000)
    yield (
        "a text in an escape codec",
        reply("é" + "a" * 100_000, "Content-Type: text/plain; charset=punycode\r\n"),
    )
