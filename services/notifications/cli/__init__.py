"""The commands of the notifications service; `citiesshare notifications --help` lists them."""

from shared.lazy_commands import command_group

app = command_group(
    "The notifications service and its offline tools.",
    {
        "serve": (
            "services.notifications.cli.serve:serve",
            "Run the notifications service until it is told to stop; every setting is an environment "
            "variable.",
        ),
        "preview": ("services.notifications.cli.preview:preview", "Render a sample letter."),
        "review-sheet": (
            "services.notifications.cli.preview:review_sheet",
            "Write every sentence of a language, each in its letter, for a native speaker to review.",
        ),
        "why": (
            "services.notifications.cli.officials:why",
            "Say what an address was told about a solution, and what not and why.",
        ),
        "legacy-pack": (
            "services.notifications.cli.officials:legacy_pack",
            "Leave what a city shared to its next administration: one pack to each official, once for each "
            "day.",
        ),
        "digests": (
            "services.notifications.cli.digests:app",
            "Digests that could not be written: list what was set aside, retry it.",
        ),
        "officials": (
            "services.notifications.cli.officials:officials",
            "Officials in and out as a JSON array, the same both ways.",
        ),
        "returns": (
            "services.notifications.cli.returned_mail:returns",
            "Read what came back from PATH: an mbox, a Maildir, a folder of .eml files or one message.",
        ),
        "unreadable": (
            "services.notifications.cli.returned_mail:unreadable",
            "Mail that came back and could not be read, or reached nobody.",
        ),
        "suppressions": (
            "services.notifications.cli.officials:suppressions",
            "Addresses that are left alone, and why.",
        ),
    },
)
