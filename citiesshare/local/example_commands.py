"""How closed doors are tried by hand: two commands to copy, which read passwords and keys from the file."""

import json
import shlex

from citiesshare.local.access_control import ClosedDoors, variable_of
from citiesshare.local.example_publishers import BARCELONA

NEED = {
    "specversion": "1.0",
    "id": "try-closed-doors",
    "source": "https://barcelona.example",
    "type": "org.citiesshare.need.submitted.v1",
    "data": {
        "id": "need-barcelona-try-closed-doors",
        "city": BARCELONA,
        "title": "Shade on the way to school (illustrative)",
        "language": "en",
        "topics": [{"scheme": "CPV", "id": "45112700"}],
    },
}
RELEASES = "citiesshare/local/sample/releases"


def how_to_try(closed: ClosedDoors) -> str:
    """Return where passwords and keys are, and one command for HTTP and one for AMQP."""
    return (
        f"Passwords and keys of all accounts, publishers and cities (mode 0600): {closed.file}\n\n"
        f"{over_http(closed)}\n\n{over_amqp(closed)}\n"
    )


def over_http(closed: ClosedDoors) -> str:
    """The command with which Barcelona submits a need over HTTP."""
    return (
        f". {shlex.quote(str(closed.file))} && curl -sS --fail-with-body "
        f'-H "Authorization: Bearer ${variable_of("KEY", "barcelona")}" '
        f"-H 'Content-Type: application/cloudevents+json' -d {shlex.quote(json.dumps(NEED))} "
        f"{closed.ports.page('submissions')}/v1/events"
    )


def over_amqp(closed: ClosedDoors) -> str:
    """The command with which the procurement portal sends the sample's releases over AMQP."""
    portal = closed.publisher("procurement-portal")
    return (
        f". {shlex.quote(str(closed.file))} && citiesshare submissions send {RELEASES} "
        f'--url "${variable_of("AMQP_URL", portal.id)}" --source {portal.source}/by-hand '
        f"--journal {shlex.quote(str(closed.file.with_name('sent.sqlite')))}"
    )
