"""The failure circles of a city: who else stopped for the same reason, and what they say of it."""

from fastapi import APIRouter, Request

from services.scoring.application.circles import circles_with, names_in
from services.scoring.application.context import ScoringContext
from services.scoring.domain.alerts import Circle, for_member
from services.scoring.http.auth import authorize
from services.scoring.http.lookups import city_of
from services.scoring.http.response_models import PROBLEM, CircleView


def router(context: ScoringContext) -> APIRouter:
    """Return the door to the circles of one city."""
    routes = APIRouter(prefix="/v1", tags=["cities"], responses=PROBLEM)

    @routes.get("/cities/{city}/circles")
    async def circles(request: Request, city: str) -> list[CircleView]:
        """For that city alone: its open circles; whom to ask is told by letter to those who agreed."""
        authorize(context.city_keys, request, city)
        await city_of(context, city)
        return [await _view(context, circle, city) for circle in await circles_with(context, city)]

    return routes


async def _view(context: ScoringContext, circle: Circle, city: str) -> CircleView:
    read = for_member(circle, city, await names_in(context, circle))
    return CircleView(cause=read.cause, cities=read.cities, own=read.own, others=read.others)
