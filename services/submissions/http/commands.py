"""Confirm, withdraw, hide, take as evidence: a POST that publishes the event which says so."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError

from services.submissions.domain.permissions import type_complaint
from services.submissions.domain.publishers import Caller, Publisher, city_complaints
from services.submissions.domain.validation import complaints_in
from services.submissions.http.openapi_examples import (
    COMMAND_EXAMPLE,
    COMMENT_EXAMPLE,
    PROBLEMS,
    STUDY_EXAMPLE,
)
from services.submissions.http.publishing import ApiContext
from services.submissions.http.rate_limit import guarded
from services.submissions.http.table_uploads import source_of
from shared.events import (
    AdoptionEffect,
    Complaint,
    Event,
    Kind,
    OwnAttempt,
    RecordConfirmed,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionEvidenced,
)
from shared.facts import Day, Effect, Fact, Id, Line, Study
from shared.http.problem_details import problem
from shared.messaging.cloudevents import Envelope, RawEvent

Key = Annotated[Id | None, Header(alias="Idempotency-Key", description="Makes a repeat the same command")]


class Command(Fact):
    """On whose behalf it is said, by which post, and why."""

    city: Id = Field(examples=[COMMAND_EXAMPLE["city"]])
    by: Line | None = Field(None, examples=[COMMAND_EXAMPLE["by"]])
    reason: Line | None = None


class Decide(Command):
    """Also about the attempt of the solution's own city, if ``attempt`` is given."""

    attempt: OwnAttempt | None = None


class Confirm(Decide):
    """Also whether what others said since takes the place of the record's own fields."""

    takes_over: bool = False


class Hide(Command):
    """Until when; with neither day nor transition the embargo ends."""

    until: Day | None = None
    until_transition: bool = False


class ReportEffect(Effect):
    """Whether the effect came with what was taken over, on whose behalf it is said, and by which post."""

    city: Id = Field(examples=[COMMAND_EXAMPLE["city"]])
    by: Line | None = Field(None, examples=[COMMAND_EXAMPLE["by"]])


class Promote(Command):
    """Which comment, and what it cannot know: how strong it is, and what it says for the solution."""

    comment: Id = Field(examples=[COMMENT_EXAMPLE])
    study: Study = Field(examples=[STUDY_EXAMPLE])


def router(api: ApiContext) -> APIRouter:
    """Return the routes for commands."""
    routes = APIRouter(tags=["records"], route_class=guarded(api))

    async def publish(
        request: Request, command: Command | ReportEffect, key: str | None, model: type[Event], **about: str
    ) -> JSONResponse:
        publisher: Publisher | None = request.state.publisher
        if publisher and (wrong := _forbidden(publisher, command, model)):
            return problem(403, wrong.message)
        try:
            event = model.model_validate({**about, **dict(command)})  # a command's fields are its event's
        except ValidationError as error:  # an id of blanks, say
            return problem(422, "The request cannot be used", complaints=[*map(dict, complaints_in(error))])
        return await _publish(api, publisher, event, key)

    @routes.post("/records/{kind}/{record:path}/confirm", status_code=202, responses=PROBLEMS)
    async def confirm(
        request: Request, kind: Kind, record: str, command: Confirm, key: Key = None
    ) -> JSONResponse:
        """Confirm a record of the city: a draft becomes public, an old one stays."""
        return await publish(request, command, key, RecordConfirmed, kind=kind, record=record[:500])

    @routes.post("/records/{kind}/{record:path}/withdraw", status_code=202, responses=PROBLEMS)
    async def withdraw(
        request: Request, kind: Kind, record: str, command: Decide, key: Key = None
    ) -> JSONResponse:
        """Withdraw a record of the city."""
        return await publish(request, command, key, RecordWithdrawn, kind=kind, record=record[:500])

    @routes.post("/records/solution/{record:path}/embargo", status_code=202, responses=PROBLEMS)
    async def embargo(request: Request, record: str, command: Hide, key: Key = None) -> JSONResponse:
        """Hide a solution of the city until a day or a transition, or show it again."""
        return await publish(request, command, key, SolutionEmbargoed, solution=record[:500])

    @routes.post("/records/solution/{record:path}/evidence", status_code=202, responses=PROBLEMS)
    async def evidence(request: Request, record: str, command: Promote, key: Key = None) -> JSONResponse:
        """Take a comment on a solution of the city, by the id that `/v1/comments` shows, as evidence."""
        return await publish(request, command, key, SolutionEvidenced, solution=record[:500])

    @routes.post("/records/adoption/{record:path}/effect", status_code=202, responses=PROBLEMS)
    async def effect(request: Request, record: str, command: ReportEffect, key: Key = None) -> JSONResponse:
        """Report what came of a solution that the city took over; the adoption is `<solution>|<city>`."""
        solution = record.rpartition("|")[0][:500]
        return await publish(request, command, key, AdoptionEffect, solution=solution)

    return routes


def _forbidden(publisher: Publisher, command: Command | ReportEffect, model: type[Event]) -> Complaint | None:
    wrong = type_complaint(Caller(publisher, publisher.id), model.message_type())
    return wrong or next(city_complaints(publisher, [command.city]), None)


async def _publish(
    api: ApiContext, publisher: Publisher | None, event: Event, key: str | None
) -> JSONResponse:
    source = source_of(publisher)
    envelope = Envelope(id=key or uuid4().hex, source=source, type=event.message_type())
    await api.publish(RawEvent(envelope, event.model_dump_json().encode()), publisher)
    return JSONResponse({"status": "accepted", "source": source, "id": envelope.id}, 202)
