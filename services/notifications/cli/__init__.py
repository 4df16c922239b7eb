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
        "serve-pages": (
            "services.notifications.cli.serve:serve_pages",
            "Serve the pages of letters and the desk alone, so that readers never slow letters.",
        ),
        "preview": ("services.notifications.cli.preview:preview", "Render a sample letter."),
        "review-sheet": (
            "services.notifications.cli.preview:review_sheet",
            "Write every sentence of a language, each in its letter, for a native speaker to review.",
        ),
        "why": (
            "services.notifications.cli.officials:why",
            "Show what an address was told about a solution, and what not and why.",
        ),
        "legacy-pack": (
            "services.notifications.cli.officials:legacy_pack",
            "Write what a city shared to its next administration: one pack to each official, once a day.",
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
            "Read bounces and replies from PATH: an mbox, a Maildir, a folder of .eml files or one message.",
        ),
        "unreadable": (
            "services.notifications.cli.returned_mail:unreadable",
            "Returned mail that could not be read, or that was for nobody.",
        ),
        "legal": (
            "services.notifications.cli.legal:legal",
            "List what is missing on the operator's own pages: terms, privacy, accessibility, imprint.",
        ),
        "suppressions": (
            "services.notifications.cli.officials:suppressions",
            "Addresses that get no letters, and why.",
        ),
    },
)
