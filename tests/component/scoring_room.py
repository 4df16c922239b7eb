"""The scoring service without a broker: its real handlers on a real store; what is said is returned."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from services.scoring import handlers
from services.scoring.frameworks import load
from services.scoring.memory import Memory
from services.scoring.reader import Reader
from services.scoring.reference import vocabulary
from services.scoring.room import Room
from services.scoring.store import Store
from shared import events
from shared.mongo import Database

ON: dict[type[events.Event], Callable[[Room, Any], Awaitable[Sequence[events.Event]]]] = {
    events.SolutionRecorded: handlers.on_solution,
    events.OutcomeRecorded: handlers.on_outcome,
    events.NeedRecorded: handlers.on_need,
    events.CityRecorded: handlers.on_city,
    events.AdoptionRecorded: handlers.on_adoption,
    events.MatchAnswered: handlers.on_answer,
}


async def a_room(database: Database, framework: str = "1") -> Room:
    """A replica: an empty memory on ``database``."""
    store, reader = Store(database, framework), Reader(vocabulary())
    await store.prepare()
    return Room(load(framework), store, Memory(store, reader), reader)


async def hear(room: Room, *heard: events.Event) -> list[events.Event]:
    """What the service says to these messages, one after the other."""
    return [said for event in heard for said in await ON[type(event)](room, event)]


def of(kind: type[events.Event], said: Iterable[events.Event]) -> list[Any]:
    """Only the events of one kind."""
    return [event for event in said if isinstance(event, kind)]
