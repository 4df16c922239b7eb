"""The commands of the submissions service; `citiesshare submissions --help` lists them."""

from shared.lazy_commands import command_group

app = command_group(
    "The submissions service and its offline tools.",
    {
        "serve": (
            "services.submissions.cli.serve:serve",
            "Run the submissions service until it is told to stop; every setting is an environment variable.",
        ),
        "read": (
            "services.submissions.cli.read:read",
            "Read files offline and print every need, solution and outcome in them, and what was rejected.",
        ),
        "validate": (
            "services.submissions.cli.validate:validate",
            "Check files offline: the complaints that the service would have, with line and field.",
        ),
        "send": (
            "services.submissions.cli.send:send_files",
            "Send files to the broker, one message per release; an interrupted sending goes on where it "
            "stopped.",
        ),
        "export": (
            "services.submissions.cli.export:export",
            "Print all public needs, solutions or outcomes; reading them in again gives the same hash.",
        ),
        "erase": (
            "shared.erasure.command:erase",
            "Erase a person from all three services; print what was found where, and what remains.",
        ),
        "publishers": (
            "services.submissions.cli.publishers:app",
            "Who may send messages, for which cities, under which sources.",
        ),
        "ownership": (
            "services.submissions.cli.ownership:app",
            "Which city and publisher a record or contracting process belongs to, and moving it.",
        ),
        "review": (
            "services.submissions.cli.review:app",
            "Comments to moderate, texts that name an office-holder, buyers whose city is not clear.",
        ),
        "operator-key": (
            "services.submissions.cli.operator_key:operator_key",
            "Print the key that opens the whole moderation queue over HTTP.",
        ),
        "survey": (
            "services.submissions.cli.survey:survey",
            "Count what each data set in a folder holds, as a table for Markdown.",
        ),
        "template": (
            "services.submissions.cli.template:template",
            "Print an empty table (CSV) to fill in with any spreadsheet.",
        ),
        "table": (
            "services.submissions.cli.table:table",
            "Check a table of needs, solutions or outcomes, and turn CSV into JSON or back.",
        ),
    },
)
