"""`citiesshare submissions validate`."""

from typing import Annotated

import typer

from services.submissions.cli.options import AsOf, Paths, Publisher, Salt


def validate(
    paths: Paths,
    publisher: Publisher = None,
    as_of: AsOf = None,
    salt: Salt = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout")] = False,
) -> None:
    """Check files offline: the complaints that the service would have, with line and field.

    citiesshare submissions validate releases.json

    citiesshare submissions validate feed/ publiccode.yml --json

    Ends with exit code 1 if anything would be rejected or a publiccode.yml is invalid. Takes OCDS,
    publiccode.yml and messages of our own (CloudEvents: one, a batch, or JSON Lines).
    """
    from services.submissions.cli.reading import files_meant, open_reader
    from services.submissions.cli.validation_notes import print_notes

    print_notes(open_reader(salt, as_of, publisher), files_meant(paths), as_json=as_json)
