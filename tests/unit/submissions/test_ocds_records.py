"""Needs, solutions and their money, cities and people."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.submissions.domain.publisher_profiles import Profile
from shared.facts import UNRESOLVED, Need, Provider, Solution, Stage
from tests.unit.submissions.ocds import (
    KEY,
    TEST_PROFILE,
    YORK,
    a_contract,
    a_release,
    a_tender,
    an_award,
    only,
    records,
)

Json = dict[str, object]


def need(**changes: object) -> Need:
    fact = only("need", a_release(**changes)).fact
    assert isinstance(fact, Need)
    return fact


def solution(**changes: object) -> Solution:
    fact = only("solution", a_release(**changes)).fact
    assert isinstance(fact, Solution)
    return fact


def test_a_tender_of_a_city_is_its_need() -> None:
    found = need()
    assert (found.id, found.city, found.title) == (KEY, YORK, "Emptying bins on demand")
    assert [topic.id for topic in found.topics] == ["90511000", "waste"]
    assert found.budget is not None
    assert (found.budget.amount, found.budget.currency) == (Decimal(120000), "GBP")
    assert found.deadline == datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"tender": a_tender(status="planning")}, Stage.EARLY),
        ({"tender": a_tender(status="planned")}, Stage.ANNOUNCED),
        ({"tender": a_tender(status="active")}, Stage.OPEN),
        ({"tender": a_tender(status="complete")}, Stage.DECIDED),
        ({"tender": a_tender(status="cancelled")}, Stage.WITHDRAWN),
        ({"tender": a_tender(status="withdrawn")}, Stage.WITHDRAWN),
        ({"tender": a_tender(status="unsuccessful")}, Stage.UNMET),
        ({"tender": a_tender(status="complete", finalStatus="unsuccessful")}, Stage.UNMET),
        ({"tender": a_tender(status="active"), "awards": [an_award()]}, Stage.DECIDED),
        ({"tender": a_tender(status="complete"), "awards": [an_award(status="cancelled")]}, Stage.UNMET),
        ({"tender": ..., "planning": {"rationale": "Bins overflow"}, "tag": ["planning"]}, Stage.EARLY),
        ({"tender": a_tender(status=None), "tag": ["contract"]}, Stage.DECIDED),
        ({"tender": a_tender(status=None), "tag": ["tender"]}, Stage.OPEN),
        ({"tender": a_tender(status=None), "tag": ...}, Stage.EXPLORING),
    ],
)
def test_the_stage_of_a_need_follows_status_awards_and_tags(changes: Json, stage: Stage) -> None:
    assert need(**changes).stage is stage


def test_a_status_known_to_be_an_artefact_is_ignored_unless_something_was_awarded() -> None:
    profile = Profile(**{**TEST_PROFILE.model_dump(), "flags": frozenset({"status-artefact"})})
    unsuccessful = a_tender(status="unsuccessful")
    found = only("need", a_release(tender=unsuccessful), profile=profile)
    assert found.fact.stage is Stage.OPEN  # type: ignore[union-attr]
    fell_through = a_release(tender=unsuccessful, awards=[an_award(status="unsuccessful")])
    assert only("need", fell_through, profile=profile).fact.stage is Stage.UNMET  # type: ignore[union-attr]


def test_lots_with_titles_of_their_own_are_needs_of_their_own() -> None:
    lots = [
        {"id": "A", "title": "North", "status": "cancelled", "value": {"amount": 5, "currency": "GBP"}},
        {"id": "B", "title": "South", "status": "active"},
    ]
    found = [each.fact for each in records(a_release(tender=a_tender(lots=lots)))]
    assert [(each.id, each.title, each.stage, each.budget is None) for each in found] == [  # type: ignore[union-attr]
        (f"{KEY}#lot=A", "Emptying bins on demand: North", Stage.WITHDRAWN, False),
        (f"{KEY}#lot=B", "Emptying bins on demand: South", Stage.OPEN, True),
    ]


@pytest.mark.parametrize("amount", [None, 0, -1, "unknown", {"amount": None}])
def test_an_amount_that_is_not_known_is_absent_and_never_zero(amount: object) -> None:
    assert need(tender=a_tender(value={"amount": amount, "currency": "GBP"})).budget is None


@pytest.mark.parametrize(
    ("tender", "planning", "amount"),
    [
        ({"value": None, "minValue": {"amount": 7}}, {}, 7),
        ({"value": None}, {"budget": {"amount": {"amount": 8}}}, 8),
        ({"value": {"amount": 9}, "minValue": {"amount": 7}}, {"budget": {"amount": {"amount": 8}}}, 9),
    ],
)
def test_the_budget_is_the_value_else_the_least_value_else_what_is_set_aside(
    tender: Json, planning: Json, amount: int
) -> None:
    budget = need(tender=a_tender(**tender), planning=planning).budget
    assert budget is not None
    assert budget.amount == amount


def test_a_deadline_that_is_a_day_ends_in_the_publishers_zone_where_the_city_is_not_known() -> None:
    profile = Profile(**{**TEST_PROFILE.model_dump(), "timezone": "America/Bogota", "country": "US"})
    release = a_release(tender=a_tender(tenderPeriod={"endDate": "2026-12-01"}))
    found = only("need", release, profile=profile).fact
    assert found.deadline == datetime(2026, 12, 2, 4, 59, 59, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "language"),
    [("en-GB", "en"), ("EN", "en"), ("pt_BR", "pt"), ("md", "ro"), ("?", "und"), (None, "und")],
)
def test_the_language_is_what_is_said_and_never_assumed(said: str | None, language: str) -> None:
    profile = Profile(id="test", name="Test", country="GB", languages={"md": "ro"})
    assert only("need", a_release(language=said), profile=profile).fact.language == language


def test_no_need_is_opened_for_a_buyer_that_is_no_city_government() -> None:
    ministry = {"id": "b", "name": "Ministry of Defence", "address": {"locality": "York"}}
    release = a_release(buyer={"id": "b"}, parties=[ministry], awards=[an_award()])
    found = records(release)
    assert [each.kind for each in found] == ["solution"]
    assert found[0].city is None
    assert found[0].fact.city == UNRESOLVED


@pytest.mark.parametrize(
    "changes",
    [
        {"buyer": {"id": "b"}},
        {"buyer": {"name": "city of york council"}, "parties": []},
        {"buyer": ..., "parties": [{"id": "b", "name": "City of York Council", "roles": ["Buyer"]}]},
        {"buyer": ..., "parties": ..., "tender": a_tender(procuringEntity={"name": "City of York Council"})},
    ],
)
def test_the_buyer_is_found_however_it_is_named(changes: Json) -> None:
    assert need(**changes).city == YORK


def test_a_feed_registered_for_a_city_needs_no_name() -> None:
    profile = Profile(id="y", name="York's own", country="GB", city=YORK, city_government=True)
    assert only("need", a_release(buyer={"name": "Culture"}, parties=...), profile=profile).city == YORK


def test_a_solution_is_named_by_its_award_and_told_by_its_contract() -> None:
    documents = [{"id": "1", "documentType": "contractSigned"}]
    contract = a_contract(title="Bin sensors, three years", documents=documents)
    found = solution(awards=[an_award()], contracts=[contract], tender=a_tender(numberOfTenderers=3))
    assert (found.id, found.title, found.origin) == (
        f"{KEY}#award=a1",
        "Bin sensors, three years",
        "procurement",
    )
    assert found.provider == Provider(name="Acme Ltd")
    assert found.cost is not None
    assert found.cost.amount == 100000
    assert (found.lockin.suppliers, found.lockin.short_term, found.reuse.contract_documents) == (
        True,
        True,
        True,
    )
    assert found.delivery.planned_months == 12


@pytest.mark.parametrize(
    ("awards", "contracts", "ids"),
    [
        ([an_award()], [], ["award=a1"]),
        ([an_award(), an_award(id="a2")], [a_contract()], ["award=a1", "award=a2"]),
        ([], [a_contract(title="t")], ["contract=c1"]),
        ([an_award()], [a_contract(awardID="other", title="t")], ["award=a1", "contract=c1"]),
        ([an_award()], [a_contract(awardID=None)], ["award=a1"]),
        ([an_award(status="cancelled")], [], []),
        ([an_award(status="unsuccessful")], [], []),
        ([an_award()], [a_contract(status="cancelled")], []),
        ([an_award()], [a_contract(finalStatus="unsuccessful")], []),
    ],
)
def test_there_is_one_solution_per_award_or_contract_that_stands(
    awards: list[Json], contracts: list[Json], ids: list[str]
) -> None:
    found = [
        each for each in records(a_release(awards=awards, contracts=contracts)) if each.kind == "solution"
    ]
    assert [each.id.split("#")[1] for each in found] == ids


@pytest.mark.parametrize(
    ("awards", "contracts", "use"),
    [
        ([an_award(status="pending")], [], "planned"),
        ([an_award()], [], "planned"),
        ([an_award()], [a_contract(status="pending")], "planned"),
        ([an_award()], [a_contract()], "in_use"),
        ([an_award()], [a_contract(status="terminated")], "ended"),
    ],
)
def test_a_solution_says_whether_it_is_planned_in_use_or_ended(
    awards: list[Json], contracts: list[Json], use: str
) -> None:
    assert only("solution", a_release(awards=awards, contracts=contracts)).use == use


def test_an_attempt_is_as_far_as_its_least_finished_contract() -> None:
    done = a_contract(status="terminated", implementation={"endDate": "2025-12-01"})
    missed = {"status": "notMet", "dueDate": "2025-05-01"}
    bad = a_contract(id="c2", milestones=[missed])
    assert only("outcome", a_release(awards=[an_award()], contracts=[done])).rung == 3
    assert only("outcome", a_release(awards=[an_award()], contracts=[done, bad])).rung == 5


def test_suppliers_with_one_placeholder_id_are_not_confused() -> None:
    parties = [{"id": "1", "name": "First Ltd"}, {"id": "1", "name": "Second Ltd"}]
    award = an_award(suppliers=[{"id": "1", "name": "Second Ltd"}])
    assert solution(
        parties=parties, buyer={"name": "City of York Council"}, awards=[award]
    ).provider == Provider(name="Second Ltd")


def test_a_long_title_is_cut_to_one_line_of_two_hundred_characters() -> None:
    title = need(tender=a_tender(title="word\n" * 100)).title
    assert len(title) <= 200
    assert "\n" not in title
