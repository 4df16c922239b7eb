"""The nine rungs: what records let one say, and what they never do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.domain.imported_facts import Finding
from services.submissions.domain.ocds.outcome_rules import ContractEvidence, classify
from services.submissions.domain.ocds.release_models import Award, Contract
from shared.facts import Implementation, Outcome
from tests.unit.submissions.ocds import AS_OF, a_contract, a_release, an_award, only, records

PERIOD = {"startDate": "2025-01-01", "endDate": "2025-12-31"}
CLOSED = {"status": "terminated", "period": PERIOD}
MET, PARTLY = {"id": "1", "status": "met"}, {"id": "1", "status": "partiallymet"}
MISSED = {"id": "2", "status": "notmet", "dueDate": "2025-06-01"}
AHEAD = {"id": "3", "status": "notmet", "dueDate": "2027-06-01"}
FUTURE = {"startDate": "2026-01-01", "endDate": "2027-12-31"}


def rung(contract: dict[str, Any], *, closed: bool | None = None) -> tuple[int | None, Finding]:
    model = Contract.model_validate(contract)
    ended = model.status == "terminated" if closed is None else closed
    step = classify(ContractEvidence(model, Award(), closed=ended, as_of=AS_OF))
    return step.rung, step.finding


def implemented(**parts: object) -> dict[str, object]:
    return {"implementation": parts}


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (CLOSED | {"finalStatus": "complete"}, (2, Finding.COMPLETED)),
        (CLOSED | {"finalStatus": "incomplete"}, (2, Finding.ENDED_EARLY)),
        (CLOSED | {"finalStatus": "cancelled"}, (2, Finding.NOT_TRIED)),
        (CLOSED | {"finalStatus": "unsuccessful"}, (2, Finding.NOT_TRIED)),
        (CLOSED | {"finalStatus": "splendid"}, (7, Finding.ENDED)),
        (CLOSED | implemented(endDate="2025-12-01"), (3, Finding.COMPLETED)),
        ({"status": "active", "period": FUTURE} | implemented(status="concluded"), (3, Finding.COMPLETED)),
        (CLOSED | implemented(endDate="2025-12-01", milestones=[MISSED]), (5, Finding.WITH_PROBLEMS)),
        (CLOSED | implemented(milestones=[MET]), (4, Finding.COMPLETED)),
        (CLOSED | {"documents": [{"documentType": "completioncertificate"}]}, (4, Finding.COMPLETED)),
        (CLOSED | {"milestones": [MET]}, (7, Finding.ENDED)),
        (CLOSED | implemented(milestones=[PARTLY]), (7, Finding.ENDED)),
        ({"status": "active", "period": FUTURE} | implemented(milestones=[MET]), (None, Finding.RUNNING)),
        ({"status": "active", "period": FUTURE, "milestones": [MISSED]}, (5, Finding.WITH_PROBLEMS)),
        ({"status": "active", "period": FUTURE, "milestones": [AHEAD]}, (None, Finding.RUNNING)),
        (CLOSED | implemented(performanceFailures=[{"id": "1"}]), (5, Finding.WITH_PROBLEMS)),
        (CLOSED | {"value": {"amount": 100, "currency": "GBP"}}
         | implemented(finalValue={"amount": 121, "currency": "GBP"}), (5, Finding.WITH_PROBLEMS)),
        (CLOSED | {"value": {"amount": 100, "currency": "GBP"}}
         | implemented(finalValue={"amount": 120, "currency": "GBP"}), (7, Finding.ENDED)),
        (CLOSED | {"value": {"amount": 100, "currency": "GBP"}}
         | implemented(finalValue={"amount": 500, "currency": "USD"}), (7, Finding.ENDED)),
        (CLOSED | {"finalStatusDate": "2026-06-30"}, (5, Finding.WITH_PROBLEMS)),
        (CLOSED | {"finalStatusDate": "2025-06-30"}, (6, Finding.POSSIBLY_ENDED_EARLY)),
        (CLOSED | {"finalStatusDate": "2025-12-20"}, (7, Finding.ENDED)),
        (CLOSED | {"finalStatusDate": "2025-06-30", "milestones": [MET]}, (7, Finding.ENDED)),
        (CLOSED, (7, Finding.ENDED)),
        ({"status": "active", "period": PERIOD}, (8, Finding.STALE)),
        ({"period": {"startDate": "2025-01-01", "durationInDays": 9}}, (8, Finding.STALE)),
        ({"status": "active", "period": FUTURE}, (None, Finding.RUNNING)),
        ({"status": "active"}, (None, Finding.RUNNING)),
    ],
)  # fmt: skip
def test_the_first_rung_that_holds_is_the_finding(
    contract: dict[str, Any], expected: tuple[int | None, Finding]
) -> None:
    assert rung(contract) == expected


def test_terminated_alone_is_unknown() -> None:
    fact = only("outcome", a_release(awards=[an_award()], contracts=[a_contract(status="terminated")])).fact
    assert isinstance(fact, Implementation)
    assert (fact.outcome, fact.rung) == (Outcome.UNKNOWN, 7)
    assert fact.language == "en", "the reason is our own English sentence, whatever the solution's language"


def test_a_tag_of_termination_closes_a_contract_that_says_it_is_active() -> None:
    found = only("outcome", a_release(tag=["contractTermination"], contracts=[a_contract()]))
    assert found.rung == 7
    assert "tag-contradicts-status" in found.defects


def test_rung_six_needs_an_explicit_end_and_never_takes_the_releases_date() -> None:
    early = a_release(date="2025-03-01T00:00:00Z", contracts=[a_contract(status="terminated")])
    assert only("outcome", early).rung == 7


ANY_CONTRACT = st.fixed_dictionaries(
    {"id": st.just("c1")},
    optional={
        "awardID": st.just("a1"),
        "status": st.sampled_from(["pending", "active", "cancelled", "terminated", "failed", None]),
        "finalStatus": st.sampled_from(["complete", "incomplete", "cancelled", "unsuccessful", "failed"]),
        "finalStatusDate": st.sampled_from(["2025-02-01", "2026-02-01", "2030-01-01"]),
        "period": st.sampled_from([PERIOD, FUTURE, {}, None]),
        "value": st.sampled_from([{"amount": 100, "currency": "GBP"}, {"amount": None}]),
        "milestones": st.lists(st.sampled_from([MET, PARTLY, MISSED, AHEAD]), max_size=3),
        "implementation": st.fixed_dictionaries(
            {},
            optional={
                "endDate": st.sampled_from(["2025-02-01", "2027-02-01"]),
                "finalValue": st.just({"amount": 900, "currency": "GBP"}),
                "performanceFailures": st.just([{"id": "1", "category": "contract failed"}]),
                "milestones": st.lists(st.sampled_from([MET, MISSED]), max_size=2),
            },
        ),
    },
)


@given(
    contracts=st.lists(ANY_CONTRACT, max_size=3),
    award=st.sampled_from(["active", "pending", "cancelled", "unsuccessful", "failed"]),
    tender=st.sampled_from(["active", "unsuccessful", "cancelled", "complete", "failed"]),
    tag=st.sampled_from(["contract", "contractTermination", "implementation"]),
)
@settings(max_examples=150, deadline=None)
def test_procurement_never_says_failed_nor_succeeded(
    contracts: list[dict[str, object]], award: str, tender: str, tag: str
) -> None:
    release = a_release(
        tag=[tag],
        awards=[an_award(status=award)],
        contracts=contracts,
        tender={"title": "t", "status": tender},
    )
    said = {each.fact.outcome for each in records(release) if isinstance(each.fact, Implementation)}
    assert said <= {Outcome.UNKNOWN, Outcome.RUNNING}
