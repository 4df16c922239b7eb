"""Releases of one process become one state, however they arrive."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocdsmerge.rules import get_merge_rules

from services.submissions.domain.models import Imported
from services.submissions.domain.ocds.merge import merge
from services.submissions.domain.ocds.release import Process
from services.submissions.domain.ocds.shape import merge_rules
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


def facts(found: tuple[Imported, ...]) -> list[dict[str, object]]:
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
        a_release(date=f"2026-0{month}-01T00:00:00Z", tender=a_tender(title=f"{month}")) for month in (1, 2)
    )
    assert only("need", new, old).fact.title == "2"  # type: ignore[union-attr]


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


def test_the_same_process_is_known_by_its_ocid_in_any_case() -> None:
    small, big = a_release(), a_release(ocid="OCDS-A1B2C3-77", date="2026-11-01T00:00:00Z")
    need = only("need", small, big)
    assert need.id == KEY
    assert need.ocid == "OCDS-A1B2C3-77"


def test_an_unregistered_ocid_belongs_to_its_publisher() -> None:
    assert only("need", a_release(ocid="PC-0016")).id == "urn:citiesshare:proc:test:pc-0016"


def test_releases_of_different_processes_are_not_merged() -> None:
    with pytest.raises(ValueError, match="one process"):
        merge([read_one(a_release()), read_one(a_release(ocid="ocds-a1b2c3-78"))])


def test_our_merge_rules_are_those_of_the_standard() -> None:
    if not SCHEMA.exists():
        pytest.skip(f"no schema at {SCHEMA}")
    theirs = {
        path for path, rule in get_merge_rules(json.loads(SCHEMA.read_text())).items() if "whole" in rule
    }
    ours = {path for path, rule in merge_rules(Process).items() if rule == "wholeListMerge"}
    assert not {path for path in theirs - ours if _is_read(path)}


def _is_read(path: tuple[str, ...]) -> bool:
    model: object = Process
    for name in path:
        fields = {field.alias or key: field for key, field in model.model_fields.items()}  # type: ignore[attr-defined]
        if name not in fields:
            return False
        model = next((each for each in _parts(fields[name].annotation)), None)
    return True


def _parts(annotation: object) -> list[object]:
    inner = getattr(annotation, "__args__", ())
    return [each for each in inner if hasattr(each, "model_fields")]
