"""`citiesshare submissions template`."""

import sys
from typing import Annotated

import typer

from services.submissions.application import tables


def template(
    kind: Annotated[tables.TableKind, typer.Argument(help="needs, solutions or outcomes")],
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Every column there is, not only those asked for")
    ] = False,
    example: Annotated[bool, typer.Option("--example", help="With one illustrative row")] = False,
) -> None:
    """Print an empty table (CSV) to fill in with any spreadsheet.

    citiesshare submissions template needs > needs.csv

    citiesshare submissions template outcomes --example

    An empty cell means not known. Topics are written CPV:90511000; several things in one cell are parted by
    semicolons; the city is a GeoNames id or a name with its country ("York, GB").
    """
    write = tables.example if example else tables.template
    sys.stdout.buffer.write(write(kind, every=every).encode())
