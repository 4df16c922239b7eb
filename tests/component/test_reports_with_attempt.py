"""A solution and what became of it in its own city: one message, recorded together and said together."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from tests.broker import Outsider
from tests.builders import TAMPERE, YORK
from tests.component.intake import Event, event, fate, sample, say, solution

FAILURE: Event = {"outcome": "failed", "why": "The vans stood.", "failure": {"cause": "market"}}
KEY = f"outcome|sol-1|{TAMPERE}"


def report(**attempt: object) -> Event:
    """A solution with what became of it in its own city."""
    return event("solution.submitted", {**solution(), "attempt": {**FAILURE, **attempt}})


async def heard(outsider: Outsider, queue: Any) -> Event:  # noqa: ANN401 - a queue of the test's own
    data: Event = json.loads((await outsider.next(queue)).body)
    return data


async def test_one_message_records_both_and_each_subscriber_reads_both_at_once(
    http: AsyncClient, outsider: Outsider
) -> None:
    solutions, outcomes = [await outsider.listen(f"{kind}.recorded") for kind in ("solution", "outcome")]
    assert (await say(http, report()))["records"] == ["solution|sol-1", KEY]
    told, alone = await heard(outsider, solutions), await heard(outsider, outcomes)
    assert told["outcome"] == alone
    assert alone["implementation"]["failure"]["cause"] == "market"
    assert (told["state"], alone["state"]) == ("published", "published")
    shown = (await http.get("/v1/records/solution/sol-1")).json()
    assert "outcome" not in shown
    record = (await http.get(f"/v1/records/outcome/sol-1%7C{TAMPERE}")).json()
    assert record["implementation"]["outcome"] == "failed"


async def test_a_solution_that_comes_after_its_attempt_is_said_with_it(
    http: AsyncClient, outsider: Outsider
) -> None:
    attempt = {**FAILURE, "solution": "sol-1", "city": TAMPERE}
    await say(http, event("outcome.reported", attempt))
    solutions = await outsider.listen("solution.recorded")
    await say(http, event("solution.submitted", solution()))
    assert (await heard(outsider, solutions))["outcome"]["implementation"]["outcome"] == "failed"


async def test_a_text_that_names_an_office_holder_is_held_with_its_solution(http: AsyncClient) -> None:
    held = await say(http, report(why="Aino Esimerkki stopped it."))
    assert (held["fate"], held["complaints"][0]["path"]) == ("held", "attempt.why")
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404


async def test_an_attempt_that_was_changed_meanwhile_refuses_the_message(http: AsyncClient) -> None:
    await say(http, report())
    later = event(
        "outcome.reported",
        {**FAILURE, "solution": "sol-1", "city": TAMPERE, "why": "Rain."},
        time="2026-12-01T00:00:00Z",
    )
    await say(http, later)
    changed = {**solution(title="Another title"), "attempt": {**FAILURE, "why": "Snow.", "based_on": 1}}
    refused = await say(http, event("solution.submitted", changed, time="2026-12-01T01:00:00Z"))
    assert (refused["fate"], refused["complaints"][0]["path"]) == ("rejected", "attempt.based_on")
    shown = (await http.get("/v1/records/solution/sol-1")).json()
    assert shown["solution"]["title"] == solution()["title"]


async def drafts(http: AsyncClient) -> tuple[str, str, str]:
    """The id of a draft of a solution with an attempt, its city, and the key of the attempt."""
    release = sample("procurement.release")
    award = {
        "id": "a1",
        "status": "active",
        "title": "Bin sensors",
        "suppliers": [{"id": "s", "name": "Acme"}],
    }
    contract = {"id": "c1", "awardID": "a1", "status": "terminated"}
    release["data"]["release"] |= {"awards": [award], "contracts": [contract]}
    said = await say(http, release)
    outcome = next(key for key in said["records"] if key.startswith("outcome|"))
    _, identifier, city = outcome.split("|")
    return identifier, city, outcome


@pytest.mark.parametrize("step", ["confirm", "withdraw"])
async def test_drafts_of_a_solution_and_its_attempt_are_decided_by_one_message(
    http: AsyncClient, outsider: Outsider, step: str
) -> None:
    solutions = await outsider.listen("solution.recorded")
    identifier, city, _ = await drafts(http)
    before = await heard(outsider, solutions)
    assert (before["state"], before["outcome"]["state"]) == ("draft", "draft")
    address = f"/v1/records/solution/{identifier.replace('#', '%23')}/{step}"
    accepted = await http.post(address, json={"city": city, "attempt": {}})
    assert (await fate(http, accepted.json()))["fate"] == "recorded"
    after = await heard(outsider, solutions)
    state = {"confirm": "published", "withdraw": "withdrawn"}[step]
    assert (after["state"], after["outcome"]["state"]) == (state, state)


async def test_nothing_is_confirmed_where_one_of_the_two_cannot_be(http: AsyncClient) -> None:
    identifier, city, outcome = await drafts(http)
    wrong = {"kind": "solution", "record": identifier, "city": city, "based_on": 1}
    foreign = {**wrong, "attempt": {"based_on": 1}, "city": YORK}
    assert (await say(http, event("record.confirmed", foreign)))["fate"] == "rejected"
    gone = {"kind": "outcome", "record": outcome.partition("|")[2], "city": city}
    await say(http, event("record.withdrawn", gone, time="2026-12-01T00:00:00Z"))
    both = event("record.confirmed", {**wrong, "attempt": {}}, time="2026-12-01T01:00:00Z")
    assert (await say(http, both))["complaints"][0]["path"] == "record"
    assert (await http.get(f"/v1/records/solution/{identifier.replace('#', '%23')}")).status_code == 404
