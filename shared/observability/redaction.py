"""What no log line and no event may carry: addresses, keys, passwords; one rule, where text goes out."""

import re
from typing import Any

ADDRESS, KEY, SECRET = "[address]", "[key]", "[secret]"
LOCAL = r"[^\s<>()\[\],;:\"'=/?&@]"
ASKED = "key|token|code|secret|password|sig|email|address"
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Passwords in URLs: everything between the scheme and the host.
    (re.compile(r"(?<=://)[^\s/\"'<>]{1,300}@"), f"{SECRET}@"),
    # user@host as mail writes it, also escaped in a URL or in quoted-printable, or written out for robots. It
    # begins where a word does, so that a long word is looked through once.
    (
        re.compile(
            rf"(?:\"[^\"\n]{{1,64}}\"|(?<!{LOCAL}){LOCAL}+|(?<!\]))(?:@|%40|=40|\s?[\[(]at[\])]\s?)"
            r"(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9A-Fa-f.:IPv]+\])",
        ),
        ADDRESS,
    ),
    (re.compile(r"\b(?:csk_[0-9a-f]+)_[\w-]{8,}"), KEY),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {SECRET}"),
    # The keys in letters' links and addresses: a name of 24 letters and a code behind it.
    (re.compile(r"(?<![A-Za-z0-9])[a-z2-7]{24}[.-]?[a-z2-7]{8,}(?![A-Za-z0-9])"), KEY),
    # Whatever a page is asked for by a link.
    (re.compile(r"(/(?:s|v|t|p|u|f|c|i|o|in)/)[\w.~%-]{16,}"), rf"\1{KEY}"),
    (
        re.compile(r"(?i)([?&](?:key|token|code|secret|password|sig|email|address)=)[^&\s\"']+"),
        rf"\1{SECRET}",
    ),
)


def redacted(text: str) -> str:
    """``text`` without addresses, keys and passwords; all else stays, so that it still says what happened."""
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text


def redact_line(_: Any, __: str, rendered: Any) -> str:  # noqa: ANN401 - as structlog calls it
    """The last processor of a log line: whoever wrote it and whatever stands in it, errors too."""
    return redacted(str(rendered))
