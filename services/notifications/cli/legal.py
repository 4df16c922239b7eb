"""`citiesshare notifications legal`."""

import typer

from services.notifications.domain.legal import NAMES
from services.notifications.settings import Settings
from shared.settings import read_settings


def legal() -> None:
    """List what is missing on the operator's own pages: terms, privacy, accessibility, imprint.

    LEGAL_DIR=deploy/legal citiesshare notifications legal

    Ends with exit code 1 where a page is the default of the package, or a place in [[…]] is not filled in.
    """
    settings = read_settings(Settings)
    folder = settings.legal_dir
    complete = folder is None or folder.is_dir()
    if not complete:
        typer.echo(f"LEGAL_DIR: {folder} is no folder")
    for name in NAMES:
        text = settings.legal_files.text(name, settings.legal_language)
        complete = complete and text.own and not text.unfilled
        typer.echo(f"{name}: {'own file' if text.own else 'default of the package, no own file'}")
        for place in text.unfilled:
            typer.echo(f"  not filled in: {place}")
    if not complete:
        raise typer.Exit(1)
