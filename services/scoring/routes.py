"""What anybody may ask of the scoring service."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.scoring.store import Store
from shared.service import problem


def router(store: Store) -> APIRouter:
    """Return the HTTP doors of the scoring service."""
    routes = APIRouter(prefix="/v1", tags=["scoring"])

    @routes.get("/solutions/{solution:path}/score")
    async def score(solution: str) -> JSONResponse:
        """The newest score of a solution, with each contribution and its sentence."""
        found = await store.score(solution)
        if found is None:
            return problem(404, f"No score of {solution!r}: it is not known, not confirmed or under embargo")
        return JSONResponse({"solution": solution, "revision": found["revision"], **found["assessment"]})

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many solutions have a score, how many matches were told, how many needs stand."""
        return await store.counts()

    return routes
