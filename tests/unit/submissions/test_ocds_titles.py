"""A title says what was bought; on the real sets that is judged by labels that were made by hand."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from services.submissions.adapters.files import files_in
from services.submissions.cli.offline_reader import OfflineReader
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.titles import describes, first_line, title_of
from tests.unit.submissions.ocds import AS_OF, SALT, a_contract, a_release, an_award, only

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "ocds"
LABELS = json.loads((ROOT / "tests" / "samples" / "titles.json").read_text())


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "CA-002/2016",
        "4400027941",
        "BC205144",
        "Contract no. 12/2016",
        "Invoice 0004417",
        "Հաշիվ 0004417",
        "PAGO FACT 25",
        "Учасник обраний переможцем",
        "Підписаний договір",
        "Σύμβαση 7",
        "Contract Award Notice",
        "Smlouva č. 2016/44",
        "契約書 12",
        "TBC",
        "RFQ 12-33",
    ],
)
def test_a_number_or_a_status_describes_nothing(text: str) -> None:
    assert not describes(text)


@pytest.mark.parametrize(
    "text",
    [
        "MEDICAMENTOS",
        "ROTATIVA",
        "Contract for the cleaning of schools",
        "防災無線",
        "17/00340/001 Achizitionarea piletilor",
    ],
)
def test_one_word_of_the_thing_describes_it(text: str) -> None:
    assert describes(text)


def test_the_next_text_that_describes_stands_in_and_is_told() -> None:
    assert title_of(["CA-002/2016", "Cycle lanes"], []) == ("Cycle lanes", ("title-reference",))
    assert title_of(["CA-002/2016"], ["Building of the lanes"]) == (
        "Building of the lanes",
        ("title-reference",),
    )
    assert title_of([None], ["Building of the lanes"]) == ("Building of the lanes", ("title-missing",))


def test_where_nothing_describes_the_first_text_stays() -> None:
    assert title_of(["CA-002/2016"], ["Contract"]).text == "CA-002/2016"
    assert title_of([None, " "], []).text == ""
    assert first_line(None, "CA-002/2016") == "CA-002/2016"


def test_a_solution_whose_contract_bears_a_number_has_the_title_of_its_award() -> None:
    release = a_release(awards=[an_award(title="Bin sensors")], contracts=[a_contract(title="CA-002/2016")])
    solution = only("solution", release)
    assert solution.fact.title == "Bin sensors"  # type: ignore[union-attr]
    assert "title-reference" in solution.defects


@pytest.mark.long
@pytest.mark.skipif(not DATA.exists(), reason=f"no real data at {DATA}")
def test_the_docs_say_how_many_titles_of_the_real_sets_describe_judged_by_hand() -> None:
    judged = {(name, record) for name, record in LABELS["solutions"]}
    describing: Counter[str] = Counter()
    for name in sorted({name for name, _ in judged}):
        for record in OfflineReader(SALT, AS_OF, _publisher(name)).read(files_in([DATA / name])):
            if isinstance(record, ImportedFact) and (name, _hash(record.id)) in judged:
                describing[name] += LABELS["describes"][_hash(record.fact.title)]  # type: ignore[union-attr]
    lines = (
        (ROOT / "docs" / "ocds.md").read_text().partition("## Titles")[2].partition("\n## ")[0].splitlines()
    )
    rows = (line.strip("| ").split(" | ") for line in lines if line.startswith("| "))
    told = {cells[0]: int(cells[3]) for cells in rows if cells[0] in describing}
    assert told == dict(describing)


def _publisher(name: str) -> str | None:
    return "ca-montreal" if name == "montreal_2015_pre_1.0" else None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
