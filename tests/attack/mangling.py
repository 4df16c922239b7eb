"""How a good document becomes a bad one: bytes, shapes and texts that break readers."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any

Document = dict[str, Any]
Mangle = Callable[[Random, Document], bytes]

BIDI = "\u202e\u2066\u2067\u2069\u200f\u061c"
CONTROLS = "".join(map(chr, [*range(0x20), 0x7F, *range(0x80, 0xA0)]))
INJECTIONS = (
    {"$gt": ""},
    {"$where": "sleep(5000)"},
    {"$ne": None},
    {"$regex": "(a+)+$"},
    ["$set", {"state": "published"}],
    "$ref",
    "'; DROP TABLE records; --",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "need|x|y",
    "a\u0000b",
    "x\r\nBcc: everybody@example.org\r\n\r\nHello",
    "javascript:alert(1)",
    "\ud800",
    "\U0010ffff" * 40,
    "ﷺ" * 300,
    "a\u0301" * 300,
)
ODD_NUMBERS = (
    "1e400", "-1e400", "NaN", "Infinity", "-0", "1" * 5_000, "0." + "1" * 5_000, "1e-400", "00012",
    "0x10", "1_000", str(2**63), str(-(2**63) - 1), str(2**64), "9" * 400, "1E+308", "-1",
)  # fmt: skip


def dumped(document: object) -> bytes:
    """JSON, with lone surrogates left as escapes."""
    return json.dumps(document, ensure_ascii=True).encode()


def flipped(dice: Random, document: Document) -> bytes:
    """Some bytes are others."""
    made = bytearray(dumped(document))
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made)


def truncated(dice: Random, document: Document) -> bytes:
    """It ends too early."""
    whole = dumped(document)
    return whole[: dice.randrange(len(whole))]


def spliced(dice: Random, document: Document) -> bytes:
    """A piece is missing, doubled, or somewhere else."""
    whole = dumped(document)
    first, last = sorted((dice.randrange(len(whole)), dice.randrange(len(whole))))
    piece = whole[first:last]
    return dice.choice(
        [whole[:first] + whole[last:], whole[:last] + piece + whole[last:], piece + whole, whole + whole]
    )


def invalid_utf8(dice: Random, document: Document) -> bytes:
    """Bytes that are no UTF-8, or another encoding altogether."""
    text = json.dumps(document, ensure_ascii=False)
    coding = dice.choice(["utf-16", "utf-32", "cp500", "utf-8-sig", "bytes"])
    if coding != "bytes":
        return text.encode(coding, errors="replace")
    bad = dice.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80"])
    return text.encode().replace(b" ", bad, 2)


def doubled_keys(dice: Random, document: Document) -> bytes:
    """The same key twice, with different values."""
    data = document.get("data")
    inner = data if isinstance(data, dict) and data else document
    key = dice.choice(sorted(inner))
    other = json.dumps(dice.choice(["3128760", None, 17, {"$gt": ""}]))
    return dumped(document).replace(f'"{key}":'.encode(), f'"{key}": {other}, "{key}":'.encode(), 1)


def nested(dice: Random, document: Document) -> bytes:
    """Lists or objects in one another: 900 deep, which most readers take, or far deeper, which none does."""
    depth = dice.choice((900, 900, 900, 1_100, 5_000, 100_000))
    opening, closing = dice.choice([("[", "]"), ('{"a":', "}")])
    bomb = opening * depth + "1" + closing * depth
    data = document.get("data")
    key = dice.choice(sorted(data)) if isinstance(data, dict) and data else None
    if key is None or dice.random() < 0.2:
        return bomb.encode()
    return _in_place(document, key, bomb)


def odd_number(dice: Random, document: Document) -> bytes:
    """A number that is none, or far too large, where a value stood."""
    return _in_place(document, _some_key(dice, document), dice.choice(ODD_NUMBERS))


def wrong_type(dice: Random, document: Document) -> bytes:
    """A value of another type somewhere."""
    made = json.loads(json.dumps(document))
    holder, key = dice.choice(list(_places(made)))
    holder[key] = dice.choice([None, True, 17, -1.5, "", [], {}, [[]], {"a": {}}, ["x"] * 50, "x" * 2_000])
    return dumped(made)


def missing(dice: Random, document: Document) -> bytes:
    """A value is not there."""
    made = json.loads(json.dumps(document))
    holder, key = dice.choice(list(_places(made)))
    del holder[key]
    return dumped(made)


def unexpected(dice: Random, document: Document) -> bytes:
    """Fields that nobody asked for: operators of the store, the fields of records."""
    made = json.loads(json.dumps(document))
    holder = next(one for one, _ in _places(made) if isinstance(one, dict))
    fields = [
        "$set",
        "_id",
        "revision",
        "state",
        "embargoed",
        "recorded",
        "__proto__",
        "ownership",
        "actor",
        "a.b",
    ]
    for name in dice.sample(fields, 3):
        holder[name] = dice.choice(["published", 99, {"$gt": ""}, None])
    data = made.get("data")
    if isinstance(data, dict):
        data[dice.choice(fields)] = {"city": "3128760"}
    return dumped(made)


def injected(dice: Random, document: Document) -> bytes:
    """Operators, formulas, paths, markup and line breaks where a text stood."""
    made = json.loads(json.dumps(document))
    holder, key = dice.choice(list(_places(made)))
    holder[key] = dice.choice(INJECTIONS)
    return dumped(made)


def controls(dice: Random, document: Document) -> bytes:
    """Control characters and direction overrides in texts."""
    made = json.loads(json.dumps(document))
    texts = [(holder, key) for holder, key in _places(made) if isinstance(holder[key], str)]
    for holder, key in dice.sample(texts, min(3, len(texts))):
        place = dice.randrange(len(holder[key]) + 1)
        odd = "".join(dice.choices(dice.choice([BIDI, CONTROLS, "\u2028\u2029\ufeff\u0000"]), k=3))
        holder[key] = holder[key][:place] + odd + holder[key][place:]
    return dumped(made)


def raw_controls(dice: Random, document: Document) -> bytes:
    """Control characters as they are, inside strings, where JSON has none."""
    return dumped(document).replace(b" ", dice.choice([b"\t", b"\n", b"\x00", b"\x1b[2J", b"\r"]), 3)


def giant(dice: Random, document: Document) -> bytes:
    """A text, a list or an object that is far too long."""
    size = dice.choice((10_000, 100_000, 100_000, 1_000_000))
    value = dice.choice(
        [json.dumps("word " * (size // 5)), json.dumps("x" * size), json.dumps(list(range(size // 10)))]
    )
    return _in_place(document, _some_key(dice, document), value)


def packed(dice: Random, document: Document) -> bytes:
    """Compressed, honestly or as a bomb: 40 MB of zeros in 40 kB."""
    compress = dice.choice([_gzipped, _zipped])
    return _bomb(compress) if dice.random() < 0.5 else compress(dumped(document))


def _gzipped(inside: bytes) -> bytes:
    return gzip.compress(inside, 9, mtime=0)


def _zipped(inside: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("../../evil.json"), inside, zipfile.ZIP_DEFLATED)
    return made.getvalue()


@cache
def _bomb(compress: Callable[[bytes], bytes]) -> bytes:
    return compress(bytes(40_000_000))


def noise(dice: Random, _: Document) -> bytes:
    """Bytes that mean nothing, or almost nothing."""
    some: list[bytes] = [b"", b" ", b"null", b"[]", b"{}", b'""', b"0", b"\x00" * 64, b"%PDF-1.7", b"<xml/>"]
    return dice.choice([*some, dice.randbytes(dice.randrange(2_000))])


def rekeyed(dice: Random, document: Document) -> bytes:
    """Keys in another spelling."""
    text = dumped(document).decode()
    keys = [key for holder, key in _places(document) if isinstance(holder, dict)]
    key = dice.choice(sorted({str(key) for key in keys}))
    return text.replace(
        f'"{key}"', json.dumps(dice.choice([key.upper(), f" {key}", f"{key}\u200b", ""]))
    ).encode()


MANGLES: Mapping[str, Mangle] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            flipped, truncated, spliced, invalid_utf8, doubled_keys, nested, odd_number, wrong_type, missing,
            unexpected, injected, controls, raw_controls, giant, packed, noise, rekeyed,
        )
    }
)  # fmt: skip
RARE = frozenset({"giant", "packed"})
"""What is costly to make and to send, and drawn a tenth as often."""
WEIGHTS = tuple(1 if name in RARE else 10 for name in MANGLES)


def mangled(dice: Random, document: Document) -> tuple[str, bytes]:
    """A way of breaking the document, and what comes of it."""
    (name,) = dice.choices(sorted(MANGLES), [WEIGHTS[tuple(MANGLES).index(one)] for one in sorted(MANGLES)])
    return name, MANGLES[name](dice, document)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    """Every value in a document, as its holder and its key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def _some_key(dice: Random, document: Document) -> str:
    data = document.get("data")
    return dice.choice(sorted(data)) if isinstance(data, dict) and data else dice.choice(sorted(document))


def _in_place(document: Document, key: str, text: str) -> bytes:
    """The document with raw JSON in the place of one value, in its data if it has such a key there."""
    data = document.get("data")
    holder = data if isinstance(data, dict) and key in data else document
    place = "@@here@@"
    made = {**document, "data": {**data, key: place}} if holder is data and data else {**document, key: place}
    return dumped(made).replace(f'"{place}"'.encode(), text.encode(errors="surrogatepass"))
