"""Cities like ours: how alike, in what, on how many indicators compared, and what they can be asked about."""

from services.notifications.application.peers import Peers
from services.notifications.domain.letters.base import title_for
from services.notifications.web.catalogue.request import lasting_address
from services.notifications.web.desk.addresses import ask_address
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page


async def peers(request: DeskRequest) -> Page:
    """The cities most like ours."""
    context, official = request.context, request.official
    lines = await Peers(context.store, context.scoring).of_city(official.city, request.now.date())
    return request.show(
        "desk/peers",
        lines=lines,
        country=context.countries.countries(official.locale),
        title_of=lambda solution: title_for(solution, official.speaks()),
        address_of=lasting_address,
        ask_address=ask_address,
    )


ROUTES = (DeskRoute("/desk/peers", peers),)
