"""`citiesshare submissions validate`."""

from typing import Annotated

import typer

from services.submissions.cli.options import AsOf, Jobs, Paths, Publisher, Salt


def validate(
    paths: Paths,
    publisher: Publisher = None,
    as_of: AsOf = None,
    salt: Salt = None,
    jobs: Jobs = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout")] = False,
) -> None:
    """Check files offline: the complaints that the service would have, with line and field.

    citiesshare submissions validate releases.json

    citiesshare submissions validate feed/ publiccode.yml --json

    Ends with exit code 1 if anything would be rejected or a publiccode.yml is invalid. Takes OCDS,
    publiccode.yml and messages of our own (CloudEvents: one, a batch, or JSON Lines).
    """
    from services.submissions.cli.reading import cores, files_meant, open_reader
    from services.submissions.cli.validation_notes import print_notes

    reader = open_reader(salt, as_of, publisher)
    reader.jobs = jobs or cores()
    print_notes(reader, files_meant(paths), as_json=as_json)
