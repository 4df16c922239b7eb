"""The commands of the scoring service; `citiesshare scoring --help` lists them."""

import typer

from services.scoring.cli.score import score
from services.scoring.cli.serve import serve

app = typer.Typer(no_args_is_help=True, help="The scoring service and its offline tools.")
app.command("serve")(serve)
app.command("score")(score)
