"""How an extract is written: sorted rows of CSV, compressed so that the same rows give the same bytes."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write ``rows`` under ``columns`` to ``path`` (gzip without time stamp) and say its size."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    typer.echo(f"{path.name}: {path.stat().st_size:,} bytes", err=True)
