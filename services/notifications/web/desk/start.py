"""The first page of the desk."""

from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page


async def start(request: DeskRequest) -> Page:
    """What the official can do here."""
    return request.show("desk/start", city_name=await request.context.store.city_name(request.official.city))


ROUTES = (DeskRoute("/desk", start),)
