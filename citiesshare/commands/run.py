"""``citiesshare run``: the whole system on one machine with the sample input."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    once: Annotated[bool, typer.Option("--once", help="Stop when all input has been handled.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    feed: Annotated[
        list[Path] | None, typer.Option("--input", help="OCDS files or folders to send; can be repeated.")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Send the sample input.")] = True,
    data: Annotated[Path | None, typer.Option(help="Data folder [.citiesshare, CITIESSHARE_DATA]")] = None,
    base_port: Annotated[int, typer.Option(help="First of thirteen ports on loopback.")] = 7600,
    *,
    closed_doors: Annotated[
        bool,
        typer.Option(
            "--closed-doors",
            help="As in production: accounts and permissions at the broker, example publishers with keys, "
            "a key for each city. It uses a data folder of its own.",
        ),
    ] = False,
) -> None:
    """Start broker, store, mailbox and services, send the input, print the results; stop at Ctrl-C.

    Examples: `citiesshare run` · `citiesshare run --once --json` ·
    `citiesshare run --once --input releases/ --json` · `citiesshare run --closed-doors`
    """
    missing = [str(path) for path in feed or [] if not path.exists()]
    if missing:
        raise typer.BadParameter(f"no such file or folder: {', '.join(missing)}", param_hint="--input")
    from citiesshare.commands.run_stack import run_stack

    run_stack(
        data,
        base_port,
        feed or [],
        sample=sample,
        closed_doors=closed_doors,
        stay=not once,
        as_json=as_json,
    )
