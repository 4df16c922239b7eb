"""``citiesshare secrets``: the secrets that an installation needs of its own."""

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The secrets that sign links and keys and salt hashes."
)


@app.callback()
def secrets() -> None:
    """Keep ``make`` a command of its own."""


@app.command()
def make(
    names: Annotated[
        list[str] | None, typer.Argument(help="The variables; by default those of all three services.")
    ] = None,
) -> None:
    """Print a fresh secret for each variable, as NAME=value; nothing is kept.

    citiesshare secrets make

    (umask 077 && citiesshare secrets make LETTER_SECRET >> .env)
    """
    from citiesshare.local.secrets import every_signing_variable, fresh

    known = every_signing_variable()
    if unknown := [name for name in names or () if name not in known]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}", param_hint="NAMES")
    for name, secret in fresh(names or known).items():
        typer.echo(f"{name}={secret}")
