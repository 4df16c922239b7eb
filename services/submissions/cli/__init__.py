"""The commands of the submissions service; `citiesshare submissions --help` lists them."""

import typer

from services.submissions.cli import publishers, review
from services.submissions.cli.erase import erase
from services.submissions.cli.export import export
from services.submissions.cli.read import read
from services.submissions.cli.send import send_files
from services.submissions.cli.serve import serve
from services.submissions.cli.survey import survey
from services.submissions.cli.table import table
from services.submissions.cli.template import template
from services.submissions.cli.validate import validate

app = typer.Typer(no_args_is_help=True, help="The submissions service and its offline tools.")
app.command("serve")(serve)
app.command("read")(read)
app.command("validate")(validate)
app.command("send")(send_files)
app.command("export")(export)
app.command("erase")(erase)
app.add_typer(publishers.app, name="publishers")
app.add_typer(review.app, name="review")
app.command("survey")(survey)
app.command("template")(template)
app.command("table")(table)
