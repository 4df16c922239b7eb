"""Text that names an office-holder waits for a reviewer."""

import pytest

from services.submissions.domain.office_holders import OfficeHolder, held
from shared.facts import FailureRecord, Implementation, Outcome

LISTED = [
    OfficeHolder("mayor", ("Ágnes Példa", "Mayor Példa")),
    OfficeHolder("deputy mayor", ("Lee",)),
    OfficeHolder("party", ("Example Alliance",)),
]


def _report(why: str) -> Implementation:
    failure = FailureRecord(decision_to_change=why)
    return Implementation(solution="s", city="1", outcome=Outcome.FAILED, failure=failure)


@pytest.mark.parametrize(
    "why", ["Agnes Pelda stopped it.", "stopped by ÁGNES PÉLDA", "the (Example-Alliance) left"]
)
def test_a_field_that_names_a_listed_office_holder_is_held(why: str) -> None:
    (found,) = held(_report(why), LISTED)
    assert found.path == "failure.decision_to_change"
    assert found.post in ("mayor", "party")
    assert "Pelda" not in found.reason


@pytest.mark.parametrize(
    "why", ["The mayor stopped it.", "Agnes left", "Lee", "Pelda Agnes", "Agnes Peldaston", ""]
)
def test_posts_parts_of_names_and_short_names_are_not_held(why: str) -> None:
    assert held(_report(why), LISTED) == ()
