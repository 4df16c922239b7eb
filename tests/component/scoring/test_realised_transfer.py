"""From an adoption to the calibration: predicted when declared, compared when its effect is reported."""

from datetime import timedelta
from typing import Any

from services.scoring.application.context import ScoringContext
from services.scoring.application.prior_fitting import fit_priors
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    a_solution,
    adoption_recorded,
    an_adoption,
    an_implementation,
    city_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import CITIES, FAILED, at_the_doors, hear

YEAR_LATER = NOW + timedelta(days=366)
ADOPTED = adoption_recorded()
REPORTED = adoption_recorded(
    revision=2, recorded=YEAR_LATER, adoption=an_adoption(effect={"effect": "not_kept"})
)


async def calibration(room: ScoringContext) -> dict[str, Any]:
    async with at_the_doors(room) as api:
        transfer: dict[str, Any] = (await api.get("/v1/calibration")).json()["transfer"]
    return transfer


async def test_calibration_moves_when_a_city_reports_what_came_of_what_it_took_over(
    room: ScoringContext,
) -> None:
    await hear(room, *CITIES, solution_recorded(), outcome_recorded(), ADOPTED)
    assert (await calibration(room))["reported"] == 0
    (prediction,) = (await room.store.predictions.many([f"sol-2|{KRAKOW}"])).values()
    assert (prediction.source, prediction.made) == ("sol-1", NOW)
    assert prediction.transferability is not None
    # What is learnt afterwards does not change what was predicted.
    await hear(room, FAILED, REPORTED, REPORTED)
    assert (await room.store.predictions.many([f"sol-2|{KRAKOW}"])) == {f"sol-2|{KRAKOW}": prediction}
    transfer = await calibration(room)
    assert (transfer["reported"], transfer["unpredicted"], transfer["risk"]["number"]) == (1, 0, 1)
    missed = (prediction.risk / 100 - 1) ** 2
    assert abs(transfer["risk"]["brier"] - missed) < 1e-9
    (decile,) = transfer["transferability"]["bins"]
    assert decile["observed"] == 1


async def test_an_adoption_that_comes_before_its_source_is_predicted_when_that_comes(
    room: ScoringContext,
) -> None:
    await hear(room, *CITIES, ADOPTED)
    assert await room.store.predictions.many([f"sol-2|{KRAKOW}"]) == {}
    await hear(room, solution_recorded())
    assert await room.store.predictions.many([f"sol-2|{KRAKOW}"]) != {}


async def test_an_effect_that_comes_first_is_counted_and_not_judged(room: ScoringContext) -> None:
    await hear(room, *CITIES, REPORTED, solution_recorded())
    transfer = await calibration(room)
    assert (transfer["reported"], transfer["unpredicted"], transfer["risk"]["number"]) == (1, 1, 0)


async def test_no_prediction_and_no_count_tells_of_what_is_hidden(room: ScoringContext) -> None:
    hidden = solution_recorded(embargo_until=NOW.date() + timedelta(days=900))
    await hear(room, *CITIES, hidden, ADOPTED, REPORTED)
    assert await room.store.predictions.many([f"sol-2|{KRAKOW}"]) == {}
    assert (await calibration(room))["reported"] == 0


async def test_what_was_realised_counts_in_the_prior_of_its_area_once(room: ScoringContext) -> None:
    bus = solution_recorded(solution=a_solution(id="bus", topics=[{"scheme": "CPV", "id": "60100000"}]))
    tries = [
        outcome_recorded(implementation=an_implementation(solution="bus", city=f"c{number}"))
        for number in range(29)
    ]
    await hear(room, city_recorded(city=a_city(id=TAMPERE)), bus, *tries)
    assert await fit_priors(room, YEAR_LATER.date(), lambda _: None) == {}
    taken = an_adoption(solution="york/bus", city=YORK, parent="bus", effect={"effect": "kept"})
    await hear(room, adoption_recorded(adoption=taken, recorded=YEAR_LATER))
    (prior,) = (await fit_priors(room, YEAR_LATER.date(), lambda _: None)).values()
    assert (prior.ended, await fit_priors(room, NOW.date(), lambda _: None)) == (30, {})
    # Its city reports the same attempt as ended: one implementation, not two.
    own = an_implementation(solution="bus", city=YORK)
    await hear(room, outcome_recorded(implementation=own, recorded=YEAR_LATER))
    (prior,) = (await fit_priors(room, YEAR_LATER.date(), lambda _: None)).values()
    assert prior.ended == 30
