"""Three cities report the same reason for stopping; those who would talk meet, and nobody else is named."""

import re
from collections.abc import Mapping
from uuid import uuid4

import httpx

from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from services.notifications.domain.officials import Official
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from tests.builders import a_city, a_failure, a_solution, an_implementation, an_official
from tests.chaos.sample_world import World
from tests.journey.letters import tell
from tests.journey.test_letters import mail_to
from tests.journey.test_warnings import say
from tests.waiting import until


class Circle:
    """Cities of one test that stopped for a reason that no other test of the session gives."""

    def __init__(self, *names: str) -> None:
        self.cities = [f"{name}-{uuid4().hex[:8]}" for name in names]
        self.officials = [self.lead(city) for city in self.cities]

    def lead(self, city: str) -> Official:
        lead = {"id": f"{city}-lead", "name": f"Lead of {city}", "email": f"lead@{city}.example.org"}
        return an_official(**lead, city=city, quiet=None, cadence="instant")

    def failures(self) -> list[OutgoingMessage]:
        return [letter for city in self.cities for letter in self.failure(city)]

    def failure(self, city: str) -> list[OutgoingMessage]:
        solution = a_solution(id=f"{city}-1", city=city, topics=[{"scheme": "TEST", "id": city}])
        record = a_failure(cause="external_shock", first_warning_sign=f"The river rose in {city}")
        tried = an_implementation(solution=solution.id, city=city, outcome="failed", failure=record)
        told = a_city(id=city, name=city)
        return [
            say(events.CityDescribed, told),
            say(events.SolutionSubmitted, solution),
            say(events.OutcomeReported, tried),
        ]

    async def mail(self, stack: Stack) -> dict[str, list[str]]:
        """The whole letters about the circle that each city's lead found, by city."""
        world = World((), tuple(self.officials), (), frozenset())
        found: dict[str, list[str]] = {city: [] for city in self.cities}
        for letter in await mail_to(stack, world, "circle"):
            (reader,) = (one for one in self.officials if one.email in letter["To"])
            found[reader.city].append(await self.read(stack, letter))
        return found

    async def read(self, stack: Stack, letter: Mapping[str, str]) -> str:
        page = f"{stack.ports.page('mailbox')}/letters/{letter['key']}"
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            return (await client.get(f"{page}/text")).text + (await client.get(f"{page}/html")).text

    async def agree(self, stack: Stack, letter: str) -> int:
        """Press the one button of a letter."""
        key = re.search(r"/i/([a-z2-7]{35})", letter)
        assert key is not None, letter
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            return (await client.post(f"{stack.ports.page('notifications')}/i/{key[1]}")).status_code


async def test_three_cities_that_stopped_for_one_reason_are_told_once_and_those_who_agree_meet(
    stack: Stack,
) -> None:
    """F1."""
    told = Circle("ada", "bea", "cid")
    await import_into(stack.ports.mongo_url, told.officials)
    await tell(stack, told.failures()[:-1])
    assert await told.mail(stack) == {city: [] for city in told.cities}
    await tell(stack, told.failures())
    await tell(stack, told.failures())
    offers = await told.mail(stack)
    assert {city: len(letters) for city, letters in offers.items()} == dict.fromkeys(told.cities, 1)
    for city, (offer,) in offers.items():
        assert all(f"The river rose in {other}" in offer for other in told.cities if other != city)
        assert "Lead of" not in offer
        assert "example.org" not in offer

    ada, bea, cid = told.cities
    for city in (ada, bea, bea):
        assert await told.agree(stack, offers[city][0]) == 200

    async def introduced() -> bool:
        return all([len((await told.mail(stack))[city]) > 1 for city in (ada, bea)])

    await until(introduced)
    await tell(stack, told.failures())
    met = await told.mail(stack)
    assert {city: len(letters) for city, letters in met.items()} == {ada: 2, bea: 2, cid: 1}
    for city, other in ((ada, bea), (bea, ada)):
        (introduction,) = set(met[city]) - set(offers[city])
        assert f"lead@{other}.example.org" in introduction
        assert f"lead@{cid}.example.org" not in introduction
    assert met[cid] == offers[cid]
