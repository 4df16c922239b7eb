"""Files for the offline commands: OCDS, messages of our own, publiccode.yml and tables, all broken."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from tests.attack import wellformed
from tests.attack.inputs import Command, File
from tests.attack.mangling import BIDI, INJECTIONS, ODD_NUMBERS, mangled
from tests.attack.world import CITIES

CELLS = (
    "=cmd|'/c calc'!A1", "@SUM(1+9)*cmd", "+1+1", "-2+3", "\t=1", "1.000", "1,5", "1'000", "31.12.2026",
    "03/04/2027", "45000", "€ 5", "NaN", "#REF!", '"', '""', "a\nb", "\x00", "\x1a", BIDI,
    "CPV:45233162, CPV:33141620", "x" * 40_000, "1e400", "9" * 400, "٣", "2644688",
)  # fmt: skip
COLUMNS = (
    "id",
    "city",
    "title",
    "description",
    "language",
    "topics",
    "stage",
    "budget",
    "deadline",
    "outcome",
)


def package(dice: Random, number: int) -> tuple[str, dict[str, Any]]:
    """A release in one of the wrappings that publishers use."""
    city = dice.choice(list(CITIES))
    release = wellformed.release(number, f"ocds-file-{number}", city)["release"]
    wrappings: dict[str, dict[str, Any]] = {
        "release": release,
        "package": {"releases": [release] * dice.choice((1, 2, 5))},
        "record": {"records": [{"ocid": release["ocid"], "compiledRelease": release, "releases": [release]}]},
        "event": {
            "specversion": "1.0",
            "id": "1",
            "source": "x",
            "type": "org.citiesshare.need.submitted.v1",
            "data": wellformed.need(number, f"file-{number}", city),
        },
        "search": {"hits": {"hits": [{"_source": release}]}},
    }
    name = dice.choice(sorted(wrappings))
    return name, wrappings[name]


def ocds(dice: Random, number: int) -> tuple[str, bytes, str]:
    """A broken document of releases or of a message: its kind, its bytes and its suffix."""
    wrapping, document = package(dice, number)
    kind, content = mangled(dice, document)
    return f"{wrapping}-{kind}", content, dice.choice([".json", ".json", ".jsonl"])


def lines(dice: Random, number: int) -> tuple[str, bytes, str]:
    """JSON Lines of which some are broken."""
    made = [mangled(dice, package(dice, number)[1])[1].replace(b"\n", b" ")[:200_000] for _ in range(3)]
    return "lines", b"\n".join(made), ".jsonl"


def yaml(dice: Random, number: int) -> tuple[str, bytes, str]:
    """A publiccode.yml that is a bomb, is nested, has tags that make objects, or is merely broken."""
    good = wellformed.entry(number, f"file-{number}")["publiccode"]
    levels = "\n".join(f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 9)}]" for level in range(1, 10))
    broken = bytearray(good.encode())
    broken[dice.randrange(len(broken))] = dice.randrange(256)
    cut = good[: dice.randrange(len(good))]
    some: dict[str, bytes] = {
        "bomb": f"l0: &l0 [lol]\n{levels}\n{good}".encode(),
        "nested": b"[" * dice.choice((900, 50_000)),
        "nested_map": b"".join(b" " * level + b"a:\n" for level in range(dice.choice((100, 900)))),
        "nested_flow": b"{a: " * 900,
        "tags": b"!!python/object/apply:os.system ['true']\n" + good.encode(),
        "alias_of_itself": b"a: &a [*a]\n" + good.encode(),
        "merge_keys": b"a: &a {b: 1}\nc: {<<: [*a, *a, *a]}\n" + good.encode(),
        "flipped": bytes(broken),
        "truncated": cut.encode(),
        "latin": good.encode("latin-1"),
        "utf16": good.encode("utf-16"),
        "doubled": good.encode() + b"\n" + good.encode(),
        "documents": b"---\n".join([good.encode()] * 50),
        "injected": good.replace("City IT", str(dice.choice(INJECTIONS))).encode(errors="replace"),
        "number": good.replace('"0.4"', dice.choice(ODD_NUMBERS)).encode(),
        "long_line": b"name: " + b"x" * dice.choice((10_000, 1_000_000)),
        "tabs": good.replace("  ", "\t").encode(),
    }
    kind = dice.choice(sorted(some))
    return f"yaml-{kind}", some[kind], dice.choice([".yml", ".yaml"])


def table(dice: Random, number: int) -> tuple[str, bytes, str]:
    """A table with odd cells, separators, quotes and encodings, or far too many columns."""
    separator = dice.choice([",", ";", "\t", "|"])
    good = {
        "id": f"row-{number}",
        "city": dice.choice(list(CITIES)),
        "title": "Quieter deliveries",
        "language": "en",
    }
    rows = [[dice.choice((good.get(name, ""), dice.choice(CELLS))) for name in COLUMNS] for _ in range(5)]
    text = "\n".join(separator.join(row) for row in [list(COLUMNS), *rows])
    some: dict[str, bytes] = {
        "cells": text.encode(errors="replace"),
        "utf16": text.encode("utf-16", errors="replace"),
        "cp1252": text.encode("cp1252", errors="replace"),
        "sep_line": b"sep=;\n" + text.encode(errors="replace"),
        "open_quote": text.encode(errors="replace") + b'\n"' + b"x" * dice.choice((10, 200_000)),
        "columns": (separator.join(COLUMNS) + separator * 20_000 + "\n" + separator * 20_000).encode(),
        "rows": (separator.join(COLUMNS) + "\n" + ("a" + separator) * 9 + "\n").encode() * 2_000,
        "nul": text.replace("e", "\x00").encode(errors="replace"),
        "bytes": dice.randbytes(500),
        "one_cell": b"x" * dice.choice((100, 500_000)),
        "no_rows": separator.join(COLUMNS).encode(),
        "same_columns": (b"id,id,city,city\n1,2,3,4"),
        "empty": b"",
    }
    kind = dice.choice(sorted(some))
    return f"table-{kind}", some[kind], ".csv"


FILES: Mapping[str, Callable[[Random, int], tuple[str, bytes, str]]] = MappingProxyType(
    {make.__name__: make for make in (ocds, lines, yaml, table)}
)


def file(dice: Random, number: int) -> tuple[str, File]:
    """One broken file with the command that reads it."""
    (what,) = dice.choices(["ocds", "lines", "yaml", "table"], [70, 5, 5, 20])
    kind, content, suffix = FILES[what](dice, number)
    commands: tuple[Command, ...] = ("table",) if what == "table" else ("read", "validate")
    command = dice.choice(commands)
    return kind, File(f"input-{number}{suffix}", content, command)
