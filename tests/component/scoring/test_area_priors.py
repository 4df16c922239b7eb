"""The priors of service areas on a real store: fitted, frozen for good, taken up, and replayed."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from citiesshare.local.stack import Stack
from services.scoring.application.bulk_rescore import complete, replay
from services.scoring.application.context import ScoringContext
from services.scoring.application.impact_preview import preview_impact
from services.scoring.application.prior_fitting import fit_priors
from services.scoring.cli import app
from services.scoring.domain.framework import IN_FORCE
from services.scoring.domain.match_assessment import assess_match
from services.scoring.settings import Settings
from shared.events import AreaPrior, Assessment
from shared.store.mongo import Database, open_database
from tests.builders import (
    NOW,
    a_city,
    a_need,
    a_solution,
    an_implementation,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import a_room, at_the_doors, hear

AREA = "CPV:60000000"
PRIORS = "/v1/frameworks/1/priors"
DAY = NOW.date()
ENDED = 30


def a_solution_about(code: str, name: str) -> Any:  # noqa: ANN401
    return solution_recorded(solution=a_solution(id=name, topics=[{"scheme": "CPV", "id": code}]))


def tried(name: str, number: int, **more: object) -> list[Any]:
    return [
        outcome_recorded(
            implementation=an_implementation(
                solution=name, city=f"{name}-city-{each}", outcome="failed" if each % 5 else "succeeded"
            ),
            **more,
        )
        for each in range(number)
    ]


async def hear_of_thirty(room: ScoringContext) -> None:
    """Fifteen attempts at each of two solutions in one area, and one solution in another."""
    await hear(room, a_solution_about("60100000", "bus"), a_solution_about("60200000", "tram"))
    await hear(room, a_solution_about("90500000", "bins"), *tried("bins", 3))
    await hear(room, *tried("bus", ENDED // 2), *tried("tram", ENDED // 2))


async def fitted(room: ScoringContext, day: date = DAY) -> dict[str, AreaPrior]:
    return await fit_priors(room, day, lambda _: None)


async def assessed(room: ScoringContext, name: str) -> Assessment:
    score = await room.store.scores.get(name)
    assert score is not None
    assert score.assessment is not None
    return score.assessment


async def states(room: ScoringContext) -> Sequence[str]:
    return [one.state async for one in replay(room)]


async def test_an_area_is_fitted_from_thirty_that_may_be_seen(room: ScoringContext) -> None:
    await hear_of_thirty(room)
    assert [(each.area, each.ended) for each in (await fitted(room)).values()] == [(AREA, ENDED)]
    assert await fitted(room, DAY - timedelta(days=4000)) == {}, "none had ended by then"
    await hear(room, *tried("bus", 1, revision=2, state="withdrawn"))
    assert await fitted(room) == {}


async def test_a_frozen_prior_is_taken_up_in_the_background_and_only_where_it_matters(
    database: Database,
) -> None:
    room, other = await a_room(database), await a_room(database)
    await hear_of_thirty(room)
    before = {name: await assessed(room, name) for name in ("bus", "tram", "bins")}
    assert await room.store.priors.freeze((await fitted(room)).values())
    assert [said async for said in complete(room)] == [], "nobody has looked yet"
    assert await room.store.priors.refresh()
    assert not await room.store.priors.refresh()
    said = [event async for event in complete(room)]
    assert [event.solution for event in said] == ["bus", "tram"]
    assert all("The base rate changed Risk" in " ".join(event.changes) for event in said)
    after = await assessed(room, "bus")
    assert after.prior == room.store.priors.in_force[AREA]
    assert after.base_risk > before["bus"].base_risk
    assert await assessed(room, "bins") == before["bins"], "another area"
    await other.store.priors.refresh()
    assert [event async for event in complete(other)] == [], "the other replica finds it done"


async def test_scores_are_replayed_to_the_byte_with_the_prior_they_name(room: ScoringContext) -> None:
    await hear_of_thirty(room)
    await room.store.priors.freeze((await fitted(room)).values())
    await room.store.priors.refresh()
    assert len([said async for said in complete(room)]) == 2
    await hear(room, *tried("tram", ENDED))
    later = await fitted(room, DAY + timedelta(days=30))
    assert later[AREA].day > DAY
    await room.store.priors.freeze(later.values())
    await room.store.priors.refresh()
    assert (await assessed(room, "bus")).prior != later[AREA], "not scored again yet"
    assert await states(room) == ["same"] * 3


async def test_what_a_day_has_said_of_an_area_stands(room: ScoringContext) -> None:
    await hear_of_thirty(room)
    first = await fitted(room)
    assert await room.store.priors.freeze(first.values()) == list(first.values())
    await hear(room, *tried("tram", ENDED))
    assert await room.store.priors.freeze((await fitted(room)).values()) == []
    assert await room.store.priors.frozen() == list(first.values())


async def test_a_walk_that_was_stopped_goes_on_where_it_was(room: ScoringContext) -> None:
    await hear_of_thirty(room)
    await room.store.priors.freeze((await fitted(room)).values())
    await room.store.priors.refresh()
    async for said in complete(room):
        assert said.solution == "bus"
        break
    assert [said.solution async for said in complete(room)] == ["tram"]


async def test_what_would_move_is_what_moves(room: ScoringContext) -> None:
    await hear_of_thirty(room)
    priors = await fitted(room)
    outlook = await preview_impact(room, priors=priors)
    before = {name: await assessed(room, name) for name in ("bus", "tram")}
    assert (outlook.seen, outlook.moved) == (3, 2)
    await room.store.priors.freeze(priors.values())
    await room.store.priors.refresh()
    assert len([said async for said in complete(room)]) == 2
    for each in outlook.most:
        after = await assessed(room, each.solution)
        assert each.risk == pytest.approx(after.risk.value - before[each.solution].risk.value, abs=1e-9)
        assert each.evaluation == pytest.approx(
            after.evaluation.value - before[each.solution].evaluation.value, abs=1e-9
        )
        assert each.now == after.band
    assert (await preview_impact(room)).moved == 0


async def test_a_city_is_told_with_the_prior_of_the_area(room: ScoringContext) -> None:
    await hear(room, a_solution_about("60100000", "bus"))
    own = AreaPrior(area=AREA, day=DAY, ended=ENDED, alpha=1, beta=9)
    await room.store.priors.freeze([own])
    await room.store.priors.refresh()
    dossier = await room.store.dossier("bus")
    assert dossier is not None
    told = assess_match(dossier, a_need(), a_city(), 1, room.framework).assessment
    assert told.prior == own
    assert told.base_risk == pytest.approx(90)


async def test_the_api_shows_every_frozen_prior_the_one_in_force_first(database: Database) -> None:
    room = await a_room(database)
    older, newer = (
        AreaPrior(area=AREA, day=day, ended=ENDED, alpha=2, beta=3) for day in (DAY, DAY + timedelta(days=30))
    )
    other = AreaPrior(area="CPV:30000000", day=DAY, ended=ENDED, alpha=9, beta=1)
    async with at_the_doors(room) as api:
        assert (await api.get(PRIORS)).json() == [], "none is fitted yet"
        await room.store.priors.freeze([older, other, newer])
        shown = (await api.get(PRIORS)).json()
        unknown = await api.get("/v1/frameworks/99/priors")
    assert [AreaPrior.model_validate(each) for each in shown] == [other, newer, older]
    assert unknown.status_code == 404
    assert "there is no framework version '99'; there are 1" in unknown.text


async def test_the_command_writes_only_when_told_to(backing: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URL", backing.ports.mongo_url)
    monkeypatch.setenv("MONGO_PREFIX", f"test_{uuid4().hex[:8]}_")
    database = open_database(Settings(), "scoring")
    room = await a_room(database, IN_FORCE)  # a command without --framework works under the version in force
    await hear_of_thirty(room)

    async def command(*words: str) -> dict[str, Any]:
        done = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    dry = await command("fit-priors")
    assert [(each["area"], each["state"]) for each in dry["areas"]] == [(AREA, "new")]
    assert (dry["frozen"], dry["outlook"]["moved"]) == ([], 2)
    assert not await room.store.priors.refresh()
    assert (await command("fit-priors", "--write"))["frozen"] == [AREA]
    assert await room.store.priors.refresh()
    assert (await command("fit-priors", "--write"))["frozen"] == []
    assert (await command("rescore", "--dry-run"))["moved"] == 2
    assert (await command("rescore"))["rescored"] == 2
    assert (await command("rescore", "--dry-run"))["moved"] == 0
    assert (await command("replay")) == {"same": 3, "different": 0, "superseded": 0, "solutions": []}
    await database.close()
