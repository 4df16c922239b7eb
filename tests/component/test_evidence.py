"""From a comment to evidence: made, shown by a reviewer, taken by the solution's city, said to everybody."""

import json

import pytest
from httpx import AsyncClient

from citiesshare.local.stack import Stack
from services.submissions.settings import Settings
from tests.broker import Outsider, body_of
from tests.builders import TAMPERE, YORK
from tests.component.commands import submissions
from tests.component.intake import Event, at_the_door, event, fate, running, say, settings_on, solution

REPORT = "https://york.example/vans.pdf"
RATED = {"sms": 2, "independence": "independent", "sign": "+"}


async def a_comment(http: AsyncClient, settings: Settings, *, shown: bool = True) -> str:
    """The id of a comment from York on the solution sol-1."""
    said = {"about": "sol-1", "city": YORK, "text": "It worked here, too.", "source": REPORT}
    await say(http, event("comment.made", said))
    (line,) = (await submissions(settings, "review", "list")).stdout.splitlines()
    identifier: str = json.loads(line)["id"]
    if shown:
        await submissions(settings, "review", "show", identifier)
    return identifier


async def take(http: AsyncClient, comment: str, city: str = TAMPERE, **rated: object) -> Event:
    """What became of a city's wish to take a comment as evidence for sol-1."""
    wish = {"city": city, "by": "Transport", "comment": comment, "study": {**RATED, **rated}}
    answer = await http.post("/v1/records/solution/sol-1/evidence", json=wish)
    assert answer.status_code == 202, answer.text
    return await fate(http, answer.json())


async def test_a_shown_comment_becomes_evidence_when_the_solutions_own_city_takes_it(
    http: AsyncClient, settings: Settings, outsider: Outsider
) -> None:
    heard = await outsider.listen("solution.recorded")
    await say(http, event("solution.submitted", solution()))
    comment = await a_comment(http, settings)
    refused = await take(http, comment, city=YORK)
    assert (refused["fate"], [each["path"] for each in refused["complaints"]]) == ("rejected", ["city"])
    for _ in range(2):
        assert (await take(http, comment))["fate"] == "recorded"
    first, second = [body_of(await outsider.next(heard)) for _ in range(2)]
    source = f"{REPORT} · urn:citiesshare:comment:{comment}"
    study = {**RATED, "city": YORK, "source": source, "precise": None, "primary": True}
    assert [studies(each) for each in (first, second)] == [[], [study]]
    (shown,) = (await http.get("/v1/comments", params={"about": "sol-1"})).json()
    assert (shown["id"], shown["promoted"]["who"]) == (comment, "Transport")
    history = (await http.get("/v1/records/solution/sol-1/history")).json()
    (taken,) = history["revisions"][1]["promoted"]
    assert (len(history["revisions"]), taken["comment"], taken["who"]) == (2, comment, "Transport")
    told = history["fields"]["studies"]
    assert (told["who"], told["when"], told["source"]) == ("Transport", taken["when"], source)
    assert history["fields"]["title"]["who"] != "Transport"


def studies(recorded: dict[str, object]) -> object:
    """The studies of the solution that a message carries."""
    said = recorded["solution"]
    assert isinstance(said, dict)
    return said["studies"]


async def test_a_comment_that_nobody_showed_is_no_evidence_and_the_city_is_told_the_mend(
    http: AsyncClient, settings: Settings
) -> None:
    await say(http, event("solution.submitted", solution()))
    waiting = await take(http, await a_comment(http, settings, shown=False))
    unknown = await take(http, "nobody-s")
    for refused, mend in ((waiting, "is waiting: say so again when"), (unknown, "take an id that")):
        (complaint,) = refused["complaints"]
        assert (complaint["path"], mend in complaint["message"]) == ("comment", True)
    assert (await http.get("/v1/records/solution/sol-1")).json()["solution"]["studies"] == []


async def test_the_post_that_takes_a_comment_is_kept_without_a_persons_address(
    http: AsyncClient, settings: Settings
) -> None:
    await say(http, event("solution.submitted", solution()))
    said = {"solution": "sol-1", "city": TAMPERE, "comment": await a_comment(http, settings), "study": RATED}
    await say(http, event("solution.evidenced", {**said, "by": "Transport, matti@example.org"}))
    (shown,) = (await http.get("/v1/comments", params={"about": "sol-1"})).json()
    assert "Transport" in shown["promoted"]["who"]
    assert "matti" not in shown["promoted"]["who"]


@pytest.mark.parametrize("tries", [1, 2, 3])
async def test_what_is_not_known_is_rejected_at_the_last_try_and_is_no_dead_letter(
    backing: Stack, amqp_url: str, outsider: Outsider, tries: int
) -> None:
    few = settings_on(backing, amqp_url, retry_attempts=tries)
    async with running(few) as app, at_the_door(app) as http:
        await say(http, event("solution.submitted", solution()))
        comment = await take(http, "nobody-s")
        withdrawn = event("record.withdrawn", {"kind": "need", "record": "nothing", "city": TAMPERE})
        record = await say(http, withdrawn)
    assert [(each["fate"], each["complaints"][0]["path"]) for each in (comment, record)] == [
        ("rejected", "comment"),
        ("rejected", "record"),
    ]
    assert await outsider.ready("submissions.dead") == 0
