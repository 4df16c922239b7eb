"""What operators may ask of the notifications service, on their own port."""

from fastapi import APIRouter

from services.notifications.application.repositories import LetterRepository


def router(letters: LetterRepository) -> APIRouter:
    """Return the routes for operators."""
    routes = APIRouter(prefix="/v1", tags=["notifications"])

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many letters are in which state."""
        return await letters.counts()

    return routes
