"""The fast follower's watch: tell me when three attempts have ended, or when one fails somewhere."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import ConfigDict

from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.warnings import answer_watches
from services.scoring.domain.alerts import Condition, Watch
from services.scoring.http.auth import authorize
from services.scoring.http.lookups import city_of, seen
from services.scoring.http.response_models import PROBLEM
from shared.facts import Fact, Id
from shared.messaging.bus import MessageBus

FULL: dict[int | str, dict[str, Any]] = {409: {"description": "The city has as many open watches as it may"}}


class WatchSet(Fact):
    """What a city waits for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"city": "3094802", "solution": "sol-1", "condition": "failed_somewhere"}
        }
    )

    city: Id
    solution: Id
    condition: Condition


class WatchKept(WatchSet):
    """The watch as it is kept; ``new`` is false where the city waits for this already."""

    new: bool


def router(context: ScoringContext, bus: MessageBus) -> APIRouter:
    """Return the routes by which a city starts and ends to wait."""
    routes = APIRouter(prefix="/v1", tags=["watches"], responses=PROBLEM)

    @routes.post("/watches", status_code=202, responses=FULL)
    async def wait_for(request: Request, asked: WatchSet) -> WatchKept:
        """Wait for something to be true of a solution; `watch.fired` says so once, now if it is true now.

        With the city's key; a city has a limited number of open watches.
        """
        authorize(context.city_keys, request, asked.city)
        await city_of(context, asked.city)
        score_seen = await seen(context, asked.solution)
        watch = Watch(asked.city, asked.solution, asked.condition)
        new = await _kept(context, watch)
        cause = Causation(f"watch|{watch.identity}")
        await bus.publish(await answer_watches(context, score_seen.dossier, cause), cause.name)
        return WatchKept(**asked.model_dump(), new=new)

    @routes.delete("/watches", status_code=204)
    async def wait_no_longer(request: Request, city: Id, solution: Id, condition: Condition) -> None:
        """Wait no longer, with the city's key; what nobody waits for is not waited for."""
        authorize(context.city_keys, request, city)
        await context.store.watches.end(Watch(city, solution, condition))

    return routes


async def _kept(context: ScoringContext, watch: Watch) -> bool:
    """Keep a watch, and take it back where it is one too many; of many at once none gets past the limit."""
    new = await context.store.watches.keep(watch)
    if new and await context.store.open_watches(watch.city) > context.watches:
        await context.store.watches.end(watch)
        raise HTTPException(
            409,
            f"{watch.city!r} has {context.watches} open watches, and no more are kept: end one by "
            "DELETE /v1/watches, or wait until one is answered",
        )
    return new
