"""Text of a mail in the character set that it names; only real character sets are tried.

Python knows more codecs than mail has character sets: some unpack, escape or take time that grows faster than
their input. So there is a list of what is allowed, and of the names that mail programs made up.
"""

import codecs

ALIASES = {
    "iso-8859-6-e": "iso-8859-6",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gbk",
    "x-big5": "big5",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "utf8mb4": "utf-8",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "unknown": "utf-8",
    "default": "utf-8",
    "default_charset": "utf-8",
    "iso-ir-100": "latin-1",
    "ansi": "cp1252",
}
ALLOWED = (
    "ascii", "utf-8", "utf-16", "utf-32", "iso8859-", "iso2022_", "cp", "koi8-", "mac-", "gb", "big5", "euc_",
    "shift_jis", "hz", "johab", "tis-620", "ptcp154", "kz1048",
)  # fmt: skip


def decoded(content: bytes, charset: str | None) -> str | None:
    """``content`` as text, ``None`` where its character set is not known or it is not in it.

    What claims to be Latin-1 or ASCII is read as the superset that mail programs mean; where the name is not
    known, UTF-8 is tried, which ASCII is part of.
    """
    name = _codec((charset or "utf-8").strip().strip("\"'").lower())
    if name in {"ascii", "iso8859-1"}:
        name = "cp1252"
    for codec in (name, "utf-8"):
        if codec is not None:
            try:
                return content.decode(codec)
            except (UnicodeError, LookupError):
                continue
    return content.decode("latin-1") if name == "cp1252" else None


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(ALIASES.get(name, name)[:40]).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return codec if codec.startswith(ALLOWED) else None
