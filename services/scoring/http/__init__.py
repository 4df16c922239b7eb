"""The HTTP API of the scoring service: what anybody may ask. Nothing hidden is ever in an answer."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.scoring.application.context import ScoringContext
from services.scoring.http import (
    catalogue,
    circles,
    cities,
    diffusion,
    frameworks,
    search,
    solutions,
    watches,
)
from shared.messaging.bus import MessageBus


def routers(context: ScoringContext, bus: MessageBus) -> Sequence[APIRouter]:
    """Return all routes; those with fixed paths come before those with an id in them."""
    return (
        search.router(context),
        catalogue.router(context),
        frameworks.router(context),
        watches.router(context, bus),
        cities.router(context),
        circles.router(context),
        diffusion.router(context),
        solutions.router(context),
    )
