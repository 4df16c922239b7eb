"""``citiesshare``: one command, composed of the services' own and of what runs and mends the whole."""

from shared.lazy_commands import command_group

app = command_group(
    "Spreads what works - and what failed - from city to city.",
    {
        "run": (
            "citiesshare.commands.run:run",
            "Start broker, store, mailbox and services, feed the input, show what came of it, "
            "and stay until Ctrl-C.",
        ),
        "status": (
            "citiesshare.commands.status:status",
            "Show the system at a glance; exit 1 where a part is away or letters are dead.",
        ),
        "submissions": ("services.submissions.cli:app", "The submissions service and its offline tools."),
        "scoring": ("services.scoring.cli:app", "The scoring service and its offline tools."),
        "notifications": (
            "services.notifications.cli:app",
            "The notifications service and its offline tools.",
        ),
        "dead": ("citiesshare.commands.dead:app", "Dead letters: list, show, replay, drop."),
        "erase": (
            "shared.erasure.command:erase",
            "Erase a person from all three services; print what was found where, and what remains.",
        ),
        "secrets": (
            "citiesshare.commands.secrets:app",
            "The secrets that sign links and keys and salt hashes.",
        ),
        "topology": ("citiesshare.commands.topology:app", "The exchanges, keys and queues of the system."),
    },
)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
