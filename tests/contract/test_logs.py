"""Log lines: constant names of events, and fields that do not get in the way of structlog's own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.sources import name, sources, tree

LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
# structlog's own: a field of this name is a TypeError in the moment somebody needs the line.
TAKEN = frozenset({"event", "level", "timestamp", "service"})
SPEAKING = sources("shared/**/*.py", "services/**/*.py", "citiesshare/**/*.py")


def lines(path: Path) -> Iterator[ast.Call]:
    """Every call of ``log.<level>(…)`` in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            if node.func.attr in LEVELS and isinstance(on, ast.Name) and on.id == "log":
                yield node


@pytest.mark.parametrize("path", SPEAKING, ids=name)
def test_no_field_of_a_log_line_has_a_name_that_is_taken(path: Path) -> None:
    taken = [
        f"{name(path)}:{line.lineno} {field.arg}"
        for line in lines(path)
        for field in line.keywords
        if field.arg in TAKEN
    ]
    assert taken == []


@pytest.mark.parametrize("path", SPEAKING, ids=name)
def test_a_log_line_has_a_constant_name(path: Path) -> None:
    other = [f"{name(path)}:{line.lineno}" for line in lines(path) if not _is_constant(line)]
    assert other == []


def test_there_are_log_lines_to_look_at() -> None:
    assert sum(1 for path in SPEAKING for _ in lines(path)) > 5


def _is_constant(line: ast.Call) -> bool:
    return len(line.args) == 1 and isinstance(line.args[0], ast.Constant)
