"""`citiesshare submissions export`."""

import sys
from typing import Annotated, Literal

import httpx
import typer
from rich.console import Console

from services.submissions.application import tables


def export(
    kind: Annotated[tables.TableKind, typer.Argument(help="needs, solutions or outcomes")],
    form: Annotated[Literal["csv", "json"], typer.Option("--format", help="csv or json")] = "csv",
    url: Annotated[str, typer.Option(help="The submissions service")] = "http://127.0.0.1:7600",
) -> None:
    """Print all public needs, solutions or outcomes; reading them in again gives the same hash.

    citiesshare submissions export solutions --format json > solutions.json

    citiesshare submissions export needs | tee needs.csv && citiesshare submissions table needs needs.csv
    """
    try:
        answer = httpx.get(f"{url}/v1/export/{kind}.{form}", trust_env=False, timeout=60).raise_for_status()
    except httpx.HTTPError as error:
        Console(stderr=True).print(f"[red]{url} does not answer: {error}. Name the service with --url[/red]")
        raise typer.Exit(1) from None
    sys.stdout.buffer.write(answer.content)
    Console(stderr=True).print(f"hash {answer.headers['etag'].strip(chr(34))}")
