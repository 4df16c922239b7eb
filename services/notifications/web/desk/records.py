"""The page of one record of the official's own city, and what may be done to it."""

from collections.abc import Sequence
from datetime import date

from services.notifications.application.city_records import RecordPage
from services.notifications.domain.desk.form_fields import FormField
from services.notifications.domain.desk.form_values import Mistake, read
from services.notifications.domain.desk.later import taken_over, with_later
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.records import (
    OwnRecord,
    RecordChange,
    open_disputes,
    told_state,
)
from services.notifications.domain.desk.sent import confirmed, taken_back, withdrawn
from services.notifications.domain.vocabulary import RECORD_PARTS
from services.notifications.web.desk.addresses import (
    EDIT,
    EMBARGO,
    WITHDRAW,
    address_of,
    effect_address,
    evaluators_address,
    page_of,
    record_address,
    reply_address,
)
from services.notifications.web.desk.form_fields import localizer_of
from services.notifications.web.desk.later import later_rows
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem
from shared.events import Event, SolutionEmbargoed
from shared.facts import Adoption

DAY = FormField("day", "date", ())
LONGEST_REASON = 500


async def record(request: DeskRequest) -> Page | Redirect:
    """What is recorded, who can see it, and its history.

    The button confirms it, or puts it back; a draft with the attempt that belongs to it. Where a procurement
    system says otherwise since, one button takes that over, and the other confirms what is recorded.
    """
    page = await _own(request)
    if request.acts:
        own = page.record
        together = await request.context.city_records.drafts_with(own)
        after = with_later(own) if request.field("do") == "take" else None
        await _refuse_unless_sender(request, *together, *filter(None, [after]))
        if _is_outdated(request, page):
            return _nothing_sent(own)
        await request.publish(*filter(None, (_said(request, one) for one in together)))
        return Redirect(address_of(own))
    return await _show(request, page, await request.context.city_records.drafts_with(page.record))


def _said(request: DeskRequest, own: OwnRecord) -> Event | None:
    if own.state == "withdrawn":
        return taken_back(own, request.official.post)
    answer = taken_over if request.field("do") == "take" else confirmed
    return answer(own, request.official.post)


async def withdraw(request: DeskRequest) -> Page | Redirect:
    """Ask whether the record is to be withdrawn, and why."""
    page = await _own(request)
    reason, own = request.field("reason"), page.record
    await _refuse_unless_sender(request, own)
    if request.acts and len(reason) <= LONGEST_REASON:
        if _is_outdated(request, page):
            return _nothing_sent(own)
        if own.state != "withdrawn":
            together = await request.context.city_records.drafts_with(own)
            await request.publish(
                *(withdrawn(one, request.official.post, reason or None) for one in together)
            )
        return Redirect(address_of(own))
    mistakes = {"reason": "too_long"} if request.acts else {}
    return request.show(
        "desk/withdraw", 422 if mistakes else 200, page=page, back=address_of(own), mistakes=mistakes
    )


async def embargo(request: DeskRequest) -> Page | Redirect:
    """Ask until when the solution is to be hidden."""
    page = await _own(request, kind="solution")
    own, until = page.record, request.field("until")
    await _refuse_unless_sender(request, own)
    mistakes: dict[str, str] = {}
    day = _day(request) if until == "day" else None
    if request.acts and until not in {"day", "transition", "no"}:
        mistakes["until"] = "choose"
    elif request.acts and until == "day" and (day is None or day <= request.now.date()):
        mistakes["day"] = "day_ahead"
    if request.acts and not mistakes:
        hidden = SolutionEmbargoed(
            solution=own.id,
            city=own.city,
            until=day,
            until_transition=until == "transition",
            by=request.official.post,
            based_on=own.revision,
        )
        if _is_outdated(request, page):
            return _nothing_sent(own)
        await request.publish(hidden)
        return Redirect(address_of(own))
    return request.show(
        "desk/embargo", 422 if mistakes else 200, page=page, back=address_of(own), mistakes=mistakes
    )


async def _own(request: DeskRequest, kind: str | None = None) -> RecordPage:
    """The record of the address. Raises ``PageProblem`` where it is none of the official's city."""
    wanted = kind or request.path["kind"]
    records = request.context.city_records
    page = await records.find(wanted, request.path["record"], request.official, request.now)
    if page is None:
        raise PageProblem("not_there")
    return page


async def _refuse_unless_sender(request: DeskRequest, own: OwnRecord, *after: OwnRecord) -> None:
    """Raise ``PageProblem`` unless the official may send about a record as it is, and as it is ``after``."""
    named = await request.context.city_records.departments([own, *after])
    if not request.may(Permission.SEND, *named):
        raise PageProblem("not_allowed")


def _nothing_sent(own: OwnRecord) -> Redirect:
    return Redirect(f"{address_of(own)}?outdated=yes")


def _is_outdated(request: DeskRequest, page: RecordPage) -> bool:
    """Whether the record was changed since the form was shown: a form that is sent twice acts once."""
    return request.field("revision") != str(page.record.revision)


def _day(request: DeskRequest) -> date | None:
    """The day that was typed; None where it is none."""
    try:
        day = read(DAY, request.form, localizer_of(request))
    except Mistake:
        return None
    return date.fromisoformat(day) if day else None


async def _show(request: DeskRequest, page: RecordPage, together: Sequence[OwnRecord]) -> Page:
    own, fact = page.record, page.record.fact
    topics = [
        request.context.topics.named(f"{topic.scheme}:{topic.id}", request.official.locale)
        for topic in getattr(fact, "topics", ())
    ]
    localizer = localizer_of(request)

    def parts(change: RecordChange) -> tuple[str, ...]:
        names = (name if name in RECORD_PARTS else "other" for name in change.fields)
        return tuple(dict.fromkeys(localizer.word("record_part", name) for name in names))

    return request.show(
        "desk/record",
        page=page,
        together=[(one, address_of(one)) for one in together if one.key != own.key],
        fact=fact,
        topics=topics,
        parts=parts,
        later_rows=later_rows(request, own),
        told_state=told_state(own, page.visibility.seen),
        disputes=open_disputes(own),
        may_send=request.may(Permission.SEND, *await request.context.city_records.departments([own])),
        edit_address=record_address(own.kind, own.id, EDIT) if fact is not None else None,
        reply_address=reply_address,
        evaluators_address=evaluators_address(own.id) if own.kind == "solution" else None,
        effect_address=effect_address(own.id) if isinstance(fact, Adoption) and fact.parent else None,
        withdraw_address=record_address(own.kind, own.id, WITHDRAW),
        embargo_address=page_of(EMBARGO, own.id),
    )


ROUTES = (
    DeskRoute("/desk/records/{kind}/{record:path}", record),
    DeskRoute("/desk/withdraw/{kind}/{record:path}", withdraw, Permission.SEND),
    DeskRoute("/desk/embargo/{record:path}", embargo, Permission.SEND),
)
