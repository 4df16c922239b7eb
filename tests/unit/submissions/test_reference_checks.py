"""Cities, topics, types and days of a report, compared with those that are known."""

import json

import pytest

from services.submissions.adapters.reference_data import reference
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.validation import assess_report
from shared.facts import Need
from tests.builders import a_need

NEED = "org.citiesshare.need.submitted.v1"


def judged(**changes: object) -> MessageAssessment:
    data = {**a_need().model_dump(mode="json"), **changes}
    return assess_report(NEED, json.dumps(data).encode(), reference=reference())


def need(**changes: object) -> Need:
    (draft,) = judged(**changes).drafts
    assert isinstance(draft.fact, Need)
    return draft.fact


@pytest.mark.parametrize(
    ("city", "near"),
    [
        ("2633353", "2633352 (York, England, GB)"),
        ("263352", "2633352 (York, England, GB)"),
        ("26333522", "2633352 (York, England, GB)"),
        ("York", "2633352 (York, England, GB)"),
        ("Yrok", "2633352 (York, England, GB)"),
        ("2,633,352", "2633352 (York, England, GB)"),
        ("Boston", "2655138 (Boston, England, GB)"),
        ("Boston, GB", "2655138 (Boston, England, GB)"),
        ("Tampre", "634963 (Tampere, FI)"),
        ("99999999", "GeoNames id"),
    ],
)
def test_an_unknown_city_is_kept_and_its_sender_told_the_nearest(city: str, near: str) -> None:
    told = judged(city=city)
    assert [each.path for each in told.complaints] == ["city"]
    assert near in told.complaints[0].message
    assert not told.useless


@pytest.mark.parametrize(
    ("topic", "becomes", "message"),
    [
        (("CPV", "45233162"), ("CPV", "45233162"), None),
        (("CPV", "45233162-2"), ("CPV", "45233162"), "'CPV:45233162-2' was read as CPV:45233162"),
        (("CPV", "3111000"), ("CPV", "03111000"), "'CPV:3111000' was read as CPV:03111000"),
        (("cpv2008", "45233162"), ("CPV", "45233162"), "'cpv2008:45233162' was read as CPV:45233162"),
        (("CPV", "45233163"), ("CPV", "45233163"), "did you mean 4523316"),
        (("THEME", "roads"), ("THEME", "roads"), "did you mean roads-parking"),
        (("lighting", "1"), ("lighting", "1"), "scheme 'lighting' is not understood here"),
    ],
)
def test_a_code_is_mended_with_a_note_or_kept_with_a_complaint(
    topic: tuple[str, str], becomes: tuple[str, str], message: str | None
) -> None:
    told = judged(topics=[{"scheme": topic[0], "id": topic[1]}])
    (draft,) = told.drafts
    assert isinstance(draft.fact, Need)
    assert [(each.scheme, each.id) for each in draft.fact.topics] == [becomes]
    assert [str(message) in each.message for each in told.complaints] == ([True] if message else [])


def test_an_unknown_type_is_told_the_nearest() -> None:
    (complaint,) = assess_report("org.citiesshare.needs.submitted.v1", b"{}").complaints
    assert "did you mean org.citiesshare.need.submitted.v1" in complaint.message


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("2026-12-31", "2026-12-31T23:59:59+02:00"),
        ("20261231", "2026-12-31T23:59:59+02:00"),
        ("2026-07-31", "2026-07-31T23:59:59+03:00"),
        ("2026-12-31+01:00", "2026-12-31T23:59:59+01:00"),
        ("2026-12-31T12:00", "2026-12-31T12:00:00+02:00"),
        ("2026-12-31T12:00:00Z", "2026-12-31T12:00:00+00:00"),
    ],
)
def test_a_deadline_that_is_a_day_ends_in_the_zone_of_its_city(written: str, ends: str) -> None:
    deadline = need(city="634963", deadline=written).deadline
    assert deadline is not None
    assert deadline.isoformat() == ends


@pytest.mark.parametrize("written", [1798675200, "1798675200", 44196, "44196", 1.5, True, "2026"])
def test_a_number_is_never_a_day_in_1970(written: object) -> None:
    assert [each.path for each in judged(deadline=written).complaints] == ["deadline"]


def test_a_tolerated_mistake_of_json_is_said() -> None:
    raw = b'{"id": "n", "city": "634963", "title": "two\twords", "language": "en"}'
    told = assess_report(NEED, raw, reference=reference())
    assert (told.useless, [each.message.split(":")[0] for each in told.complaints]) == (
        False,
        ["control-character"],
    )
