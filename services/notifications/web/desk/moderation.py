"""The moderation queue: comments, replies, names of office-holders, doubtful places; and decisions.

An operator decides for every city, whoever looks after a city on what concerns it. Submissions keeps the
queue and the trail of decisions, and says who may decide what.
"""

from collections.abc import Sequence
from typing import Literal

from services.notifications.application.city_names import names_of
from services.notifications.domain.desk.moderation import NO_CITY, REASONS, QueueItem, read_decision
from services.notifications.domain.desk.permissions import Permission
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem

QUEUE, ITEM = "/moderation", "/moderation/item"


async def queue(request: DeskRequest) -> Page:
    """What waits, the oldest first; with ``state=decided`` what was decided in the last 30 days."""
    state: Literal["waiting", "decided"] = "decided" if request.field("state") == "decided" else "waiting"
    found = await request.context.moderation.queue(_share(request), state)
    if found is not None:
        found = found.model_copy(update={"items": await _named(request, found.items)})
    return request.show("desk/moderation", queue=found, state=state, item_address=ITEM)


async def item(request: DeskRequest) -> Page | Redirect:
    """One thing to decide on, what was decided about it before, and the form; it can be decided anew."""
    moderation, share, key = request.context.moderation, _share(request), request.path["item"]
    found = await moderation.item(key, share)
    if found == "not_there":
        raise PageProblem("not_there")
    mistakes: dict[str, str] = {}
    if request.acts:
        if found is None:
            mistakes = {"action": "not_sent"}
        else:
            mistakes = await _decide(request, found, share)
            if not mistakes:
                return Redirect(f"{QUEUE}?done=decided")
            found = await moderation.item(key, share)
    if found == "not_there":
        raise PageProblem("not_there")
    if found is not None:
        (found,) = await _named(request, (found,))
    return request.show(
        "desk/moderation_item",
        422 if mistakes else 200,
        item=found,
        mistakes=mistakes,
        reasons=REASONS,
        no_city=NO_CITY,
        back=QUEUE,
    )


async def _named(request: DeskRequest, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
    """Return the items with names of cities in place of the ids that submissions tells."""
    unnamed = {city for item in items for city in item.unnamed}
    names = await names_of(request.context.store, unnamed)
    return tuple(item.named(names) for item in items)


async def _decide(request: DeskRequest, found: QueueItem, share: str | None) -> dict[str, str]:
    """Send the decision; return the mistakes by field."""
    form = {name: request.field(name) for name in request.form}
    decision, mistakes = read_decision(form, found, request.official.post)
    if decision is None:
        return mistakes
    answer = await request.context.moderation.decide(found.id, share, decision)
    return {} if answer == "decided" else {"action": answer}


def _share(request: DeskRequest) -> str | None:
    """The city whose share of the queue is shown; None for all of it, to an operator."""
    return None if request.may(Permission.OPERATE) else request.official.city


ROUTES = (
    DeskRoute(QUEUE, queue, Permission.MODERATE),
    DeskRoute(ITEM + "/{item}", item, Permission.MODERATE),
)
