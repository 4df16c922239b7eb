"""What came of an adoption: asked by the clock, answered over HTTP, at the desk and by letter."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.notifications.domain.letters import outcome_checkin
from services.notifications.samples.people import official
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.settings import Settings
from shared.events import AdoptionEffect, OutcomeDue
from shared.store.mongo import Database, open_database
from tests.broker import Outsider, body_of
from tests.builders import (
    KRAKOW,
    TAMPERE,
    a_kpi,
    a_solution,
    adoption_recorded,
    an_adoption,
    solution_recorded,
)
from tests.component.desk import SETTINGS, SITE, Desk, a_desk, send
from tests.component.intake import event, fate, say, solution

pytestmark = pytest.mark.component
OWN = f"{KRAKOW}/sol-1"
RECORD = f"{OWN}|{KRAKOW}"
HOLDER = official().model_copy(update={"city": KRAKOW})
NOISE = a_kpi(name="Noise at night", unit="complaints", baseline=31)
DUE = OutcomeDue(
    solution=OWN,
    title="Parcels at night",
    city=KRAKOW,
    months=12,
    due=datetime.now(UTC).date() - timedelta(days=1),
    reason="It was taken over a year before.",
    source="sol-1",
    asks="effect",
)


async def test_the_clock_asks_a_year_after_and_the_answer_is_recorded_once(
    http: AsyncClient, settings: Settings, outsider: Outsider
) -> None:
    questions, adoptions = await outsider.listen("outcome.due"), await outsider.listen("adoption.recorded")
    await say(http, event("solution.submitted", solution()))
    taken = {"solution": OWN, "city": KRAKOW, "kind": "copied", "parent": "sol-1"}
    await say(http, event("adoption.declared", taken, time="2025-05-02T00:00:00Z"))
    database = open_database(settings, "submissions")
    due = {(record.draft.key, what) for record, what in await MongoRecords(database).due(date(2026, 11, 22))}
    await database.close()
    assert (f"adoption|{RECORD}", "check_in") in due
    clock = {"kind": "adoption", "record": RECORD, "what": "check_in", "day": "2026-05-02"}
    for _ in range(2):
        await say(http, event("record.due", clock, id="the clock of that day"))
    question = body_of(await outsider.next(questions))
    assert (question["asks"], question["source"], question["months"]) == ("effect", "sol-1", 12)
    assert question["title"] == solution()["title"]
    said = {"city": KRAKOW, "effect": "partly", "indicator": "Noise", "before": 31, "after": 20}
    address = f"/v1/records/adoption/{RECORD}/effect"
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = await http.post(address, json=said, headers=headers)
        assert (await fate(http, answer.json()))["fate"] == "recorded"
    told: list[Any] = [body_of(await outsider.next(adoptions)) for _ in range(4)]
    effects = [(one["revision"], (one["adoption"]["effect"] or {}).get("effect")) for one in told]
    assert sorted(set(effects), key=str) == [(1, None), (2, "partly")]
    foreign = await http.post(address, json={"city": TAMPERE, "effect": "kept"})
    assert (await fate(http, foreign.json()))["fate"] == "rejected"
    half = await http.post(address, json={**said, "after": None})
    assert [one["path"] for one in (await fate(http, half.json()))["complaints"]] == ["after"]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """The desk of Kraków, which took a solution of Tampere over and is asked what came of it."""
    async with a_desk(database) as desk:
        source = a_solution(id="sol-1", city=TAMPERE, title="Parcels at night", kpis=[NOISE])
        await desk.context.follower_updates.save_solution(solution_recorded(solution=source))
        adoption = an_adoption(solution=OWN, city=KRAKOW, kind="copied", parent="sol-1")
        await desk.context.follower_updates.save_adoption(adoption_recorded(adoption=adoption))
        await desk.context.store.check_ins.save(DUE, datetime.now(UTC))
        yield desk


async def test_the_desk_asks_until_the_effect_is_reported_and_says_it_once(desk: Desk) -> None:
    address = f"/desk/effect/{RECORD}"
    async with await desk.signed_in(HOLDER) as browser:
        assert address in (await browser.get("/desk")).text
        missing = await send(browser, address, revision="1", before="31")
        assert missing.status_code == 422
        assert missing.text.count('class="mistake"') == 3
        assert 'value="31"' in missing.text, "what was typed is not lost"
        answer = {"effect": "partly", "indicator": NOISE.name, "before": "31", "after": "20.5"}
        for _ in range(2):
            done = await send(browser, address, revision="1", **answer)
            assert done.status_code == 303
        old = await send(browser, address, revision="7", effect="kept")
        assert old.status_code == 303
        said = desk.published[0]
        assert isinstance(said, AdoptionEffect)
        assert {one.message_id for one in desk.published} == {said.message_id}
        assert (said.subject, said.effect, said.unit, said.after) == (RECORD, "partly", "complaints", 20.5)
        assert (said.by, said.based_on, said.actor and said.actor.city) == (HOLDER.post, 1, KRAKOW)
        reported = an_adoption(
            solution=OWN,
            city=KRAKOW,
            kind="copied",
            parent="sol-1",
            effect={
                "effect": "partly",
                "indicator": NOISE.name,
                "unit": "complaints",
                "before": 31,
                "after": 20.5,
            },
        )
        await desk.context.follower_updates.save_adoption(adoption_recorded(adoption=reported, revision=2))
        assert address not in (await browser.get("/desk")).text
        page = (await browser.get(done.headers["location"])).text
        assert "31 → 20.5 complaints" in page
        assert "Reported what came of it" in page


@pytest.mark.parametrize("record", [f"{OWN}|{TAMPERE}", f"nothing|{KRAKOW}", "nothing"])
async def test_an_adoption_of_another_city_is_answered_like_one_that_does_not_exist(
    desk: Desk, record: str
) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        assert (await browser.get(f"/desk/effect/{record}")).status_code == 404


async def test_the_letter_asks_for_the_effect_and_its_page_takes_the_answer(desk: Desk) -> None:
    store, letter = desk.context.store, outcome_checkin.write(DUE, HOLDER)
    assert letter.id != outcome_checkin.write(DUE.model_copy(update={"asks": "outcome"}), HOLDER).id
    await store.officials.save(HOLDER, "import")
    await store.letters.claim(letter, b"a letter", datetime.now(UTC))
    address = SETTINGS.sender.link("outcome", letter).removeprefix(SITE)
    async with desk.browser() as reader:
        page = (await reader.get(address)).text
        assert "Did what worked there work here, too?" in page
        assert NOISE.name in page
        missing = await reader.post(address, data={})
        assert (missing.status_code, desk.published) == (422, [])
        done = await reader.post(address, data={"effect": "not_kept"})
    assert re.search(r"Thank you", done.text)
    (said,) = desk.published
    assert isinstance(said, AdoptionEffect)
    assert (said.subject, said.effect, said.by) == (RECORD, "not_kept", HOLDER.post)


async def test_no_indicator_of_a_hidden_source_is_shown(desk: Desk) -> None:
    source = a_solution(id="sol-1", city=TAMPERE, title="Parcels at night", kpis=[NOISE])
    hidden = solution_recorded(solution=source, state="withdrawn", revision=2)
    await desk.context.follower_updates.save_solution(hidden)
    async with await desk.signed_in(HOLDER) as browser:
        page = await browser.get(f"/desk/effect/{RECORD}")
    assert page.status_code == 200
    assert NOISE.name not in page.text
