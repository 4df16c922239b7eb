"""`citiesshare submissions table`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from services.submissions.adapters.reference_data import reference
from services.submissions.application import tables
from services.submissions.domain.validation import assess_report

DecimalMark = Annotated[
    Literal[",", "."] | None,
    typer.Option("--decimal", help="The decimal mark, where amounts have two meanings"),
]
DateOrder = Annotated[
    Literal["dmy", "mdy", "ymd"] | None, typer.Option("--dates", help="The order of day, month and year")
]


def table(
    kind: Annotated[tables.TableKind, typer.Argument(help="needs, solutions or outcomes")],
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A table: .csv, .xlsx or .json")],
    *,
    to: Annotated[Literal["csv", "json"] | None, typer.Option(help="Write the good rows to stdout")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object")] = False,
    decimal: DecimalMark = None,
    dates: DateOrder = None,
) -> None:
    """Check a table of needs, solutions or outcomes, and turn CSV into JSON or back.

    citiesshare submissions table needs needs.csv

    citiesshare submissions table outcomes outcomes.csv --to json > outcomes.json

    What has two meanings (1.000 in a table with semicolons, 03/04/2027) is asked back, and settled by
    --decimal and --dates; what was mended is noted. The hash is the same for the same facts in either format.
    Rows that can be read but that the service would refuse as a report are named, too. Ends with exit code 1
    if a row cannot be read.
    """
    if to and as_json:
        raise typer.BadParameter("--to writes the rows and --json the result to stdout: choose one")
    read = _read(kind, path, tables.TableFormat(decimal, dates))
    console = Console(stderr=True, highlight=False)
    for complaint in read.complaints:
        console.print(escape(f"{path.name}, {complaint}"), style="red", soft_wrap=True)
    for remark in read.remarks:
        console.print(escape(f"{path.name}, note: {remark}"), soft_wrap=True)
    refused = [*_refused(kind, read)]
    for complaint in refused:
        console.print(escape(f"{path.name}, would be refused: {complaint}"), style="yellow", soft_wrap=True)
    result = {"kind": kind, "rows": len(read.facts), "digest": tables.digest(read.facts)}
    if as_json:
        report = result | {"complaints": read.complaints, "refused": refused, "remarks": read.remarks}
        sys.stdout.buffer.write(orjson.dumps(report) + b"\n")
    elif to:
        write = tables.write_csv if to == "csv" else tables.write_json
        sys.stdout.buffer.write(write(read.facts, kind).encode())
    console.print(f"{len(read.facts):,} {kind}, {len(read.complaints):,} complaints, hash {result['digest']}")
    if read.complaints:
        raise typer.Exit(1)


def _read(kind: tables.TableKind, path: Path, declared: tables.TableFormat) -> tables.TableContent:
    raw = path.read_bytes()
    try:
        if path.suffix.lower() == ".json":
            return tables.read_json(tables.decode(raw).text, kind)
        return tables.read_table(raw, kind, reference(), declared)
    except tables.UnreadableTable as error:
        raise typer.BadParameter(f"{path.name}: {error}") from None


def _refused(kind: tables.TableKind, read: tables.TableContent) -> Iterator[tables.CellError]:
    """Judge each row as the service would judge the report made of it."""
    for line, fact in zip(read.lines, read.facts, strict=True):
        letter = tables.report_of(fact, kind, "urn:citiesshare:table")
        judged = assess_report(letter.envelope.type, letter.data)
        for complaint in judged.complaints:
            yield tables.CellError(line, complaint.path, complaint.message)
