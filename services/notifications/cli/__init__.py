"""The commands of the notifications service; `citiesshare notifications --help` lists them."""

import typer

from services.notifications.cli.officials import legacy_pack, officials, suppressions, why
from services.notifications.cli.preview import preview
from services.notifications.cli.serve import serve

app = typer.Typer(no_args_is_help=True, help="The notifications service and its offline tools.")
app.command("serve")(serve)
app.command("preview")(preview)
app.command("why")(why)
app.command("legacy-pack")(legacy_pack)
app.add_typer(officials, name="officials")
app.add_typer(suppressions, name="suppressions")
