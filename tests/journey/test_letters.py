"""From what a city says to the letter an official elsewhere finds: once each, and only what may be told."""

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx

from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from services.submissions.application.outgoing_message import OutgoingMessage
from tests.chaos import checks, message_disorder, sample_world
from tests.chaos.sample_world import World
from tests.journey.letters import tell, tell_world


def said_differently(told: World, key: str, **changes: object) -> World:
    """``told`` with every message under ``key`` changed."""

    def changed() -> Iterator[OutgoingMessage]:
        for letter in told.letters:
            body = json.dumps({**json.loads(letter.body), **changes}).encode()
            yield replace(letter, body=body) if letter.key == key else letter

    return replace(told, letters=tuple(changed()))


async def mail_to(stack: Stack, told: World, kind: str = "") -> list[dict[str, str]]:
    """The letters in the mailbox for the officials of ``told``, of one kind or of all."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        letters = (await client.get(f"{stack.ports.page('mailbox')}/letters.json")).json()
    return [
        letter
        for letter in letters
        if any(one.email in letter["To"] for one in told.officials) and kind in letter["X-CitiesShare-Kind"]
    ]


async def test_an_official_of_every_city_with_the_need_finds_one_letter(stack: Stack) -> None:
    told = sample_world.make(1_001, solutions=2, cities=3)
    await tell_world(stack, told)
    found = await checks.judge(stack, told, [])
    assert (found.wrong, found.unknown) == ([], 0)
    assert len(await mail_to(stack, told, "alert")) == len(told.due) == 4


async def test_the_letter_has_words_pictures_and_a_way_out(stack: Stack) -> None:
    told = sample_world.make(1_002, solutions=1, cities=2)
    await tell_world(stack, told)
    (letter,) = await mail_to(stack, told, "alert")
    page = f"{stack.ports.page('mailbox')}/letters/{letter['key']}"
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        text, html, source = [
            (await client.get(f"{page}/{part}")).text for part in ("text", "html", "source")
        ]
    title = json.loads(told.letters[-2].body)["title"]
    assert (title in text, title in html) == (True, True)
    assert "List-Unsubscribe: <http" in source


async def test_the_same_solution_five_times_in_any_order_is_one_letter(stack: Stack) -> None:
    told = sample_world.make(1_003, solutions=1, cities=3)
    copies = [replace(letter, source=f"urn:copy:{number}") for letter in told.letters for number in range(4)]
    await import_into(stack.ports.mongo_url, list(told.officials))
    await tell(stack, message_disorder.shuffle(message_disorder.chance_of(3), [*told.letters, *copies]))
    found = await checks.judge(stack, told, [])
    assert found.wrong == []
    assert len(await mail_to(stack, told, "alert")) == len(told.due) == 2


async def test_what_is_under_embargo_is_never_mailed(stack: Stack) -> None:
    told = said_differently(
        sample_world.make(1_004, solutions=1, cities=2), "solution.submitted", embargo_until="2099-01-01"
    )
    await tell_world(stack, told)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        score = await client.get(f"{stack.ports.page('scoring')}/v1/solutions/{told.solutions[0]}/score")
        record = await client.get(
            f"{stack.ports.page('submissions')}/v1/records/solution/{told.solutions[0]}"
        )
    assert (score.status_code, record.status_code) == (404, 404)
    assert await mail_to(stack, told) == []


async def test_a_need_that_was_withdrawn_is_not_written_about(stack: Stack) -> None:
    told = said_differently(
        sample_world.make(1_005, solutions=1, cities=2), "need.submitted", stage="withdrawn"
    )
    await tell_world(stack, told)
    assert await mail_to(stack, told) == []


async def test_a_city_is_not_told_of_its_own_solution(stack: Stack) -> None:
    told = sample_world.make(1_006, solutions=1, cities=2)
    asking = told.officials[0].city
    own = said_differently(told, "solution.submitted", city=asking)
    await tell_world(stack, said_differently(own, "outcome.reported", city=asking))
    assert await mail_to(stack, told) == []
