"""The page of features names files and tests that are there."""

import re

import pytest

from tests.contract.sources import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/features.md").read_text().splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_feature_that_is_there_names_its_place_and_its_test(row: list[str]) -> None:
    _, _, places, tests, state = row
    if state == "no":
        assert not places + tests
        return
    assert places.split()
    assert all((ROOT / place.strip("`")).exists() for place in places.split())
    for named in tests.replace("`", "").split():
        path, _, name = named.partition("::")
        assert f"def {name}(" in (ROOT / "tests" / path).read_text(), named


def test_every_feature_has_one_row() -> None:
    ids = [row[0] for row in ROWS]
    assert len(ids) == len(set(ids)) == 95
