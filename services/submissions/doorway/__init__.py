"""The doorway for systems that cannot reach the broker: it only publishes, and answers what became of it."""

from fastapi import APIRouter

from services.submissions.doorway import ask, commands, conflicts, deposits, documents, records, submit
from services.submissions.doorway.speak import Doorway


def router(doorway: Doorway) -> APIRouter:
    """Return everything that may be said and asked over HTTP."""
    routes = APIRouter()
    for part in (submit, deposits, commands, records, conflicts, ask):
        routes.include_router(part.router(doorway), prefix="/v1")
    routes.include_router(documents.router())
    return routes
