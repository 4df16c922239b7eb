"""A plan published in one city warns it of a failure elsewhere: within seconds, and once."""

from time import monotonic
from uuid import uuid4

import pytest

from citiesshare.local.sample_messages import native
from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.events import Event, WarningRaised
from shared.facts import Fact
from tests.broker import Outsider
from tests.builders import a_city, a_failure, a_need, a_solution, an_implementation
from tests.journey.letters import tell

WITHIN_SECONDS = 5.0
ALIKE = {
    "population": 300_000,
    "density": 2_000,
    "unemployment": 6,
    "gdp_per_head": 30_000,
    "age_dependency": 50,
    "digital_inclusion": 80,
    "participation": 50,
}


def say(kind: type[Event], fact: Fact) -> OutgoingMessage:
    """A native event as its city sends it."""
    return native(kind, fact.model_dump(mode="json", exclude_none=True))


class Place:
    """Two cities that are alike and a solution that failed in one of them, under names of their own."""

    def __init__(self) -> None:
        self.mark = uuid4().hex[:8]
        self.here, self.there = f"here-{self.mark}", f"there-{self.mark}"
        # A topic of its own: other tests of the session must not resemble this one.
        self.topics = [{"scheme": "TEST", "id": self.mark}]

    def cities(self) -> list[OutgoingMessage]:
        return [
            say(events.CityDescribed, a_city(id=one, name=one, indicators=ALIKE))
            for one in (self.here, self.there)
        ]

    def failure(self) -> list[OutgoingMessage]:
        solution = f"sol-{self.mark}"
        tried = an_implementation(solution=solution, city=self.there, outcome="failed", failure=a_failure())
        return [
            say(events.SolutionSubmitted, a_solution(id=solution, city=self.there, topics=self.topics)),
            say(events.OutcomeReported, tried),
        ]

    def need(self, city: str, **changes: object) -> OutgoingMessage:
        return say(events.NeedSubmitted, a_need(id=f"need-{city}", city=city, topics=self.topics, **changes))


async def test_a_plan_is_warned_of_within_seconds_and_once(stack: Stack) -> None:
    place = Place()
    await tell(stack, [*place.cities(), *place.failure()])
    async with Outsider(stack.ports.amqp_url) as outsider:
        heard = await outsider.listen("warning.raised")
        started = monotonic()
        plan = place.need(place.here, stage="early", ocid=f"ocds-abc123-{place.mark}")
        await tell(stack, [plan])
        warning = WarningRaised.model_validate_json((await outsider.next(heard)).body)
        waited = monotonic() - started
        await tell(stack, [plan, *place.failure()])
        # The same word again may be said again, as the same event: whoever writes letters knows it.
        again = [await outsider.next(heard) for _ in range(await outsider.ready(heard.name))]
        await heard.delete(if_empty=False)
    assert (warning.city, warning.failed_in.city) == (place.here, place.there)
    assert waited < WITHIN_SECONDS
    assert {message.headers["ce-id"] for message in again} <= {warning.message_id}


@pytest.mark.parametrize("stage", ["decided", "withdrawn"])
async def test_nothing_is_said_after_an_award(stack: Stack, stage: str) -> None:
    place = Place()
    async with Outsider(stack.ports.amqp_url) as outsider:
        heard = await outsider.listen("warning.raised", "partners.found")
        needs = [place.need(place.here, stage=stage), place.need(place.there, stage="open")]
        await tell(stack, [*place.cities(), *place.failure(), *needs])
        said = [await heard.get(no_ack=True, fail=False) for _ in range(await outsider.ready(heard.name))]
        await heard.delete(if_empty=False)
    assert [message.body for message in said if message and place.here.encode() in message.body] == []
