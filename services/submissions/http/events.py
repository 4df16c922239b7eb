"""Submitting events: one, or a batch."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.submissions.application import tables
from services.submissions.application.event_reader import (
    Letters,
    complaint_of,
    raw_events_in,
)
from services.submissions.application.large_inputs import run_in_thread_if_large
from services.submissions.application.rate_limits import largest_batch
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.permissions import forbidden as forbidden_by
from services.submissions.domain.permissions import type_complaint
from services.submissions.domain.publishers import Caller, Publisher, source_complaint
from services.submissions.domain.validation import is_procurement
from services.submissions.http.openapi_examples import BATCH_EXAMPLE, EXAMPLE, PROBLEMS
from services.submissions.http.publishing import ApiContext, body_of
from services.submissions.http.rate_limit import guarded, is_batch
from services.submissions.http.table_uploads import is_table, rows_in
from shared.events import Complaint
from shared.http.problem_details import problem
from shared.messaging.cloudevents import MalformedEvent, RawEvent, percent_decoded

MOST_EVENTS = 1000
Answer = dict[str, Any]
BODY = {
    "required": True,
    "content": {
        "application/cloudevents+json": {"schema": {"type": "object"}, "example": EXAMPLE},
        "application/cloudevents-batch+json": {"schema": {"type": "array"}, "example": BATCH_EXAMPLE},
        "text/csv": {"schema": {"type": "string"}, "example": tables.example("needs")},
        "application/json": {"schema": {}, "example": EXAMPLE["data"]},
    },
}


def router(api: ApiContext) -> APIRouter:
    """Return the route for submissions."""
    routes = APIRouter(tags=["submissions"], route_class=guarded(api))

    @routes.post("/events", status_code=202, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def submit(request: Request) -> JSONResponse:
        """Submit one CloudEvent, structured (`application/cloudevents+json`) or binary (`ce-` headers).

        A batch (`application/cloudevents-batch+json`) is answered event by event; it is accepted if any is.
        It is charged once for all its events; one of more events than a minute allows is refused with 413.

        A table (`text/csv`, .xlsx) is answered row by row: each good row is a report. `?kind=` says what it
        is of, where the columns do not tell; `?decimal=` and `?dates=` settle what has two meanings;
        `?source=` is the source under which the publisher speaks.
        """
        publisher: Publisher | None = request.state.publisher
        body = await body_of(request)
        try:
            if is_table(request.headers):
                rows = await asyncio.to_thread(rows_in, body, request, publisher, api.reports.reference)
                return await _batch(api, request, rows.letters, publisher, remarks=rows.remarks)
            letters = await run_in_thread_if_large(len(body), _letters, request, body, publisher)
        except MalformedEvent as error:
            return problem(error.status, str(error), complaints=[dict(complaint_of(error))])
        if is_batch(request.headers) or len(letters) != 1:
            return await _batch(api, request, letters, publisher)
        answer = await _answer(api, letters[0], publisher)
        if answer["status"] != 202:
            return problem(answer["status"], "The event cannot be used", complaints=answer["complaints"])
        return JSONResponse(answer | {"status": "accepted"}, 202, headers={"Location": answer["ask"]})

    return routes


def _letters(request: Request, body: bytes, publisher: Publisher | None) -> Letters:
    headers, sender = request.headers, publisher.id if publisher else "http"
    kind, encoding = headers.get("content-type"), headers.get("content-encoding")
    return raw_events_in(percent_decoded(headers), kind, encoding, body, sender)


async def _batch(
    api: ApiContext,
    request: Request,
    letters: Letters,
    publisher: Publisher | None,
    remarks: Sequence[Complaint] = (),
) -> JSONResponse:
    most = largest_batch(publisher, MOST_EVENTS)
    if len(letters) > most:
        return problem(413, f"{len(letters)} events: send batches of {most} at most, or one by one")
    request.state.charge = await api.charge(publisher, messages=max(len(letters), 1), bytes=0)
    answers = [await _answer(api, letter, publisher) for letter in letters]
    if answers and all(answer["status"] != 202 for answer in answers):
        return problem(422, "No event of the batch can be used", events=answers)
    more = {"remarks": [dict(remark) for remark in remarks]} if remarks else {}
    return JSONResponse({"status": "accepted", "events": answers, **more}, 202)


async def _answer(api: ApiContext, letter: RawEvent | MalformedEvent, publisher: Publisher | None) -> Answer:
    if isinstance(letter, MalformedEvent):
        named = {name: letter.named[name] for name in ("source", "id") if name in letter.named}
        return {**named, "status": letter.status, "complaints": [dict(complaint_of(letter))]}
    envelope = letter.envelope
    judged = await run_in_thread_if_large(len(letter.data), _judged, api, letter, publisher)
    named = {"source": envelope.source, "id": envelope.id}
    forbidden = _forbidden(letter, judged, publisher)
    complaints = [complaint.model_dump() for complaint in forbidden or judged.complaints]
    more = {"complaints": complaints} if complaints else {}
    if forbidden or judged.useless:
        return {**named, "status": 403 if forbidden else 422, **more}
    await api.publish(letter, publisher)
    where = f"/v1/events?source={quote(envelope.source, safe='')}&id={quote(envelope.id, safe='')}"
    return {**named, "status": 202, "ask": where, **more}


def _judged(api: ApiContext, letter: RawEvent, publisher: Publisher | None) -> MessageAssessment:
    """What can be said at once; procurement data are read with the whole process, and answered later."""
    if is_procurement(letter.envelope.type) or letter.envelope.dataref:
        return MessageAssessment()
    now = datetime.now(UTC)
    city = publisher.own_city if publisher else None
    return api.reports.judge(letter, letter.envelope.time or now, now.date(), city)


def _forbidden(letter: RawEvent, judged: MessageAssessment, publisher: Publisher | None) -> list[Complaint]:
    """What the publisher may not say; of procurement data that is known when the process has been read.

    Whose a record is, is asked when it is kept.
    """
    if publisher is None:
        return []
    caller, kind = Caller(publisher, publisher.id), letter.envelope.type
    wrong = source_complaint(publisher, letter.envelope.source) or type_complaint(caller, kind)
    return [wrong] if wrong else [*forbidden_by(judged, caller)]
