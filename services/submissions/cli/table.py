"""`citiesshare submissions table`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from services.submissions import tables
from services.submissions.reference import gazetteer


def table(
    kind: Annotated[tables.TableKind, typer.Argument(help="needs, solutions or outcomes")],
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A table: .csv or .json")],
    *,
    to: Annotated[Literal["csv", "json"] | None, typer.Option(help="Write the good rows to stdout")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object")] = False,
) -> None:
    """Check a table of needs, solutions or outcomes, and turn CSV into JSON or back.

    citiesshare submissions table needs needs.csv

    citiesshare submissions table outcomes outcomes.csv --to json > outcomes.json

    The hash is the same for the same facts in either format. Ends with exit code 1 if a row is wrong.
    """
    if to and as_json:
        raise typer.BadParameter("--to writes the rows and --json the result to stdout: choose one")
    read = _read(kind, path)
    console = Console(stderr=True)
    for complaint in read.complaints:
        console.print(escape(f"{path.name}, {complaint}"), style="red", soft_wrap=True)
    result = {"kind": kind, "rows": len(read.facts), "digest": tables.digest(read.facts)}
    if as_json:
        wrong = [
            {"line": each.line, "column": each.column, "message": each.message} for each in read.complaints
        ]
        sys.stdout.write(orjson.dumps(result | {"complaints": wrong}).decode() + "\n")
    elif to:
        write = tables.write_csv if to == "csv" else tables.write_json
        sys.stdout.write(write(read.facts, kind))
    console.print(f"{len(read.facts):,} {kind}, {len(read.complaints):,} complaints, hash {result['digest']}")
    if read.complaints:
        raise typer.Exit(1)


def _read(kind: tables.TableKind, path: Path) -> tables.Reading:
    try:
        text = tables.decode(path.read_bytes())
    except tables.Unreadable as error:
        raise typer.BadParameter(f"{path.name}: {error}") from None
    if path.suffix.lower() == ".json":
        return tables.read_json(text, kind)
    return tables.read_csv(text, kind, gazetteer())
