"""A title says what was bought; on the real sets that is judged by labels that were made by hand."""

import json
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from services.submissions.adapters.files import files_in
from services.submissions.cli.offline_reader import OfflineReader
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.titles import describes, first_line, title_of
from shared.facts import Implementation, Solution
from tests.unit.submissions.ocds import AS_OF, SALT, a_contract, a_release, a_tender, an_award, only, records

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
        "合同编号 2026-01",
        "发票号 20260417",
        "请求书 7",
        "订单 4711",
        "协议书第3号",
        "采购决定 12",
        "已中标",
        "契約番号12",
        "Sąskaita faktūra 12",
        "Sutartis Nr. 5",
        "Sprendimas 12",
        "Prašymas 3",
        "Užsakymas 44",
        "Договор поставки № 44",
        "Решение № 3",
        "Заявка 17",
        "Соглашение № 5",
        "Счёт № 17",
        "Umowa nr 44/2026",
        "Decyzja nr 3",
        "Zapytanie nr 3",
        "Zamówienie 12",
        "Beschluss 12/2026",
        "Anfrage 5",
        "Décision 14",
        "Decision 14/2025",
        "Request 5",
        "Agreement no. 4",
        "CPV 45233162-2",
        "1.000.000 EUR",
        "EUR 12,500.00",
        "https://example.org/tenders/cycle-lanes",
        "www.example.org",
        "a@b.de",
        "[e-mail removed]",
        "see attached",
        "siehe Anlage",
        "voir pièce jointe",
        "untitled",
        "Ohne Titel",
        "Без названия",
        "Zuschlag erteilt",
        "attribué",
        "Wybrano wykonawcę",
        "Победитель выбран",
        "xxxxx",
        "aaaaaa",
        "XIV",
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
        "LED",
        "RFQ-2026-11 Street lights",
        "采购路灯",
        "Decision support for traffic lights",
        "Straße",
        "Umowa nr 3: drzewa",
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


def test_the_name_of_the_buyer_describes_nothing() -> None:
    for title in ("City of York Council", "Contract 12/2026, CITY OF YORK COUNCIL"):
        chosen = title_of([title], ["Cycle lanes"], ["City of York Council"])
        assert chosen == ("Cycle lanes", ("title-reference",))
    kept = title_of(["Lamps for the City of York Council"], ["Cycle lanes"], ["City of York Council"])
    assert kept.text == "Lamps for the City of York Council"


LOTS = [
    {"id": "L1", "title": "Trees", "title_fr": "Arbres", "contractPeriod": {"endDate": "2028-01-01"}},
    {"id": "L2", "title": "Benches", "title_fr": "Bancs", "contractPeriod": {"endDate": "2027-01-01"}},
]


@pytest.mark.parametrize("order", [["L1", "L2"], ["L2", "L1"]])
def test_an_award_of_two_lots_has_both_titles_and_the_later_end(order: list[str]) -> None:
    award = an_award(title="12/2024", relatedLots=order)
    contract = a_contract(period={"startDate": "2026-01-01"})
    found = records(a_release(tender=a_tender(lots=LOTS), awards=[award], contracts=[contract]))
    solution = next(each.fact for each in found if each.kind == "solution")
    outcome = next(each.fact for each in found if each.kind == "outcome")
    assert isinstance(solution, Solution)
    assert isinstance(outcome, Implementation)
    assert solution.title == "Trees; Benches"
    assert solution.translations["fr"].title == "Arbres; Bancs"
    assert outcome.planned_end == date(2028, 1, 1)


def test_a_contract_serves_the_awards_that_both_of_its_fields_name() -> None:
    awards = [an_award(title="East lanes"), an_award(id="a2", title="West lanes")]
    contract = a_contract(awardID="a1", awardIDs=["a1", "a2"], status="terminated", title="Lanes")
    found = records(a_release(awards=awards, contracts=[contract]))
    outcomes = [each.fact for each in found if isinstance(each.fact, Implementation)]
    assert {each.rung for each in outcomes} == {7}
    assert {each.fact.title for each in found if isinstance(each.fact, Solution)} == {
        "East lanes",
        "West lanes",
    }
    assert len(outcomes) == 2


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
