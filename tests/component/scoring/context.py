"""The scoring service without a broker: its real handlers on a real store; what is said is returned.

Three cities that are much alike can be told to it: ``CITIES``. In York the usual solution ``FAILED``.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.scoring import handlers
from services.scoring.adapters import framework_files
from services.scoring.adapters.exchange_rates import packaged_rates
from services.scoring.adapters.mongo.repositories import ensure_indexes, repositories
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.application.catalogue_index import CatalogueIndex
from services.scoring.application.context import ScoringContext
from services.scoring.application.index_sync import MatchIndexes
from services.scoring.application.text_analyzer import TextAnalyzer
from services.scoring.http import routers
from shared import events
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import PUBLISHED_BY
from shared.settings import ServiceSettings
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    TAMPERE,
    YORK,
    a_city,
    a_failure,
    an_implementation,
    city_recorded,
    outcome_recorded,
)

ON: dict[type[events.Event], Callable[[ScoringContext, Any], Awaitable[Sequence[events.Event]]]] = {
    events.SolutionRecorded: handlers.on_solution,
    events.OutcomeRecorded: handlers.on_outcome,
    events.NeedRecorded: handlers.on_need,
    events.CityRecorded: handlers.on_city,
    events.AdoptionRecorded: handlers.on_adoption,
    events.MatchAnswered: handlers.on_answer,
}
ALIKE = {"population": 300_000, "density": 2_000, "unemployment": 6}
CITIES = tuple(
    city_recorded(city=a_city(id=city, name=name, country=country, indicators=ALIKE))
    for city, name, country in ((KRAKOW, "Kraków", "PL"), (TAMPERE, "Tampere", "FI"), (YORK, "York", "GB"))
)
FAILED = outcome_recorded(implementation=an_implementation(city=YORK, outcome="failed", failure=a_failure()))


async def a_room(database: Database, framework: str = "1") -> ScoringContext:
    """A replica: an empty memory on ``database``."""
    store, analyzer = repositories(database, framework), TextAnalyzer(vocabulary())
    await ensure_indexes(database)
    await store.priors.refresh()
    indexes = MatchIndexes(store, analyzer)
    catalogue = CatalogueIndex(store, packaged_rates())
    loaded = framework_files.load(framework)
    return ScoringContext(loaded, framework_files, store, indexes, catalogue, analyzer)


async def hear(room: ScoringContext, *heard: events.Event) -> list[events.Event]:
    """What the service says to these messages, one after the other."""
    return [said for event in heard for said in await ON[type(event)](room, event)]


def of(kind: type[events.Event], said: Iterable[events.Event]) -> list[Any]:
    """Only the events of one kind."""
    return [event for event in said if isinstance(event, kind)]


def doors(room: ScoringContext) -> FastAPI:
    """The API of a replica."""
    app = FastAPI()
    for router in routers(room, open_broker("scoring", ServiceSettings(), PUBLISHED_BY["scoring"])):
        app.include_router(router)
    return app


def at_the_doors(room: ScoringContext) -> AsyncClient:
    """Somebody who asks."""
    return AsyncClient(transport=ASGITransport(doors(room)), base_url="http://here")
