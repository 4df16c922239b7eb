"""Beginning a form, the city's begun forms, and the task list of one."""

from collections.abc import Mapping
from typing import cast

from services.notifications.application.desk_forms import is_token, new_token
from services.notifications.domain.desk.begun_forms import BegunForm
from services.notifications.domain.desk.form_fields import FormKind, Part
from services.notifications.domain.desk.forms import begun, begun_adoption, of_records
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.known_records import KnownSolution
from services.notifications.web.desk.form_fields import localizer_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem

MOST_FOUND = 8
FORM_OF: Mapping[str, FormKind] = {
    "solution": "report",
    "outcome": "report",
    "need": "need",
    "adoption": "adopt",
}


def address_of(form: BegunForm, page: str = "") -> str:
    """Return the address of a form, or of a page of it."""
    return f"/desk/forms/{form.token}{f'/{page}' if page else ''}"


async def form_of(request: DeskRequest) -> BegunForm:
    """Return the form that the address names. Raises ``PageProblem`` where the city has none like it."""
    form = await request.context.desk_forms.find(request.official, request.path["token"])
    if form is None:
        raise PageProblem("not_there")
    return form


async def report(request: DeskRequest) -> Page | Redirect:
    """We tried something."""
    return await _begin(request, "report")


async def need(request: DeskRequest) -> Page | Redirect:
    """We need something."""
    return await _begin(request, "need")


async def adopt(request: DeskRequest) -> Page | Redirect:
    """We took something over: which solution, found by words or named in the address."""
    identifier = request.field("solution")
    if not identifier:
        return await _look_for_solution(request)
    known = await request.context.store.records.solution(identifier)
    if known is None or not _visible(request, known):
        raise PageProblem("not_there")
    solution, token = known.solution, request.field("form")
    if request.acts and is_token(token):
        components = tuple(component.name for component in solution.components)
        form = begun_adoption(
            token, request.official, request.now, identifier, solution.title, dict.fromkeys(components)
        )
        return Redirect(address_of(await request.context.desk_forms.begin(form)))
    return request.show("desk/begin", kind="adopt", token=new_token(), solution=solution, begun=[])


async def edit(request: DeskRequest) -> Page | Redirect:
    """Change a record of the city: a form that is filled with what it says.

    A draft is changed with the attempt that belongs to it.
    """
    kind, token = request.path["kind"], request.field("form")
    if kind not in FORM_OF:
        raise PageProblem("not_there")
    part: Part = cast("Part", kind)
    record = await request.context.store.city_records.find(part, request.path["record"])
    if record is None or record.fact is None or record.city != request.official.city:
        raise PageProblem("not_there")
    if not request.acts or not is_token(token):
        languages = request.official.speaks()
        return request.show("desk/edit", record=record, title=record.title(languages), token=new_token())
    known = await request.context.store.records.solution(record.solution) if record.solution else None
    solution = known.solution if known and _visible(request, known) else None
    records = await request.context.city_records.drafts_with(record)
    form = of_records(
        FORM_OF[part], token, request.official, request.now, records, solution, localizer_of(request)
    )
    return Redirect(address_of(await request.context.desk_forms.begin(form)))


async def begun_forms(request: DeskRequest) -> Page:
    """Forms of the city that were begun and not sent."""
    return request.show("desk/forms", forms=await request.context.desk_forms.of_city(request.official.city))


async def tasks(request: DeskRequest) -> Page | Redirect:
    """The steps of a form: which are done, and what comes next."""
    form = await form_of(request)
    if form.sent:
        return Redirect(address_of(form, "sent"))
    return request.show("desk/tasks", form=form)


async def discard(request: DeskRequest) -> Page | Redirect:
    """Delete a form, asked on a page of its own."""
    form = await request.context.desk_forms.find(request.official, request.path["token"])
    if form is None and request.acts:
        return Redirect("/desk/forms")
    if form is None or form.sent:
        raise PageProblem("not_there")
    if request.acts:
        await request.context.desk_forms.discard(form)
        return Redirect("/desk/forms")
    return request.show("desk/discard", form=form)


async def _begin(request: DeskRequest, kind: FormKind) -> Page | Redirect:
    token, forms = request.field("form"), request.context.desk_forms
    if request.acts and is_token(token):
        form = await forms.begin(begun(kind, token, request.official, request.now))
        return Redirect(address_of(form, f"steps/{form.asked[0].name}"))
    of_kind = [form for form in await forms.of_city(request.official.city) if form.kind == kind]
    return request.show("desk/begin", kind=kind, token=new_token(), solution=None, begun=of_kind)


async def _look_for_solution(request: DeskRequest) -> Page:
    query, found = request.field("q"), None
    if query:
        found = await request.context.scoring.search(query, request.official.locale, MOST_FOUND)
    names = {one.city: await request.context.store.city_name(one.city) for one in found or ()}
    return request.show("desk/adopt", query=query, found=found, names=names)


def _visible(request: DeskRequest, known: KnownSolution) -> bool:
    own = known.solution.city == request.official.city and known.state != "withdrawn"
    return own or known.is_public_on(request.now.date())


ROUTES = (
    DeskRoute("/desk/report", report, Permission.DRAFT),
    DeskRoute("/desk/need", need, Permission.DRAFT),
    DeskRoute("/desk/adopt", adopt, Permission.DRAFT),
    DeskRoute("/desk/edit/{kind}/{record:path}", edit, Permission.DRAFT),
    DeskRoute("/desk/forms", begun_forms, Permission.DRAFT),
    DeskRoute("/desk/forms/{token}", tasks, Permission.DRAFT),
    DeskRoute("/desk/forms/{token}/discard", discard, Permission.DRAFT),
)
