"""The HTTP API for systems that cannot reach the broker: it publishes, and tells what became of a message."""

from fastapi import APIRouter

from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.http import (
    blobs,
    commands,
    conflicts,
    events,
    moderation,
    queries,
    records,
    schemas,
)
from services.submissions.http.publishing import ApiContext

__all__ = ["moderation", "operations", "router"]


def router(api: ApiContext) -> APIRouter:
    """Return everything that may be said and asked over HTTP."""
    routes = APIRouter()
    for part in (events, blobs, commands, records, conflicts, queries):
        routes.include_router(part.router(api), prefix="/v1")
    routes.include_router(schemas.router())
    return routes


def operations(repositories: SubmissionRepositories) -> APIRouter:
    """Return what operators may ask, on their own port."""
    routes = APIRouter(prefix="/v1", tags=["operations"])

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many messages were recorded or rejected, and how many records of each kind there are."""
        return await repositories.messages.counts() | await repositories.records.counts()

    return routes
