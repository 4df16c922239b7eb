"""``citiesshare secrets``: makes the secrets of an installation."""

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The secrets that sign links and keys and salt hashes."
)


@app.callback()
def secrets() -> None:
    """Keep ``make`` a subcommand: Typer merges a single command into its group."""


@app.command()
def make(
    names: Annotated[
        list[str] | None, typer.Argument(help="The variables; by default those of all services.")
    ] = None,
) -> None:
    """Print a new secret for each variable, as NAME=value; nothing is stored.

    citiesshare secrets make

    (umask 077 && citiesshare secrets make LETTER_SECRET >> .env)
    """
    from citiesshare.local.secrets import every_signing_variable, fresh

    variables = every_signing_variable()
    if unknown := [name for name in names or () if name not in variables]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(variables)}", param_hint="NAMES")
    for name, secret in fresh(names or variables).items():
        typer.echo(f"{name}={secret}")
