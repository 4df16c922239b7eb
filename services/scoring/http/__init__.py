"""The HTTP doors of the scoring service: what anybody may ask. Nothing hidden is ever in an answer."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.scoring.application.context import ScoringContext
from services.scoring.http import circles, cities, diffusion, frameworks, search, solutions, watches
from shared.messaging.bus import MessageBus


def routers(room: ScoringContext, edge: MessageBus) -> Sequence[APIRouter]:
    """Return all doors; those with fixed paths come before those with an id in them."""
    return (
        search.router(room),
        frameworks.router(room),
        watches.router(room, edge),
        cities.router(room),
        circles.router(room),
        diffusion.router(room),
        solutions.router(room),
    )
