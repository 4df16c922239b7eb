"""The commands of the submissions service; `citiesshare submissions --help` lists them."""

import typer

app = typer.Typer(no_args_is_help=True, help="The submissions service and its offline tools.")
