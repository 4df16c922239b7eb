"""The fast follower's watch: tell me when three attempts have ended, or when one fails somewhere."""

from fastapi import APIRouter
from pydantic import ConfigDict

from services.scoring.api.asked import city_of, seen
from services.scoring.api.views import PROBLEM
from services.scoring.beware import answer_watches
from services.scoring.domain.watches import Condition, Watch
from services.scoring.room import Cause, Room
from shared.edge import Edge
from shared.facts import Fact, Id


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


def router(room: Room, edge: Edge) -> APIRouter:
    """Return the door through which a city starts to wait."""
    routes = APIRouter(prefix="/v1", tags=["watches"], responses=PROBLEM)

    @routes.post("/watches", status_code=202)
    async def wait_for(asked: WatchSet) -> WatchKept:
        """Wait for something to be true of a solution; `watch.fired` says so once, now if it is true now."""
        await city_of(room, asked.city)
        found = await seen(room, asked.solution)
        watch = Watch(asked.city, asked.solution, asked.condition)
        new = await room.store.keep_watch(watch)
        cause = Cause(f"watch|{watch.identity}")
        await edge.say(await answer_watches(room, found.dossier, cause), cause.name)
        return WatchKept(**asked.model_dump(), new=new)

    return routes
