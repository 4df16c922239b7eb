"""`citiesshare submissions read`."""

from typing import Annotated

import typer

from services.submissions.cli.options import AsOf, Jobs, Paths, Publisher, Salt


def read(
    paths: Paths,
    publisher: Publisher = None,
    as_of: AsOf = None,
    salt: Salt = None,
    jobs: Jobs = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout")] = False,
) -> None:
    """Read files offline and print every need, solution and outcome in them, and what was rejected.

    citiesshare submissions read releases/ --json > records.jsonl

    citiesshare submissions read awardid.json --publisher ca-montreal

    Ends with exit code 0 if anything was usable and no publiccode.yml is invalid.
    """
    from services.submissions.cli.reading import cores, files_meant, open_reader, print_records

    reader = open_reader(salt, as_of, publisher)
    reader.jobs = jobs or cores()
    print_records(reader, files_meant(paths), as_json=as_json)
