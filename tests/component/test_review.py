"""What waits for a person: texts that name an office-holder, and comments."""

import json

from httpx import AsyncClient

from services.submissions.desk import Desk
from services.submissions.settings import Settings
from shared.mongo import open_database
from tests.builders import a_need
from tests.component.intake import STRUCTURED, Event, event, say
from tests.waiting import until


async def test_a_text_that_names_an_office_holder_is_held(http: AsyncClient) -> None:
    said = event("need.submitted", a_need(description="As Aino Esimerkki promised.").model_dump(mode="json"))
    found = await say(http, said)
    assert (found["fate"], found["complaints"][0]["path"]) == ("held", "description")
    assert (await http.get("/v1/records/need/need-1")).status_code == 404


async def test_what_is_held_rests_clean_and_is_taken_when_a_reviewer_sends_it_back(
    http: AsyncClient, settings: Settings
) -> None:
    text = "As Aino Esimerkki promised; ask matti@example.org."
    said = event("need.submitted", a_need(description=text).model_dump(mode="json", exclude_none=True))
    assert (await say(http, said))["fate"] == "held"
    desk = Desk(open_database(settings, "submissions"))
    waiting = next(each for each in await desk.waiting() if each["envelope"]["id"] == said["id"])
    held = await desk.decide(waiting["_id"], "shown")
    assert held is not None
    assert b"matti" not in held["data"]

    again = {**said, "data": json.loads(held["data"])}
    assert (await http.post("/v1/events", json=again, headers=STRUCTURED)).status_code == 202

    async def taken() -> Event | None:
        answer = await http.get("/v1/records/need/need-1")
        return answer.json() if answer.status_code == 200 else None

    assert "Aino Esimerkki" in json.dumps(await until(taken, 30))
