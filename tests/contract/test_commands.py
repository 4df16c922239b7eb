"""The command line: its help answers at once, every command has an example, and no sentence drifts."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_group

from citiesshare.cli import app
from shared.lazy_commands import LazyCommand

HEAVY = ("aio_pika", "fastapi", "faststream", "motor", "numba", "numpy", "pymongo", "rich", "scipy")
QUICK = (
    "",
    "scoring",
    "submissions",
    "notifications",
    "run",
    "status",
    "dead list",
    "erase",
    "secrets make",
    "topology declare",
    "scoring score",
    "submissions read",
    "submissions validate",
)


def every(group: Any, *path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Every command below ``group`` that does something, as it is typed, and as it is."""
    for name, listed in group.commands.items():
        command = listed.load() if isinstance(listed, LazyCommand) else listed
        if hasattr(command, "commands"):
            yield from every(command, *path, name)
        else:
            yield " ".join((*path, name)), command


def told_twice(group: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """The sentence of every command as its group tells it, and as the command itself begins."""
    for listed in group.commands.values():
        if isinstance(listed, LazyCommand):
            command = listed.load()
            yield str(listed.help), " ".join(command.help.split("\n\n")[0].split())
            if hasattr(command, "commands"):
                yield from told_twice(command)


COMMANDS = dict(every(get_group(app)))


@pytest.mark.parametrize("path", QUICK)
def test_help_imports_nothing_that_takes_time(path: str) -> None:
    script = (
        "import sys\nfrom citiesshare.cli import app\n"
        "app(sys.argv[1:] + ['--help'], standalone_mode=False)\n"
        f"print('imported:', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *path.split()], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("imported: []\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_shows_how_it_is_called(command: str) -> None:
    assert re.search(rf"citiesshare {command}\b", str(COMMANDS[command].help)), COMMANDS[command].help


def test_a_group_says_of_a_command_what_the_command_says_of_itself() -> None:
    assert [pair for pair in told_twice(get_group(app)) if pair[0] != pair[1]] == []
