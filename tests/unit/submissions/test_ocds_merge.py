"""Releases of one process become one state, however they arrive."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocdsmerge.rules import get_merge_rules

from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.field_types import merge_rules
from services.submissions.domain.ocds.merge import merge
from services.submissions.domain.ocds.release_models import MergedRelease
from shared.facts import Money, Stage
from tests.unit.submissions.ocds import (
    KEY,
    a_contract,
    a_release,
    a_tender,
    an_award,
    only,
    read_one,
    records,
)

Json = dict[str, object]
SCHEMA = Path(__file__).parents[4] / "shared/data/schema/ocds_1.1.5/release-schema.json"

HISTORY = [
    a_release(id="1", date="2024-01-01T00:00:00Z", tender=a_tender(status="planned", value=None)),
    a_release(
        id="2", date="2024-02-01T00:00:00Z", tag=["tenderUpdate"], tender=a_tender(title="Bins, please")
    ),
    a_release(id="3", date="2024-02-01T00:00:00Z", tender=a_tender(title="Said at the same moment")),
    a_release(
        id="4", date="2024-06-01T00:00:00Z", tag=["award"], awards=[an_award()], tender={"status": "complete"}
    ),
    a_release(id="5", date=..., tag=["contract"], contracts=[a_contract(status="pending")]),
    a_release(id="6", date="2025-01-01T00:00:00Z", tag=["contract"], contracts=[a_contract()], tender=None),
    a_release(
        id="6",
        date="2026-01-01T00:00:00Z",
        tag=["implementation"],
        contracts=[{"id": "c1", "status": "terminated"}],
    ),
]


def facts(found: tuple[ImportedFact, ...]) -> list[dict[str, object]]:
    return [each.model_dump(exclude={"defects", "origin"}) for each in found]


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_any_order_repetition_and_packaging_gives_the_same_records(data: st.DataObject) -> None:
    told = data.draw(st.permutations(HISTORY + data.draw(st.lists(st.sampled_from(HISTORY), max_size=4))))
    messages: list[object] = []
    while told:
        taken = data.draw(st.integers(1, len(told)))
        messages.append({"releases": told[:taken]} if taken > 1 else told[0])
        told = told[taken:]
    assert records(*messages) == records(*HISTORY)


@pytest.mark.nightly
@given(data=st.data())
@settings(max_examples=2000, deadline=None)
def test_many_more_orders_give_the_same_records(data: st.DataObject) -> None:
    told = data.draw(st.permutations(HISTORY + data.draw(st.lists(st.sampled_from(HISTORY), max_size=7))))
    assert records(*told) == records(*HISTORY)


@given(cut=st.lists(st.sampled_from(["tender", "awards", "contracts", "planning", "title"]), unique=True))
@settings(max_examples=20, deadline=None)
def test_a_release_told_in_pieces_gives_the_same_facts(cut: list[str]) -> None:
    whole = a_release(awards=[an_award()], contracts=[a_contract()], title="t", planning={"rationale": "r"})
    frame = {key: whole[key] for key in ("ocid", "id", "date", "tag", "language", "buyer", "parties")}
    pieces = [frame | {key: whole[key]} for key in cut]
    rest = {key: value for key, value in whole.items() if key not in cut}
    said = [*pieces, rest if len(rest) > len(frame) else frame | {"title": "t"}]
    assert facts(records(*said)) == facts(records(whole))


def test_the_newest_word_wins_whenever_it_arrives() -> None:
    old, new = (
        a_release(date=f"2026-0{month}-01T00:00:00Z", tender=a_tender(title=f"Bins {month}"))
        for month in (1, 2)
    )
    assert only("need", new, old).fact.title == "Bins 2"  # type: ignore[union-attr]


def test_a_release_without_a_word_still_tells_the_end_of_a_contract() -> None:
    begun = a_release(contracts=[a_contract(title="Bins", status="active")])
    ended = {"ocid": begun["ocid"], "date": "2027-01-01", "contracts": [{"id": "c1", "status": "terminated"}]}
    assert only("outcome", begun, ended).rung == 7


def test_dates_are_compared_as_moments_and_not_as_text() -> None:
    late = a_release(date="2026-01-01T23:00:00-05:00", tender=a_tender(title="late"))
    early = a_release(date="2026-01-02T01:00:00Z", tender=a_tender(title="early"))
    assert only("need", late, early).fact.title == "late"  # type: ignore[union-attr]


def test_one_release_id_with_two_contents_keeps_both_and_says_so() -> None:
    need = only("need", a_release(), a_release(tender=a_tender(title="Changed"), date="2026-11-01T00:00:00Z"))
    assert need.fact.title == "Changed"  # type: ignore[union-attr]
    assert "id-reused" in need.defects


def test_a_null_takes_back_and_an_absence_does_not() -> None:
    first = a_release(date="2026-01-01T00:00:00Z")
    silent = a_release(date="2026-02-01T00:00:00Z", tender={"title": "t"})
    taking_back = a_release(date="2026-02-01T00:00:00Z", tender={"title": "t", "value": None})
    assert merge([read_one(first), read_one(silent)]).process.tender.value.amount == 120000  # type: ignore[union-attr]
    with_null = merge([read_one(first), read_one(taking_back)]).process.tender
    assert with_null is not None
    assert with_null.value is not None  # OCDS: a null object leaves its parts; only null parts are taken back


def test_the_prefix_of_an_ocid_may_be_written_in_capitals() -> None:
    small, big = a_release(), a_release(ocid="OCDS-A1B2C3-77", date="2026-11-01T00:00:00Z")
    need = only("need", small, big)
    assert need.id == KEY
    assert need.ocid == "OCDS-A1B2C3-77"


def test_an_unregistered_ocid_belongs_to_its_publisher() -> None:
    assert only("need", a_release(ocid="PC-0016")).id == "urn:citiesshare:proc:test:PC-0016"


def test_ocids_that_differ_in_case_behind_their_prefix_are_two_processes() -> None:
    keys = [read_one(a_release(ocid=ocid)).process for ocid in ("ocds-a1b2c3-aB", "ocds-a1b2c3-Ab")]
    assert keys == ["urn:ocid:ocds-a1b2c3-aB", "urn:ocid:ocds-a1b2c3-Ab"]


def test_a_partial_update_keeps_the_currency_that_was_published() -> None:
    first = a_release(date="2026-01-01T00:00:00Z", tender=a_tender(value={"amount": 5, "currency": "EUR"}))
    update = a_release(id="2", date="2026-02-01T00:00:00Z", tender={"value": {"amount": 7}})
    need = only("need", first, update)
    assert need.fact.budget == Money(amount=Decimal(7), currency="EUR")  # type: ignore[union-attr]
    assert not {"currency-default", "currency-missing"} & {*need.defects}


def test_a_translation_in_an_update_does_not_replace_the_title() -> None:
    update = a_release(id="2", date="2026-12-01T00:00:00Z", tender={"title_fr": "Des bacs"})
    assert only("need", a_release(), update).fact.title == "Emptying bins on demand"  # type: ignore[union-attr]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_releases_of_one_date_merge_by_their_tags(order: tuple[int, ...]) -> None:
    said = [("planning", "planning"), ("tender", "active"), ("tenderCancellation", "cancelled")]
    told = [a_release(id=tag, tag=[tag], tender=a_tender(status=status)) for tag, status in said]
    need = only("need", *(told[place] for place in order))
    assert need.fact.stage is Stage.WITHDRAWN  # type: ignore[union-attr]


@pytest.mark.parametrize("title", ["Trams", "Bins"])
def test_releases_of_one_date_and_one_tag_merge_in_the_order_of_arrival(title: str) -> None:
    package = {"releases": [a_release(id="1"), a_release(id="2", tender=a_tender(title=title))]}
    assert only("need", package).fact.title == title  # type: ignore[union-attr]


WITH_AWARD = a_release(
    id="1", date="2026-01-01T00:00:00Z", tag=["compiled"], awards=[an_award()], contracts=[a_contract()]
)


def test_a_compiled_release_is_the_whole_state_and_replaces_what_came_before() -> None:
    second = an_award(id="a2", title="Another supplier")
    newer = a_release(id="2", date="2026-06-01T00:00:00Z", tag=["compiled"], awards=[second])
    found = {each.id: each.use for each in records(WITH_AWARD, newer) if each.kind == "solution"}
    assert found == {f"{KEY}#award=a2": "planned", f"{KEY}#award=a1": "withdrawn"}
    outcomes = [each for each in records(WITH_AWARD, newer) if each.kind == "outcome"]
    assert [each.use for each in outcomes] == ["withdrawn"]


def test_what_follows_a_compiled_release_changes_it() -> None:
    ended = a_release(
        id="2",
        date="2026-06-01T00:00:00Z",
        tag=["contract"],
        contracts=[{"id": "c1", "status": "terminated"}],
    )
    assert only("outcome", WITH_AWARD, ended).rung == 7


def test_a_compiled_release_of_the_same_date_takes_nothing_back_from_the_releases_it_was_made_of() -> None:
    ended = a_release(
        id="2",
        date="2026-01-01T00:00:00Z",
        tag=["contract"],
        contracts=[{"id": "c1", "status": "terminated"}],
    )
    assert only("outcome", ended, WITH_AWARD).rung == 7


def test_an_award_that_is_cancelled_later_is_withdrawn() -> None:
    gone = a_release(
        id="2", date="2026-06-01T00:00:00Z", tag=["awardCancellation"], awards=[an_award(status="cancelled")]
    )
    (solution,) = [each for each in records(WITH_AWARD, gone) if each.kind == "solution"]
    assert (solution.id, solution.use) == (f"{KEY}#award=a1", "withdrawn")


def test_a_contract_that_finds_its_award_later_is_one_solution_under_the_award() -> None:
    alone = a_release(id="1", tag=["contract"], contracts=[a_contract(awardID=...)])
    alone["contracts"] = [{key: value for key, value in a_contract(title="Bins").items() if key != "awardID"}]
    later = a_release(
        id="2",
        date="2026-12-01T00:00:00Z",
        tag=["award"],
        awards=[an_award()],
        contracts=[{"id": "c1", "awardID": "a1"}],
    )
    found = {each.id: each.use for each in records(alone, later) if each.kind == "solution"}
    assert found == {f"{KEY}#award=a1": "in_use", f"{KEY}#contract=c1": "withdrawn"}


def test_a_need_that_is_split_into_lots_later_is_withdrawn_for_its_lots() -> None:
    lots = [{"id": "1", "title": "North"}, {"id": "2", "title": "South"}]
    split = a_release(id="2", date="2026-12-01T00:00:00Z", tender={"lots": lots})
    stages = {each.id: each.fact.stage for each in records(a_release(), split)}  # type: ignore[union-attr]
    assert stages == {f"{KEY}#lot=1": Stage.OPEN, f"{KEY}#lot=2": Stage.OPEN, KEY: Stage.WITHDRAWN}


def test_releases_of_different_processes_are_not_merged() -> None:
    with pytest.raises(ValueError, match="one process"):
        merge([read_one(a_release()), read_one(a_release(ocid="ocds-a1b2c3-78"))])


def test_our_merge_rules_are_those_of_the_standard() -> None:
    if not SCHEMA.exists():
        pytest.skip(f"no schema at {SCHEMA}")
    theirs = {
        path for path, rule in get_merge_rules(json.loads(SCHEMA.read_text())).items() if "whole" in rule
    }
    ours = {path for path, rule in merge_rules(MergedRelease).items() if rule == "wholeListMerge"}
    assert not {path for path in theirs - ours if _is_read(path)}


def _is_read(path: tuple[str, ...]) -> bool:
    model: object = MergedRelease
    for name in path:
        fields = {field.alias or key: field for key, field in model.model_fields.items()}  # type: ignore[attr-defined]
        if name not in fields:
            return False
        model = next((each for each in _parts(fields[name].annotation)), None)
    return True


def _parts(annotation: object) -> list[object]:
    inner = getattr(annotation, "__args__", ())
    return [each for each in inner if hasattr(each, "model_fields")]
