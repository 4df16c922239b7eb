"""What waits for a person: texts that name an office-holder, and comments, decided by `review`."""

import json

from httpx import AsyncClient

from services.submissions.settings import Settings
from shared.store.mongo import open_database
from tests.builders import YORK, a_need
from tests.component.commands import submissions
from tests.component.intake import Event, at_the_door, event, fate, running, say
from tests.waiting import until


async def test_a_text_that_names_an_office_holder_is_held(http: AsyncClient) -> None:
    said = event("need.submitted", a_need(description="As Aino Esimerkki promised.").model_dump(mode="json"))
    found = await say(http, said)
    assert (found["fate"], found["complaints"][0]["path"]) == ("held", "description")
    assert (await http.get("/v1/records/need/need-1")).status_code == 404


async def the_one_that_waits(settings: Settings) -> Event:
    """What `review list` shows."""
    (line,) = (await submissions(settings, "review", "list")).stdout.splitlines()
    shown: Event = json.loads(line)
    return shown


async def test_what_is_held_rests_clean_and_is_taken_when_a_reviewer_shows_it(
    http: AsyncClient, settings: Settings
) -> None:
    text = "As Aino Esimerkki promised; ask matti@example.org."
    said = event("need.submitted", a_need(description=text).model_dump(mode="json", exclude_none=True))
    assert (await say(http, said))["fate"] == "held"
    database = open_database(settings, "submissions")
    assert "matti" not in str(await database["held"].find({}).to_list(None))
    await database.close()
    waiting = await the_one_that_waits(settings)
    assert waiting["reasons"][0]["path"] == "description"
    assert "shown" in (await submissions(settings, "review", "show", waiting["id"])).output

    async def taken() -> Event | None:
        answer = await http.get("/v1/records/need/need-1")
        return answer.json() if answer.status_code == 200 else None

    assert "Aino Esimerkki" in json.dumps(await until(taken, 30))
    assert (await submissions(settings, "review", "list")).stdout == ""


async def test_what_a_reviewer_refuses_is_rejected_with_the_reason_it_was_held_for(
    http: AsyncClient, settings: Settings
) -> None:
    said = event("need.submitted", a_need(title="Aino Esimerkki for all").model_dump(mode="json"))
    assert (await say(http, said))["fate"] == "held"
    await submissions(settings, "review", "refuse", (await the_one_that_waits(settings))["id"])

    async def rejected() -> Event | None:
        found = await fate(http, said)
        return found if found["fate"] == "rejected" else None

    assert (await until(rejected, 30))["complaints"][0] == {
        "path": "title",
        "message": "title names the mayor: say the post, or what was done",
    }


async def test_behind_closed_doors_what_is_shown_stays_its_publishers_word(settings: Settings) -> None:
    shut = settings.model_copy(update={"open_doors": False})
    made = await submissions(
        shut, "publishers", "add", "york", "--name", "York", "--city", YORK, "--source", "urn:test"
    )
    async with running(shut) as app, at_the_door(app) as http:
        http.headers["authorization"] = f"Bearer {made.stdout.strip()}"
        need = a_need(city=YORK, title="Aino Esimerkki for all")
        assert (await say(http, event("need.submitted", need.model_dump(mode="json"))))["fate"] == "held"
        await submissions(shut, "review", "show", (await the_one_that_waits(shut))["id"])

        async def kept() -> Event | None:
            answer = await http.get("/v1/records/need/need-1/history")
            return answer.json() if answer.status_code == 200 else None

        assert {each["who"] for each in (await until(kept, 30))["revisions"]} == {"york"}


async def test_a_comment_is_seen_when_a_reviewer_shows_it(http: AsyncClient, settings: Settings) -> None:
    await say(http, event("comment.made", {"about": "sol-1", "city": YORK, "text": "It rained in."}))
    assert (await http.get("/v1/comments", params={"about": "sol-1"})).json() == []
    await submissions(settings, "review", "show", (await the_one_that_waits(settings))["id"])
    (comment,) = (await http.get("/v1/comments", params={"about": "sol-1"})).json()
    assert comment["text"] == "It rained in."


async def test_what_nobody_holds_is_named(settings: Settings) -> None:
    told = await submissions(settings, "review", "show", "7f3a")
    assert (told.exit_code, "review list" in told.output) == (2, True)
