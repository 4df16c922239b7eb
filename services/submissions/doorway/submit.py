"""Submitting events: one, or a batch."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.submissions.allowances import largest_batch
from services.submissions.domain.intake import is_procurement, judge_report
from services.submissions.domain.permission import forbidden, type_complaint
from services.submissions.domain.speaking import Caller, Publisher, source_complaint
from services.submissions.doorway.examples import BATCH_EXAMPLE, EXAMPLE, PROBLEMS
from services.submissions.doorway.guarded import guarded, is_batch
from services.submissions.doorway.speak import Doorway, body_of
from shared import cloudevents
from shared.cloudevents import Letterbox, Malformed
from shared.events import Complaint
from shared.problems import problem

MOST_EVENTS = 1000
Answer = dict[str, Any]
BODY = {
    "required": True,
    "content": {
        "application/cloudevents+json": {"schema": {"type": "object"}, "example": EXAMPLE},
        "application/cloudevents-batch+json": {"schema": {"type": "array"}, "example": BATCH_EXAMPLE},
        "application/json": {"schema": {}, "example": EXAMPLE["data"]},
    },
}


def router(doorway: Doorway) -> APIRouter:
    """Return the route for submissions."""
    routes = APIRouter(tags=["submissions"], route_class=guarded(doorway))

    @routes.post("/events", status_code=202, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def submit(request: Request) -> JSONResponse:
        """Submit one CloudEvent, structured (`application/cloudevents+json`) or binary (`ce-` headers).

        A batch (`application/cloudevents-batch+json`) is answered event by event; it is accepted if any is.
        It is charged once for all its events; one of more events than a minute allows is refused with 413.
        """
        publisher, kind = request.state.publisher, request.headers.get("content-type", "")
        body = await body_of(request)
        try:
            if is_batch(request.headers):
                return await _batch(doorway, request, cloudevents.read_batch(body), publisher)
            letter = cloudevents.read(
                dict(request.headers), kind, body, publisher.id if publisher else "http"
            )
        except Malformed as error:
            return problem(400, str(error)[:500], complaints=[_complaint(error)])
        answer = await _answer(doorway, letter, publisher)
        if answer["status"] != 202:
            return problem(answer["status"], "The event cannot be used", complaints=answer["complaints"])
        return JSONResponse(answer | {"status": "accepted"}, 202, headers={"Location": answer["ask"]})

    return routes


async def _batch(
    doorway: Doorway, request: Request, letters: list[Letterbox | Malformed], publisher: Publisher | None
) -> JSONResponse:
    most = largest_batch(publisher, MOST_EVENTS)
    if len(letters) > most:
        return problem(413, f"{len(letters)} events: send batches of {most} at most, or one by one")
    request.state.charge = await doorway.charge(publisher, messages=max(len(letters), 1), bytes=0)
    answers = [await _answer(doorway, letter, publisher) for letter in letters]
    if answers and all(answer["status"] != 202 for answer in answers):
        return problem(422, "No event of the batch can be used", events=answers)
    return JSONResponse({"status": "accepted", "events": answers}, 202)


async def _answer(doorway: Doorway, letter: Letterbox | Malformed, publisher: Publisher | None) -> Answer:
    if isinstance(letter, Malformed):
        return {"status": 400, "complaints": [_complaint(letter)]}
    envelope = letter.envelope
    named = {"source": envelope.source, "id": envelope.id}
    for status, complaints in ((403, _forbidden(letter, publisher)), (422, _complaints(letter))):
        if complaints:
            return {**named, "status": status, "complaints": [each.model_dump() for each in complaints]}
    await doorway.publish(letter, publisher)
    where = f"/v1/events?source={quote(envelope.source, safe='')}&id={quote(envelope.id, safe='')}"
    return {**named, "status": 202, "ask": where}


def _forbidden(letter: Letterbox, publisher: Publisher | None) -> list[Complaint]:
    """What the publisher may not say; of procurement data that is known when the process has been read.

    Whose a record is, is asked when it is kept.
    """
    if publisher is None:
        return []
    caller, kind = Caller(publisher, publisher.id), letter.envelope.type
    if wrong := source_complaint(publisher, letter.envelope.source) or type_complaint(caller, kind):
        return [wrong]
    if is_procurement(kind) or letter.envelope.dataref:
        return []
    return [*forbidden(judge_report(kind, letter.data), caller)]


def _complaints(letter: Letterbox) -> tuple[Complaint, ...]:
    """What can be said at once; procurement data are read with the whole process, and answered later."""
    if is_procurement(letter.envelope.type) or letter.envelope.dataref:
        return ()
    return judge_report(letter.envelope.type, letter.data).complaints


def _complaint(error: Malformed) -> dict[str, str]:
    return {"path": error.path, "message": str(error)}
