"""The moderation queue over HTTP, and replies that stand beside a failure once a moderator has seen them."""

from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import pytest
from httpx import AsyncClient, Response

from services.submissions.settings import Settings
from shared.city_keys import CityKeys
from shared.http.asgi import Service
from tests.builders import TAMPERE, YORK, a_need
from tests.component.intake import Event, at_the_door, event, fate, running, say, solution
from tests.waiting import until

SECRET = token_hex(16)
KEYS = CityKeys(SECRET)
OPERATOR = {"authorization": f"Bearer {KEYS.operator_key}"}
ATTEMPT = f"sol-1|{YORK}"
FAILED: Event = {"solution": "sol-1", "city": YORK, "outcome": "failed", "why": "The vans came late."}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Service]:
    async with running(Settings.model_validate({**settings.model_dump(), "city_secret": SECRET})) as app:
        yield app


@pytest.fixture
async def http(app: Service) -> AsyncIterator[AsyncClient]:
    async with at_the_door(app) as client:
        provider = {"name": "Vans & Co Ltd"}
        await say(client, event("solution.submitted", solution(provider=provider)))
        await say(client, event("outcome.reported", FAILED))
        yield client


def key_of(city: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {KEYS.key(city)}"} if city else OPERATOR


async def queue(http: AsyncClient, city: str | None = None, state: str = "waiting") -> list[Any]:
    asked = {"state": state} | ({"city": city} if city else {})
    answer = await http.get("/v1/moderation", params=asked, headers=key_of(city))
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def decide(http: AsyncClient, item: str, action: str, city: str | None = None, **more: str) -> Response:
    made = {"action": action, "by": "Moderator", **more}
    asked = {"city": city} if city else {}
    return await http.post(f"/v1/moderation/{item}", json=made, params=asked, headers=key_of(city))


def a_reply(**changes: object) -> Event:
    said = {"about": ATTEMPT, "city": TAMPERE, "text": "It works in the old town.", "kind": "reply"}
    return event("comment.made", {**said, "by": "Mobility lead", **changes})


async def attempt(http: AsyncClient) -> Any:  # noqa: ANN401 - JSON
    return (await http.get(f"/v1/records/outcome/{ATTEMPT}")).json()


async def replies(http: AsyncClient, count: int) -> list[Any]:
    """The replies beside the attempt, as soon as there are so many."""

    async def there() -> list[Any] | None:
        found: list[Any] = (await attempt(http))["replies"]
        return found if len(found) == count else None

    return await until(there, 30) if count else (await attempt(http))["replies"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer no"}, key_of(TAMPERE)])
async def test_the_queue_of_a_city_opens_with_its_own_key_alone(
    http: AsyncClient, headers: dict[str, str]
) -> None:
    for city in ({"city": YORK}, {}):
        asked = await http.get("/v1/moderation", params=city, headers=headers)
        made = await http.post(
            "/v1/moderation/x", params=city, headers=headers, json={"action": "show", "by": "x"}
        )
        assert (asked.status_code, made.status_code) == (401, 401)


async def test_a_comment_is_decided_by_the_city_of_the_record_and_the_trail_shows_a_change_of_mind(
    http: AsyncClient,
) -> None:
    text = "Ask Aino Esimerkki, or look at https://example.org/cheap"
    said = event("comment.made", {"about": "sol-1", "city": YORK, "text": text})
    await say(http, said)
    # The name of an office-holder holds it first: only the operator lets it through.
    (held,) = await queue(http)
    assert (held["kind"], held["why"], held["actions"]) == (
        "held",
        ["office_holder", "link"],
        ["refuse", "show"],
    )
    assert [text[start:end] for start, end, _ in held["texts"][0]["marks"]] == [
        "Aino Esimerkki,",
        "https://example.org/cheap",
    ]
    (own,) = await queue(http, YORK)
    assert own["actions"] == ["refuse"]
    assert (await decide(http, held["id"], "show", YORK)).status_code == 403
    assert (await decide(http, held["id"], "show")).status_code == 200

    async def waits() -> Any:  # noqa: ANN401 - JSON
        return next(iter(await queue(http, TAMPERE)), None)

    comment = await until(waits, 30)
    assert (comment["kind"], comment["about"]) == ("comment", "Night-time freight")
    for _ in range(2):
        made = await decide(
            http, comment["id"], "refuse", TAMPERE, seen="waiting", reason="spam", words="Twice."
        )
        assert made.status_code == 200

    async def rejected() -> Event | None:
        found = await fate(http, said)
        return found if found["fate"] == "rejected" else None

    reason = "it is advertising or was sent many times: Twice."
    assert (await until(rejected, 30))["complaints"] == [{"path": "", "message": reason}]
    assert (await decide(http, comment["id"], "show", seen="waiting")).status_code == 409
    assert (await decide(http, comment["id"], "show", seen="refused")).status_code == 200
    shown = (await http.get("/v1/comments", params={"about": "sol-1"})).json()
    assert [each["text"] for each in shown] == [text]
    assert {"by", "kind", "actor"}.isdisjoint(shown[0])
    decided = next(item for item in await queue(http, TAMPERE, "decided") if item["kind"] == "comment")
    assert [(made["who"], made["verdict"]) for made in decided["decisions"]] == [
        (f"{TAMPERE}: Moderator", "refused"),
        ("operator: Moderator", "shown"),
    ]


async def test_what_came_several_times_is_named_as_repeated(http: AsyncClient) -> None:
    texts = ("Buy our bins", "BUY our bins!", "A link: https://bins.example", "Bins: www.bins.example/")
    for text in (*texts, "It was dear."):
        await say(http, event("comment.made", {"about": "sol-1", "city": YORK, "text": text}))

    async def repeated() -> set[str]:
        return {item["texts"][0]["text"] for item in await queue(http) if "repeated" in item["why"]}

    assert await repeated() == {*texts[:2]}
    await say(http, event("comment.made", {"about": "sol-1", "city": TAMPERE, "text": "bins.example"}))
    third = "See http://bins.example"
    await say(http, event("comment.made", {"about": "sol-1", "city": TAMPERE, "text": third}))
    assert await repeated() == {*texts, third}


async def test_a_reply_stands_beside_the_failure_when_an_operator_shows_it_and_a_city_answers_a_dispute(
    http: AsyncClient,
) -> None:
    before = await attempt(http)
    disputed = a_reply(kind="dispute", text="This was not so.")
    assert (await say(http, disputed))["fate"] == "recorded"
    assert (await attempt(http))["replies"] == []
    assert await queue(http, YORK) == await queue(http, TAMPERE) == []
    (item,) = await queue(http)
    assert (item["kind"], item["about"], item["by"]) == (
        "dispute",
        "Night-time freight",
        "Mobility lead · Tampere",
    )
    assert (await decide(http, item["id"], "show", YORK)).status_code == 404
    await decide(http, item["id"], "show")
    (reply,) = await replies(http, 1)
    assert (reply["kind"], reply["party"], reply["by"], reply["answered"]) == (
        "dispute",
        "city",
        "Mobility lead",
        None,
    )
    beside = await attempt(http)
    assert beside["implementation"] == before["implementation"]
    assert (beside["revision"], beside["recorded"]) == (before["revision"] + 1, before["recorded"])
    await say(
        http, event("outcome.reported", {**FAILED, "why": "The vans came late."}, time="2026-11-29T12:00:00Z")
    )
    await decide(http, item["id"], "refuse", seen="shown", reason="insult")

    async def gone() -> bool | None:
        return (await attempt(http))["replies"] == [] or None

    assert await until(gone, 30)

    async def told() -> str | None:
        complaints = (await fate(http, disputed))["complaints"]
        return complaints[0]["message"] if complaints else None

    assert await until(told, 30) == "it insults somebody"


async def test_a_dispute_is_answered_when_the_city_says_its_word_again(http: AsyncClient) -> None:
    await say(http, a_reply(kind="dispute", text="This was not so."))
    await decide(http, (await queue(http))[0]["id"], "show")
    await replies(http, 1)
    later = "2026-11-25T09:00:00+00:00"
    await say(http, event("outcome.reported", {**FAILED, "why": "They came at noon."}, time=later))
    (reply,) = await replies(http, 1)
    assert reply["answered"] == later.replace("+00:00", "Z")


async def test_a_supplier_replies_by_its_name_and_nobody_else_does(http: AsyncClient) -> None:
    refused = await say(http, a_reply(city="2645425", by="Vans of Hull"))
    assert refused["fate"] == "rejected"
    assert "neither this city nor this supplier is named" in refused["complaints"][0]["message"]
    assert (await say(http, a_reply(city=YORK, by="Vans and Co Ltd")))["fate"] == "recorded"
    await decide(http, (await queue(http))[0]["id"], "show")
    assert [(each["party"], each["by"]) for each in await replies(http, 1)] == [
        ("supplier", "Vans and Co Ltd")
    ]


async def test_a_reply_is_hidden_with_its_record(http: AsyncClient) -> None:
    await say(http, a_reply())
    await decide(http, (await queue(http))[0]["id"], "show")
    await replies(http, 1)
    assert len((await http.get("/v1/comments", params={"about": ATTEMPT})).json()) == 1
    await say(http, event("record.withdrawn", {"kind": "solution", "record": "sol-1", "city": TAMPERE}))
    assert (await http.get(f"/v1/records/outcome/{ATTEMPT}")).status_code == 404
    assert (await http.get("/v1/comments", params={"about": ATTEMPT})).json() == []
    late = await say(http, a_reply(text="Once more."))
    assert late["complaints"][0]["path"] == "about"


async def test_a_city_refuses_its_own_text_that_names_an_office_holder(http: AsyncClient) -> None:
    said = event("need.submitted", a_need(city=YORK, title="Aino Esimerkki for all").model_dump(mode="json"))
    await say(http, said)
    (item,) = await queue(http, YORK)
    await decide(http, item["id"], "refuse", YORK, words="We send it anew.")

    async def rejected() -> Event | None:
        found = await fate(http, said)
        return found if found["fate"] == "rejected" else None

    assert [each["message"] for each in (await until(rejected, 30))["complaints"]] == [
        "title names the mayor: say the post, or what was done",
        "We send it anew.",
    ]


def a_side(kind: str, city: str, text: str, **changes: object) -> Event:
    said = {"about": "sol-1", "city": city, "text": text, "kind": kind, "question": "q-1", "by": "Lead"}
    return event("comment.made", {**said, **changes})


async def answers(http: AsyncClient, count: int) -> list[Any]:
    """The answers beside the solution, as soon as there are so many."""

    async def there() -> tuple[list[Any]] | None:
        found: list[Any] = (await http.get("/v1/records/solution/sol-1")).json()["answers"]
        return (found,) if len(found) == count else None

    return (await until(there, 30))[0]


async def test_a_question_is_published_when_both_sides_are_shown_and_until_either_takes_it_back(
    http: AsyncClient,
) -> None:
    asked, answer = a_side("question", YORK, "Who runs it?"), a_side("answer", TAMPERE, "A cooperative.")
    for side in (asked, answer):
        assert (await say(http, side))["fate"] == "recorded"
    assert await queue(http, TAMPERE) == [], "a city does not decide on its own exchange"
    items = {item["kind"]: item for item in await queue(http)}
    await decide(http, items["question"]["id"], "show")
    assert await answers(http, 0) == []
    await decide(http, items["answer"]["id"], "show")
    (published,) = await answers(http, 1)
    assert (published["question"], published["answer"]) == ("Who runs it?", "A cooperative.")
    assert (published["city"], published["by"], published["answered_by"]) == (YORK, "Lead", "Lead")
    assert (await http.get("/v1/comments", params={"about": "sol-1"})).json() == []
    stranger = a_side("question", "2645425", "", withdrawn=True)
    await say(http, stranger)
    assert len(await answers(http, 1)) == 1, "another city takes nothing back"
    await say(http, a_side("question", YORK, "", withdrawn=True))
    assert await answers(http, 0) == []
    await decide(http, items["question"]["id"], "refuse")
    await decide(http, items["question"]["id"], "show")
    assert await answers(http, 0) == [], "it is taken back for good"


@pytest.mark.parametrize(
    ("side", "path"),
    [
        (a_side("answer", YORK, "We do."), "city"),
        (a_side("question", TAMPERE, "Why?"), "city"),
        (a_side("question", YORK, "Why?", question=None), "question"),
        (a_side("question", YORK, "Why?", by=None), "by"),
        (a_side("question", YORK, "Why?", about="sol-9"), "about"),
    ],
)
async def test_a_question_or_answer_that_is_not_its_citys_to_publish_is_refused(
    http: AsyncClient, side: Event, path: str
) -> None:
    told = await say(http, side)
    assert (told["fate"], [one["path"] for one in told["complaints"]]) == ("rejected", [path])


async def test_an_answer_is_hidden_with_its_solution(http: AsyncClient) -> None:
    for side in (a_side("question", YORK, "Who runs it?"), a_side("answer", TAMPERE, "We do.")):
        await say(http, side)
    for item in await queue(http):
        await decide(http, item["id"], "show")
    await answers(http, 1)
    withdrawn = {"kind": "solution", "record": "sol-1", "city": TAMPERE}
    await say(http, event("record.withdrawn", withdrawn))
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404
