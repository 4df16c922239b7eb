"""The doorway for systems that cannot reach the broker: it only publishes, and answers what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from aio_pika import DeliveryMode, Message
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from services.submissions.domain.intake import is_procurement, judge_report, routing_key
from services.submissions.store import Store
from shared import cloudevents
from shared.broker import CONFIRM_SECONDS, Edge
from shared.cloudevents import Letterbox, Malformed
from shared.service import problem
from shared.topology import IN

MOST_BYTES = 10_000_000
EXAMPLE = {
    "specversion": "1.0",
    "id": "2026-0001",
    "source": "https://data.tampere.example",
    "type": "org.citiesshare.need.submitted.v1",
    "data": {
        "id": "need:tampere:night-noise",
        "city": "634963",
        "title": "Less noise at night from deliveries",
        "topics": [{"scheme": "CPV", "id": "60100000"}],
    },
}


def router(edge: Edge, store: Store) -> APIRouter:
    """Return the HTTP doorway of the submissions service."""
    routes = APIRouter(prefix="/v1", tags=["submissions"])

    @routes.post("/events", status_code=202, openapi_extra=_body(EXAMPLE))
    async def submit(request: Request) -> JSONResponse:
        """Submit one CloudEvent, structured (`application/cloudevents+json`) or binary (`ce-` headers)."""
        body = await request.body()
        if len(body) > MOST_BYTES:
            return problem(413, f"More than {MOST_BYTES} bytes: send parts")
        try:
            letter = cloudevents.read(
                dict(request.headers), request.headers.get("content-type"), body, "http"
            )
        except Malformed as error:
            return problem(400, str(error), complaints=[{"path": error.path, "message": str(error)}])
        return await _forward(edge, letter)

    @routes.get("/events")
    async def fate(source: Annotated[str, Query()], id: Annotated[str, Query()]) -> JSONResponse:  # noqa: A002
        """What became of the event (source, id): recorded, or rejected with path and message."""
        found = await store.fate(source, id)
        if found is None:
            return problem(404, f"No event {id!r} of {source!r} has been heard (yet)")
        return JSONResponse({**found, "received": found["received"].isoformat()})

    @routes.get("/records/{kind}/{key:path}")
    async def record(kind: str, key: str) -> JSONResponse:
        """One published record in its newest revision."""
        found = await store.record(f"{kind}|{key}")
        if found is None or found.draft.state != "published" or found.draft.embargo_until:
            return problem(404, f"No {kind} {key!r} is published here")
        return JSONResponse(found.event.model_dump(mode="json"))

    @routes.get("/status")
    async def status() -> dict[str, int]:
        """How many messages were recorded or rejected, and how many records of each kind there are."""
        return await store.counts()

    return routes


async def _forward(edge: Edge, letter: Letterbox) -> JSONResponse:
    if complaints := _complaints(letter):
        return problem(422, "The event cannot be used", complaints=complaints)
    await publish(edge, letter)
    where = f"/v1/events?source={letter.envelope.source}&id={letter.envelope.id}"
    return JSONResponse({"status": "accepted", "ask": where}, 202, headers={"Location": where})


def _complaints(letter: Letterbox) -> list[dict[str, str]]:
    """What can be said at once; procurement data are read with the whole process, and answered later."""
    if is_procurement(letter.envelope.type):
        return []
    judged = judge_report(letter.envelope.type, letter.data)
    return [complaint.model_dump() for complaint in judged.complaints]


async def publish(edge: Edge, letter: Letterbox) -> None:
    """Put one event on the exchange where everybody speaks: one way in to test, secure and replay."""
    envelope = letter.envelope
    headers: dict[str, Any] = {
        f"ce-{name}": value
        for name, value in {**envelope.model_dump(mode="json"), "specversion": "1.0"}.items()
        if value is not None
    }
    message = Message(
        letter.data,
        headers=headers,
        content_type="application/json",
        message_id=uuid4().hex,
        correlation_id=uuid4().hex,
        timestamp=datetime.now(UTC),
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    exchange = await (await edge.channel()).get_exchange(IN, ensure=False)
    await exchange.publish(message, routing_key(envelope.type), mandatory=True, timeout=CONFIRM_SECONDS)


def _body(example: Sequence[object] | dict[str, Any]) -> dict[str, Any]:
    content = {"application/cloudevents+json": {"schema": {"type": "object"}, "example": example}}
    return {"requestBody": {"required": True, "content": content}}
