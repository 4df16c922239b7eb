"""`citiesshare submissions survey`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer

from services.submissions.adapters.files import files_in
from services.submissions.cli.offline_reader import Counts
from services.submissions.cli.options import AsOf, Salt
from services.submissions.cli.reading import open_reader

COLUMNS = (
    "data set", "releases", "processes", "needs", "solutions", "running",
    "2", "3", "4", "5", "6", "7", "8", "rejected", "defects (releases)",
)  # fmt: skip
RUNGS = (None, 2, 3, 4, 5, 6, 7, 8)


def survey(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="One folder per data set")],
    profiles: Annotated[
        list[str] | None, typer.Option("--publisher", help="SET=PROFILE for a set without signs of its own")
    ] = None,
    as_of: AsOf = None,
    salt: Salt = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout")] = False,
) -> None:
    """Count what each data set in a folder holds, as a table for Markdown.

    citiesshare submissions survey feeds/ --publisher montreal_2015_pre_1.0=ca-montreal --as-of 2026-11-22
    """
    chosen = dict(profile.split("=", 1) for profile in profiles or ())
    if not as_json:
        sys.stdout.write(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}\n")
    for part in sorted(folder_part for folder_part in folder.iterdir() if folder_part.is_dir()):
        reader = open_reader(salt, as_of, chosen.get(part.name))
        for _ in reader.read(files_in([part])):
            pass
        line = row(part.name, reader.counts)
        sys.stdout.write(_as_json(line) if as_json else f"| {' | '.join(line)} |\n")


def row(name: str, counts: Counts) -> tuple[str, ...]:
    """One data set in the order of COLUMNS; outcomes by rung of the ladder."""
    return (name, *(str(number) for number in _numbers(counts)), _defects(counts))


def _numbers(counts: Counts) -> Iterator[int]:
    yield counts.releases
    yield counts.processes
    yield counts.kinds["need"]
    yield counts.kinds["solution"]
    yield from (counts.rungs[rung] for rung in RUNGS)
    yield counts.rejected


def _defects(counts: Counts) -> str:
    ordered = sorted(counts.defects.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{code} {count}" for code, count in ordered) or "none"


def _as_json(line: tuple[str, ...]) -> str:
    return orjson.dumps(dict(zip(COLUMNS, line, strict=True))).decode() + "\n"
