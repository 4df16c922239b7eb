"""Shell commands to try a stack with access control; they read passwords and keys from its file."""

import json
import shlex

from citiesshare.local.access_control import LocalAccounts, variable_of
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


def example_commands(accounts: LocalAccounts) -> str:
    """Return the path of the file with passwords and keys, a command for HTTP and one for AMQP."""
    return (
        f"Passwords and keys of all accounts, publishers and cities (mode 0600): {accounts.file}\n\n"
        f"{over_http(accounts)}\n\n{over_amqp(accounts)}\n"
    )


def over_http(accounts: LocalAccounts) -> str:
    """Return the command with which Barcelona submits a need over HTTP."""
    return (
        f". {shlex.quote(str(accounts.file))} && curl -sS --fail-with-body "
        f'-H "Authorization: Bearer ${variable_of("KEY", "barcelona")}" '
        f"-H 'Content-Type: application/cloudevents+json' -d {shlex.quote(json.dumps(NEED))} "
        f"{accounts.ports.page('submissions')}/v1/events"
    )


def over_amqp(accounts: LocalAccounts) -> str:
    """Return the command with which the procurement portal sends the sample releases over AMQP."""
    portal = accounts.publisher("procurement-portal")
    return (
        f". {shlex.quote(str(accounts.file))} && citiesshare submissions send {RELEASES} "
        f'--url "${variable_of("AMQP_URL", portal.id)}" --source {portal.source}/by-hand '
        f"--journal {shlex.quote(str(accounts.file.with_name('sent.sqlite')))}"
    )
