"""The page on which a city reports what came of a solution that it took over."""

from services.notifications.application.city_records import RecordPage
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.effects import read_effect, reported, typed_of
from services.notifications.web.desk.addresses import EFFECT, address_of
from services.notifications.web.desk.form_fields import localizer_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem
from shared.facts import Adoption


async def effect(request: DeskRequest) -> Page | Redirect:
    """Ask whether the effect came too, and for one number of the source where it was measured."""
    page, adoption = await _adoption(request)
    indicators = await request.context.effects.indicators(adoption, request.official.city, request.now)
    numbers, own = localizer_of(request), page.record
    typed = {name: request.field(name) for name in ("effect", "indicator", "before", "after")}
    form = read_effect(typed, indicators, numbers)
    if request.acts and form.effect is not None:
        if request.field("revision") == str(own.revision):
            await request.publish(reported(adoption, form.effect, request.official.post, own.revision))
        return Redirect(address_of(own))
    return request.show(
        "desk/effect",
        422 if request.acts else 200,
        page=page,
        back=address_of(own),
        indicators=indicators,
        values=typed if request.acts or request.kept else typed_of(adoption.effect, numbers),
        mistakes=form.mistakes if request.acts else {},
    )


async def _adoption(request: DeskRequest) -> tuple[RecordPage, Adoption]:
    """The adoption of the address. Raises ``PageProblem`` where the city has none that can be judged."""
    records = request.context.city_records
    page = await records.find("adoption", request.path["record"], request.official, request.now)
    if page is None or not isinstance(page.record.fact, Adoption):
        raise PageProblem("not_there")
    adoption = page.record.fact
    if adoption.parent is None or page.record.state == "withdrawn":
        raise PageProblem("not_there")
    return page, adoption


ROUTES = (DeskRoute(EFFECT + "/{record:path}", effect, Permission.SEND),)
