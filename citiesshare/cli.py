"""``citiesshare``: the command line of the services and of the local system."""

from shared.lazy_commands import command_group

app = command_group(
    "Tells cities what worked, and what failed, in other cities.",
    {
        "run": (
            "citiesshare.commands.run:run",
            "Start broker, store, mailbox and services, send the input, print the results; stop at Ctrl-C.",
        ),
        "status": (
            "citiesshare.commands.status:status",
            "Show replicas, queues, lags and dead letters; exit 1 where a part is down or letters are dead.",
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
