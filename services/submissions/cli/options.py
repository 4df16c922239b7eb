"""Arguments and options that several offline commands share."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Files and folders: OCDS and publiccode.yml")]
Publisher = Annotated[
    str | None, typer.Option(help="Profile for a feed without signs of its own, e.g. ca-montreal")
]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day to judge by; default today")]
Salt = Annotated[
    str | None,
    typer.Option(envvar="SALT", help="Salts the hashes of natural persons; without it, another in each run"),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Processes that read a file of more than 64 MB; default one for each core"),
]
