"""The commands of the notifications service; `citiesshare notifications --help` lists them."""

import typer

app = typer.Typer(no_args_is_help=True, help="The notifications service and its offline tools.")
