"""Removing addresses, keys and passwords from text that leaves the process: log lines and events."""

import re
from typing import Any

ADDRESS, KEY, SECRET = "[address]", "[key]", "[secret]"
LOCAL = r"[^\s<>()\[\],;:\"'=/?&@]"
ASKED = "key|token|code|secret|password|sig|email|address"
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # User and password in URLs: everything between the scheme and the host.
    (re.compile(r"(?<=://)[^\s/\"'<>]{1,300}@"), f"{SECRET}@"),
    # user@host as in mail (RFC 5322), escaped in a URL or in quoted-printable, or written as "user (at)
    # host". It starts at the start of a word, so that the time is linear in the length of a long word.
    (
        re.compile(
            rf"(?:\"[^\"\n]{{1,64}}\"|(?<!{LOCAL}){LOCAL}+|(?<!\]))(?:@|%40|=40|\s?[\[(]at[\])]\s?)"
            r"(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9A-Fa-f.:IPv]+\])",
        ),
        ADDRESS,
    ),
    (re.compile(r"\b(?:csk_[0-9a-f]+)_[\w-]{8,}"), KEY),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {SECRET}"),
    # Keys in links and addresses of letters: 24 base32 characters and a code.
    (re.compile(r"(?<![A-Za-z0-9])[a-z2-7]{24}[.-]?[a-z2-7]{8,}(?![A-Za-z0-9])"), KEY),
    # Keys in the paths of pages that letters link to.
    (re.compile(r"(/(?:s|v|t|p|u|f|c|i|o|in)/)[\w.~%-]{16,}"), rf"\1{KEY}"),
    (
        re.compile(r"(?i)([?&](?:key|token|code|secret|password|sig|email|address)=)[^&\s\"']+"),
        rf"\1{SECRET}",
    ),
)


def redacted(text: str) -> str:
    """Return ``text`` with ``[address]``, ``[key]`` or ``[secret]`` for each address, key and password."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def redact_line(_: Any, __: str, rendered: Any) -> str:  # noqa: ANN401 - as structlog calls it
    """Return the rendered log line without addresses and keys: the last processor of structlog."""
    return redacted(str(rendered))
