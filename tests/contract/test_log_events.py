"""The table of log events in the documents is that of the code."""

import ast
from pathlib import Path

from tests.contract.test_logs import SPEAKING, lines

TABLE = Path(__file__).parents[2] / "docs/log-events.md"
LEVELS = {"exception": "error"}  # structlog writes an exception as an error


def _of_the_document() -> dict[str, set[str]]:
    rows = (row.split("|") for row in TABLE.read_text().splitlines() if row.startswith("| `"))
    return {row[1].strip(" `"): {row[2].strip()} for row in rows}


def _of_the_code() -> dict[str, set[str]]:
    events: dict[str, set[str]] = {}
    for line in (line for path in SPEAKING for line in lines(path)):
        name, function = line.args[0], line.func
        assert isinstance(name, ast.Constant)
        assert isinstance(function, ast.Attribute)
        events.setdefault(str(name.value), set()).add(LEVELS.get(function.attr, function.attr))
    return events


def test_every_log_event_is_in_the_table_with_its_level_and_no_other_is() -> None:
    assert _of_the_document() == _of_the_code()
