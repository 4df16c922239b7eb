"""``citiesshare``: one command, composed of the services' own and of what runs and mends the whole."""

import typer

from deploy.commands import dead, run, status, topology
from services.notifications.cli import app as notifications
from services.scoring.cli import app as scoring
from services.submissions.cli import app as submissions

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Spreads what works - and what failed - from city to city.",
)
app.command("run")(run.run)
app.command("status")(status.status)
app.add_typer(submissions, name="submissions")
app.add_typer(scoring, name="scoring")
app.add_typer(notifications, name="notifications")
app.add_typer(dead.app, name="dead")
app.add_typer(topology.app, name="topology")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
