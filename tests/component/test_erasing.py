"""Erasing a person: nothing is left in any document, raw release or dead letter."""

import json

import pytest
from httpx import AsyncClient

from services.submissions.erasing import ERASED, KEPT, eraser
from services.submissions.settings import Settings
from shared.dead import look
from shared.mongo import open_database
from shared.parking import bury
from tests.broker import Outsider, a_message
from tests.builders import a_need
from tests.component.commands import submissions
from tests.component.intake import event, sample, say
from tests.waiting import until

PERSON = "Erika Mustermann"


@pytest.mark.parametrize(
    ("stands", "left"),
    [
        ("Ask ERIKA MUSTERMANN.", f"Ask {ERASED}."),
        ("Erika Mustermannová", "Erika Mustermannová"),
        ({"who": ["Erika Mustermann", 7, None]}, {"who": [ERASED, 7, None]}),
        (b'{"t":"line\\nErika Mustermann"}', b'{"t":"line\\n[erased]"}'),
        (b'{"t":"\\u0045rika Mustermann"}', b'{"t":"[erased]"}'),
        (b"no JSON: Erika Mustermann \xff", b"no JSON: [erased] \xff"),
        (b'{"a": 1}', b'{"a": 1}'),
    ],
)
def test_a_name_is_erased_whole_and_as_it_is_meant(stands: object, left: object) -> None:
    assert eraser([PERSON])(stands) == left


async def test_a_person_is_left_nowhere(http: AsyncClient, settings: Settings) -> None:
    release = sample("procurement.release")
    release["data"]["release"]["tender"]["description"] += f" {PERSON} decides."
    await say(http, release)
    await say(http, event("need.submitted", a_need(title=f"Quiet for {PERSON}").model_dump(mode="json")))
    await say(http, event("comment.made", {"about": "need-1", "city": "1", "text": f"{PERSON} said so"}))
    await http.post("/v1/data", content=f"{PERSON} waits".encode())
    told = await submissions(settings, "erase", PERSON, "--json")
    assert told.exit_code == 0, told.output
    database = open_database(settings, "submissions")
    kept = [str(await database[name].find({}).to_list(None)) for name in (*KEPT, "deposits")]
    await database.close()
    assert [text for text in kept if PERSON in text] == []
    assert json.loads(told.stdout)["releases"] == 1

    async def said_anew() -> bool:
        record = (await http.get("/v1/records/need/need-1")).json()
        return record["revision"] == 2 and ERASED in record["need"]["title"]

    await until(said_anew)
    assert "nothing found" in (await submissions(settings, "erase", PERSON)).output


async def test_a_dead_letter_forgets_and_stays_to_be_replayed(settings: Settings, outsider: Outsider) -> None:
    letter = a_message(json.dumps({"text": f"{PERSON} asks"}).encode(), {"ce-id": "1"})
    await outsider.publish("citiesshare.in", "need.submitted", letter)
    message = await outsider.next("submissions.reports")
    await bury(outsider.channel, message, "submissions.reports", "broken today", 3)
    told = await submissions(settings, "erase", PERSON)
    assert "1 dead letters" in told.output
    (dead,) = await look(settings.amqp_url)
    assert (json.loads(dead.body), dead.place) == ({"text": f"{ERASED} asks"}, "submissions.reports")
    assert (dead.reason, dead.attempts) == ("broken today", 3)
