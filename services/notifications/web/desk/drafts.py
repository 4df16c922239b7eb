"""Drafts that procurement data made: confirm them, or say that they are none of ours; one or many at once."""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Literal, TypeAlias

from services.notifications.application.our_city import TitledRecord
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.records import DraftGroup, OwnRecord, draft_groups
from services.notifications.domain.desk.sent import (
    SentMessage,
    can_be_taken_back,
    confirmed,
    taken_back,
    withdrawn,
)
from services.notifications.web.desk.addresses import address_of
from services.notifications.web.desk.later import LaterRow, later_rows
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from shared.events import Event, RecordConfirmed

Decision: TypeAlias = Literal["confirm", "not_ours", "no_solution", "taken_back"]
DECISIONS: tuple[Decision, ...] = ("confirm", "not_ours", "no_solution")
REASONS: dict[Decision, str] = {
    "not_ours": "not of this city",
    "no_solution": "not a solution",
    "taken_back": "the confirmation was a mistake",
}
"""Why a draft is withdrawn, as submissions keeps it."""
MOST_AT_ONCE = 20
MOST_SHOWN = 100


async def drafts(request: DeskRequest) -> Page | Redirect:
    """The list; a choice is asked once more, then sent, and can be taken back from the page after it.

    A link may name a choice, which is asked then: only a button sends it.
    """
    if request.acts and request.field("undo"):
        return await _undo(request)
    lines = await request.context.our_city.drafts(request.official, request.now)
    titles = {line.record.key: line.title for line in lines}
    groups = draft_groups(await _may_send(request, [line.record for line in lines]))
    decision = next((each for each in DECISIONS if each == request.field("do")), None)
    wanted = set(request.form.get("draft", []))
    chosen = [group for group in groups if group.key in wanted]
    mistakes = _mistakes(request, decision, chosen)
    if not mistakes and decision is not None and chosen:
        if request.acts and request.field("sure") == "yes":
            return await _send(request, decision, chosen)
        return request.show("desk/drafts_sure", chosen=chosen, decision=decision, titles=titles)
    return request.show(
        "desk/drafts",
        422 if mistakes else 200,
        groups=groups[:MOST_SHOWN],
        more=max(0, len(groups) - MOST_SHOWN),
        titles=titles,
        ticked=wanted,
        later=await _later(request),
        address_of=address_of,
        mistakes=mistakes,
        done=await _done(request) if not request.acts else [],
    )


async def _later(request: DeskRequest) -> list[tuple[TitledRecord, list[LaterRow]]]:
    """The records of which procurement systems say something else by now."""
    lines = await request.context.our_city.changed_since(request.official, request.now)
    allowed = {one.key for one in await _may_send(request, [line.record for line in lines])}
    of_ours = [line for line in lines if line.record.key in allowed]
    return [(line, later_rows(request, line.record)) for line in of_ours[:MOST_SHOWN]]


async def _may_send(request: DeskRequest, records: Sequence[OwnRecord]) -> list[OwnRecord]:
    """Those of ``records`` that the official may send about."""
    named = await request.context.city_records.departments(records)
    allowed = (request.may(Permission.SEND, departments) for departments in named)
    return [*compress(records, allowed)]


def _mistakes(request: DeskRequest, decision: Decision | None, chosen: list[DraftGroup]) -> dict[str, str]:
    if not request.acts:
        return {}
    if decision is None:
        return {"draft": "choose"}
    if not chosen:
        return {"draft": "choose_draft"}
    return {"draft": "too_many_drafts"} if len(chosen) > MOST_AT_ONCE else {}


async def _send(request: DeskRequest, decision: Decision, chosen: Iterable[DraftGroup]) -> Redirect:
    records = [record for group in chosen for record in group.records]
    await request.publish(*(_event(request, decision, record) for record in records))
    return Redirect(f"/desk/drafts?done={request.now.timestamp():.3f}")


def _event(request: DeskRequest, decision: Decision, record: OwnRecord) -> Event:
    post = request.official.post
    return confirmed(record, post) if decision == "confirm" else withdrawn(record, post, REASONS[decision])


async def _done(request: DeskRequest) -> list[SentMessage]:
    """What the official sent at the moment that ``done`` names."""
    try:
        at = float(request.field("done"))
    except ValueError:
        return []
    sent = await request.context.store.sent_messages.of_city(request.official.city)
    return [
        message
        for message in sent
        if message.official == request.official.id and abs(message.at.timestamp() - at) < 0.002
    ]


async def _undo(request: DeskRequest) -> Redirect:
    """Take back what was sent: a confirmed draft is withdrawn, a withdrawn one is a draft again.

    Nothing happens to a record of which something else was sent, or that was changed, since.
    """
    events, left = list[Event](), 0
    for message in (done := await _done(request)):
        kind, _, name = message.record.partition("|")
        page = await request.context.city_records.find(kind, name, request.official, request.now)
        sent = [line.message for line in page.sent] if page else []
        own = await _may_send(request, [page.record]) if page else []
        if own and can_be_taken_back(message, own[0], sent):
            events.append(_opposite(request, message, own[0]))
        else:
            left += 1
    await request.publish(*events)
    return Redirect(f"/desk/drafts?undone={'yes' if done and not left else 'some' if events else 'no'}")


def _opposite(request: DeskRequest, message: SentMessage, record: OwnRecord) -> Event:
    if message.what == RecordConfirmed.key:
        return _event(request, "taken_back", record)
    return taken_back(record, request.official.post)


ROUTES = (DeskRoute("/desk/drafts", drafts, Permission.SEND),)
