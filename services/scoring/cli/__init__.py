"""The commands of the scoring service; `citiesshare scoring --help` lists them."""

import typer

from services.scoring.cli.bench_match import bench_match
from services.scoring.cli.rank import rank
from services.scoring.cli.rescore import replay, rescore
from services.scoring.cli.score import score
from services.scoring.cli.serve import serve
from services.scoring.cli.suggest_codes import suggest_codes

app = typer.Typer(no_args_is_help=True, help="The scoring service and its offline tools.")
app.command("serve")(serve)
app.command("score")(score)
app.command("rank")(rank)
app.command("suggest-codes")(suggest_codes)
app.command("bench-match")(bench_match)
app.command("rescore")(rescore)
app.command("replay")(replay)
