"""The threat model names tests that are there; what no test holds says so."""

import re

import pytest

from tests.contract.sources import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/threat-model.md").read_text().splitlines()
    if line.startswith("| ")
][1:]
# What is tried by a command, by hand, or not at all.
WITHOUT = ("not tried here", "the same, at a real broker", "`make ", "–")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0])[:60])
def test_a_threat_names_the_tests_that_hold_what_it_says(row: list[str]) -> None:
    _, _, tested = row
    named = [each for each in re.findall(r"`([^` ]+)`", tested) if "test_" in each]
    assert named or tested.startswith(WITHOUT), tested
    for each in named:
        path, _, name = each.partition("::")
        assert name or path.endswith(".py"), each
        found = _place(path)
        assert found, each
        assert not name or any(f"def {name}(" in text for text in found), each


def _place(path: str) -> list[str]:
    """The texts of the files that a name stands for: "…" is a file that a row above names."""
    if path == "…":
        return [each.read_text() for each in (ROOT / "tests/security").glob("test_*.py")]
    full = path if path.startswith("tests/") else f"tests/security/{path}"
    return [(ROOT / full).read_text()] if (ROOT / full).exists() else []
