"""Read, ask, answer by the letter's link, agree, publish: two officials in browsers without scripts."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from citiesshare.local.sample_messages import native
from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from shared.events import CityDescribed, SolutionSubmitted
from tests.journey.desk_users import Begin, DeskUser, KeyboardUser, Mailbox, an_official, browsers
from tests.journey.letters import tell
from tests.journey.test_catalogue import told
from tests.waiting import until

pytestmark = pytest.mark.slow
KUOPIO, AARHUS = "650225", "2624652"
"""Cities of which no other test tells anything."""
ASKER, SHARER = an_official("streets", KUOPIO, "Kuopio"), an_official("works", AARHUS, "Aarhus")
CITIES: list[dict[str, object]] = [
    {"id": KUOPIO, "name": "Kuopio", "country": "FI", "timezone": "Europe/Helsinki", "languages": ["en"]},
    {"id": AARHUS, "name": "Aarhus", "country": "DK", "timezone": "Europe/Copenhagen", "languages": ["en"]},
]
LINK = re.compile(r"http\S+/q/\S+")
SOURCE = "urn:citiesshare:journey"


@pytest.fixture
async def begin(stack: Stack) -> AsyncIterator[Begin]:
    """New browsers, for officials of two cities that described themselves."""
    await import_into(stack.ports.mongo_url, [ASKER, SHARER])
    await tell(stack, [native(CityDescribed, city, SOURCE) for city in CITIES])
    async with browsers(stack) as new:
        yield new


async def letter_link(stack: Stack, email: str, words: str) -> str:
    """The link of the letter that has these words."""

    async def newest() -> str | None:
        letters = await Mailbox(stack).letters(email, "question")
        return next((letter for letter in letters if words in letter), None)

    link = LINK.search(await until(newest))
    assert link is not None
    return link[0]


async def moderated(stack: Stack, words: list[str]) -> None:
    """Show what has these words, as the operator, when it waits."""
    address = f"{stack.ports.page('submissions')}/v1/moderation"
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

        async def waiting() -> list[str] | None:
            items = (await client.get(address)).json()["items"]
            keys = [item["id"] for item in items if any(text["text"] in words for text in item["texts"])]
            return keys if len(keys) == len(words) else None

        for key in await until(waiting):
            decided = await client.post(f"{address}/{key}", json={"action": "show", "by": "Moderator"})
            assert decided.status_code < 300, decided.text


@pytest.mark.parametrize("kind", [DeskUser, KeyboardUser])
async def test_a_question_is_asked_answered_from_the_letter_and_published_by_both(
    stack: Stack, begin: Begin, kind: type[DeskUser]
) -> None:
    solution = f"aarhus-{uuid4().hex}"
    report = told(solution, AARHUS, "Street lamps that dim at night", "succeeded")
    await tell(stack, [native(SolutionSubmitted, report, SOURCE)])
    question, reply = f"Who repairs it, {kind.__name__}?", f"The works department, {kind.__name__}."
    public = f"/solutions/{solution}/street-lamps-that-dim-at-night"

    asker = await begin(kind)
    await asker.go(public)
    await asker.follow("Ask Aarhus")
    before = len(await asker.mailbox.letters(ASKER.email, "account"))
    await asker.ask_for_link(ASKER.email)
    await asker.follow_link(ASKER.email, before)
    await asker.can_be_used_by_everybody()
    await asker.fill(words=question)
    await asker.press("Send the question to Aarhus")
    await asker.can_be_used_by_everybody()
    page = asker.page.url.removeprefix(asker.site).partition("?")[0]

    sharer = await begin(kind)
    await sharer.page.goto(await letter_link(stack, SHARER.email, question))
    await sharer.can_be_used_by_everybody()
    await sharer.fill(words=reply)
    await sharer.press("Send the answer")
    await sharer.press("We agree to publish it")
    await sharer.can_be_used_by_everybody()

    await letter_link(stack, ASKER.email, reply)
    await asker.reads(reply, on=page)
    await asker.press("We agree to publish it")
    await asker.can_be_used_by_everybody()
    assert reply not in await (await begin()).text_of(public)
    await moderated(stack, [question, reply])
    reader = await begin()
    await reader.reads(reply, on=public)
    await reader.can_be_used_by_everybody()
    assert question in await reader.page.inner_text("main")
    assert SHARER.name not in await reader.page.inner_text("main")

    await asker.go(page)
    await asker.press("Take it back for good")

    async def gone() -> bool:
        return reply not in await reader.text_of(public)

    await until(gone)
