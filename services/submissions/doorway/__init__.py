"""The doorway for systems that cannot reach the broker: it only publishes, and answers what became of it."""

from fastapi import APIRouter

from services.submissions.doorway import ask, commands, deposits, documents, records, submit
from services.submissions.doorway.speak import Doorway
from services.submissions.kept import Kept


def router(doorway: Doorway) -> APIRouter:
    """Return everything that may be said and asked over HTTP."""
    routes = APIRouter()
    for part in (submit, deposits, commands, records, ask):
        routes.include_router(part.router(doorway), prefix="/v1")
    routes.include_router(documents.router())
    return routes


def operations(kept: Kept) -> APIRouter:
    """Return what operators may ask, on their own port."""
    routes = APIRouter(prefix="/v1", tags=["operations"])

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many messages were recorded or rejected, and how many records of each kind there are."""
        return await kept.messages.counts() | await kept.store.counts()

    return routes
