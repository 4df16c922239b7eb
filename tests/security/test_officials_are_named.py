"""What officials say on our pages names the post that says it, as it is held at that moment."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.notifications.http.pages import router
from shared.events import Actor, AdoptionDeclared, OutcomeReported
from tests.unit.notifications.test_pages import Memory, door


@pytest.fixture
def desk() -> Memory:
    return Memory()


@pytest.fixture
async def client(desk: Memory) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(router(desk.pages()))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as opened:
        yield opened


async def test_an_adoption_and_an_outcome_name_the_post_that_says_so(
    client: AsyncClient, desk: Memory
) -> None:
    await client.post(door(desk, "feedback"), data={"answer": "adopted", "how": "copied"})
    await client.post(door(desk, "outcome", "outcome_checkin"), data={"outcome": "succeeded"})
    official = desk.official
    named = Actor(official=official.id, post=official.post, city=official.city)
    acted = [said for said in desk.said if isinstance(said, AdoptionDeclared | OutcomeReported)]
    assert [said.actor for said in acted] == [named, named]


@pytest.mark.parametrize("change", [{"city": "york"}, {"status": "left"}])
async def test_who_left_the_post_or_the_city_says_nothing_for_it(
    client: AsyncClient, desk: Memory, change: dict[str, str]
) -> None:
    desk.official = desk.official.model_copy(update=change)
    await client.post(door(desk, "feedback"), data={"answer": "adopted", "how": "copied"})
    await client.post(door(desk, "outcome", "outcome_checkin"), data={"outcome": "failed"})
    assert desk.said == []
