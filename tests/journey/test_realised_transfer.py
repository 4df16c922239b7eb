"""A year after a city took a solution over it is asked for the effect, which moves the calibration."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from httpx import AsyncClient

from citiesshare.local.sample_messages import native
from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from tests.builders import a_city, a_solution, an_official
from tests.chaos.sample_world import World
from tests.journey.letters import tell
from tests.journey.test_hint import clock_strikes
from tests.journey.test_letters import mail_to
from tests.journey.test_warnings import say

A_YEAR_AGO = datetime.now(UTC) - timedelta(days=370)


def adopted(solution: str, city: str, parent: str) -> OutgoingMessage:
    """An adoption as its city declared it a year ago."""
    kind = events.AdoptionDeclared
    data: dict[str, object] = {"solution": solution, "city": city, "kind": "copied", "parent": parent}
    return replace(native(kind, data), time=A_YEAR_AGO)


async def transfer(stack: Stack) -> dict[str, Any]:
    """How well predictions for adopters came true, as everybody reads it."""
    async with AsyncClient(base_url=stack.ports.page("scoring")) as scoring:
        view: dict[str, Any] = (await scoring.get("/v1/calibration")).json()["transfer"]
    return view


async def test_a_year_after_an_adoption_its_effect_moves_the_calibration(stack: Stack) -> None:
    mark = uuid4().hex[:8]
    here, there, name = f"adopter-{mark}", f"source-{mark}", f"shared-{mark}"
    lead = an_official(id=f"lead-{mark}", email=f"lead-{mark}@example.org", city=here, quiet=None)
    await import_into(stack.ports.mongo_url, [lead])
    topics = [{"scheme": "TEST", "id": mark}]
    shared = a_solution(id=name, city=there, title=f"Lockers {mark}", topics=topics)
    cities = [say(events.CityDescribed, a_city(id=city, name=city)) for city in (here, there)]
    own = f"{here}/{name}"
    await tell(stack, [*cities, say(events.SolutionSubmitted, shared), adopted(own, here, name)])
    before = await transfer(stack)
    assert await clock_strikes(stack, own) == 1
    await tell(stack, [])
    (letter,) = await mail_to(stack, World((), (lead,), (), frozenset()), "outcome_checkin")
    assert "What came of it?" in letter["Subject"]
    assert f"Lockers {mark}" in letter["Subject"]
    assert await clock_strikes(stack, own) == 0, "asked once"
    answer = events.AdoptionEffect(solution=own, city=here, effect="not_kept")
    await tell(stack, [say(events.AdoptionEffect, answer)])
    after = await transfer(stack)
    assert after["reported"] == before["reported"] + 1
    assert after["risk"]["number"] == before["risk"]["number"] + 1
    assert after["risk"]["brier"] != before["risk"]["brier"]
