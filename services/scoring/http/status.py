"""How much there is: for operators, on their own port."""

from fastapi import APIRouter

from services.scoring.application.context import ScoringContext


def router(context: ScoringContext) -> APIRouter:
    """Return the route that `citiesshare run` and `citiesshare status` ask."""
    routes = APIRouter(prefix="/v1", tags=["scoring"])

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many solutions have a score, how many matches were told, how many needs stand."""
        return await context.store.counts()

    return routes
