"""`citiesshare submissions table`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from services.submissions import tables
from services.submissions.domain.intake import judge_report
from services.submissions.reference import gazetteer
from shared.events import Event, NeedSubmitted, OutcomeReported, SolutionSubmitted


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

    The hash is the same for the same facts in either format. Rows that can be read but that the service would
    refuse as a report are named, too. Ends with exit code 1 if a row cannot be read.
    """
    if to and as_json:
        raise typer.BadParameter("--to writes the rows and --json the result to stdout: choose one")
    read = _read(kind, path)
    console = Console(stderr=True, highlight=False)
    for complaint in read.complaints:
        console.print(escape(f"{path.name}, {complaint}"), style="red", soft_wrap=True)
    refused = [*_refused(kind, read)]
    for complaint in refused:
        console.print(escape(f"{path.name}, would be refused: {complaint}"), style="yellow", soft_wrap=True)
    result = {"kind": kind, "rows": len(read.facts), "digest": tables.digest(read.facts)}
    if as_json:
        told = result | {"complaints": read.complaints, "refused": refused}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
    elif to:
        write = tables.write_csv if to == "csv" else tables.write_json
        sys.stdout.buffer.write(write(read.facts, kind).encode())
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


_REPORTS: Mapping[tables.TableKind, type[Event]] = {
    "needs": NeedSubmitted,
    "solutions": SolutionSubmitted,
    "outcomes": OutcomeReported,
}


def _refused(kind: tables.TableKind, read: tables.Reading) -> Iterator[tables.Complaint]:
    """Judge each row as the service would judge the report made of it."""
    for line, fact in zip(read.lines, read.facts, strict=True):
        judged = judge_report(_REPORTS[kind].message_type(), fact.model_dump_json(exclude_none=True).encode())
        for complaint in judged.complaints:
            yield tables.Complaint(line, complaint.path, complaint.message)
