"""The city of a buyer, on the real data sets: judged by labels that were made by hand."""

import json
from pathlib import Path

import pytest

from benchmarks.places import ALL, LABELS, measure, table

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "ocds"


def test_the_labels_name_nobody() -> None:
    kinds = {"county", "district", "towns", "unlisted", "none", "unknown"}
    labels = json.loads(LABELS.read_text())
    assert len(labels) > 1000
    assert all(len(key) == 12 and int(key, 16) >= 0 for key in labels)
    assert all(
        label in kinds or all(each.isdigit() for each in label.split("|")) for label in labels.values()
    )


@pytest.mark.skipif(not DATA.exists(), reason=f"no real data at {DATA}: places cannot be measured")
def test_of_what_is_said_without_review_99_in_100_is_right_and_the_docs_say_so() -> None:
    counted = measure(DATA)
    assert counted.right[ALL] / counted.automatic[ALL] >= 0.99
    assert {*counted.automatic} - {ALL} <= {"registration", "identifier", "name"}
    told = (ROOT / "docs" / "ocds.md").read_text()
    assert "\n".join(table(counted)) in told
