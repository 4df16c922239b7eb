"""Before and after sending: the answers, what is similar, what others changed, how other cities see it."""

from collections.abc import Sequence
from typing import NamedTuple

from services.notifications.domain.desk.begun_forms import BegunForm, FormPart
from services.notifications.domain.desk.form_fields import Part
from services.notifications.domain.desk.forms import (
    Built,
    Difference,
    build,
    part_of,
    rebased,
    record_id,
    with_experience,
)
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.letter_content import FAILED
from services.notifications.web.desk.form_fields import answers, label_of, localizer_of, shown
from services.notifications.web.desk.forms import address_of, form_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem

MOST_SIMILAR = 5
UNUSABLE, OVERTAKEN = 422, 409


class Similar(NamedTuple):
    """A solution that resembles what was tried."""

    id: str
    title: str
    language: str
    city: str
    outcomes: Sequence[str]


async def check(request: DeskRequest) -> Page | Redirect:
    """Show all answers, and send them."""
    form = await form_of(request)
    if form.sent:
        return Redirect(address_of(form, "sent"))
    if request.acts and request.field("action") == "join":
        return await _join(request, form)
    merged, differences = await with_changes(request, form)
    built = build(merged, localizer_of(request))
    seen = request.field("seen") == _revisions(merged)
    if not request.acts or built.mistakes or (differences and not seen):
        status = UNUSABLE if built.mistakes else OVERTAKEN
        return await _show(request, merged, built, differences, status if request.acts else 200)
    if not await _may_send(request, merged):
        raise PageProblem("not_allowed")
    await request.publish(*built.events)
    await request.context.desk_forms.mark_sent(form, request.now)
    return Redirect(address_of(form, "sent"))


async def with_changes(request: DeskRequest, form: BegunForm) -> tuple[BegunForm, list[Difference]]:
    """Return ``form`` on top of what others changed in its records since, and what both changed."""
    newest: dict[Part, FormPart] = {}
    for part, before in form.parts.items():
        if before.based_on is None:
            continue
        record = await request.context.store.city_records.find(part, record_id(part, before))
        if record and record.fact and record.revision > before.based_on:
            newest[part] = part_of(record)
    return rebased(form, newest, localizer_of(request)) if newest else (form, [])


def _revisions(form: BegunForm) -> str:
    """The revisions that a form is based on, for the page to say which it showed."""
    return " ".join(f"{name}:{part.based_on}" for name, part in form.parts.items() if part.based_on)


async def preview(request: DeskRequest) -> Page:
    """Show what is sent as other cities will see it."""
    form = await form_of(request)
    return request.show("desk/preview", form=form, steps=answers(request, form))


async def sent(request: DeskRequest) -> Page | Redirect:
    """Say that it was sent, and what happens next."""
    form = await form_of(request)
    if not form.sent:
        return Redirect(address_of(form))
    return request.show("desk/sent", form=form, planned=await _planned(request, form))


async def _planned(request: DeskRequest, form: BegunForm) -> int:
    """How many cities plan what went wrong here; 0 where it went well, or where that is not known yet."""
    if next(iter(form.fields.get("outcome", ())), "") not in FAILED or "outcome" not in form.parts:
        return 0
    solution = str(form.parts["outcome"].base["solution"])
    return await request.context.match_cards.cities_that_plan(solution, request.official.city)


async def _may_send(request: DeskRequest, form: BegunForm) -> bool:
    """Whether the official may send a form: its records are, and stay, of a department of theirs."""
    city, records = request.official.city, request.context.city_records
    stored = [
        departments
        for part, one in form.parts.items()
        for departments in await records.departments_of(
            part, record_id(part, one), one.base.get("solution"), city
        )
    ]
    return request.may(Permission.SEND, *stored, departments_of(form))


def departments_of(form: BegunForm) -> list[str]:
    """Return the departments that a form names."""
    named = (*form.fields.get("service_owner", ()), *form.fields.get("departments", ()))
    return [line.strip() for text in named for line in text.splitlines() if line.strip()]


async def _join(request: DeskRequest, form: BegunForm) -> Redirect:
    """Turn a report into the city's own attempt at a solution that is there already."""
    solution = request.field("solution")
    known = await request.context.store.records.solution(solution)
    if form.kind != "report" or not form.is_new or known is None:
        raise PageProblem("not_there")
    if not known.is_public_on(request.now.date()):
        raise PageProblem("not_there")
    await request.context.desk_forms.replace(form, with_experience(form, solution))
    return Redirect(address_of(form, "check"))


async def _show(
    request: DeskRequest, form: BegunForm, built: Built, differences: Sequence[Difference], status: int
) -> Page:
    similar, localizer = await _similar(request, form), localizer_of(request)
    return request.show(
        "desk/check",
        status,
        form=form,
        steps=answers(request, form),
        mistakes=built.mistakes if request.acts else {},
        missing=built.mistakes,
        differences=[
            (
                label_of(difference.field, localizer),
                shown(request, difference.field, difference.mine),
                shown(request, difference.field, difference.theirs),
            )
            for difference in differences
        ],
        seen=_revisions(form),
        similar=similar or (),
        scoring_away=similar is None,
        may_send=await _may_send(request, form),
    )


async def _similar(request: DeskRequest, form: BegunForm) -> list[Similar] | None:
    """What resembles a new report; None where it cannot be looked for now."""
    if "solution" not in form.parts or not form.is_new:
        return []
    text = " ".join(value for name in ("title", "summary") for value in form.fields.get(name, ()))
    if not text:
        return []
    found = await request.context.scoring.search(text, request.official.locale, MOST_SIMILAR)
    if found is None:
        return None
    own = form.parts["solution"].base["id"]
    return [
        Similar(
            one.id,
            one.title,
            one.language,
            await request.context.store.city_name(one.city) or one.city,
            one.outcomes,
        )
        for one in found
        if one.similar and one.id != own
    ]


ROUTES = (
    DeskRoute("/desk/forms/{token}/check", check, Permission.DRAFT),
    DeskRoute("/desk/forms/{token}/preview", preview, Permission.DRAFT),
    DeskRoute("/desk/forms/{token}/sent", sent, Permission.DRAFT),
)
