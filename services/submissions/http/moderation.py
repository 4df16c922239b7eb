"""The moderation queue over HTTP, for the pages of notifications: what waits, and decisions.

With a city's key a caller sees and decides that city's share, with the operator's key everything. They are
drawn from ``CITY_SECRET``, like the keys by which cities ask scoring; without it none is asked for.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.submissions.application.moderation_review import (
    AskedDecision,
    ModerationReview,
    ReviewItem,
    ReviewRefused,
)
from services.submissions.application.outgoing_message import InputPublisher
from services.submissions.domain.moderation import Action, RefusalReason, Reviewer, State
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.http.publishing import ASK_FOR_KEY
from shared.city_keys import CityKeys
from shared.facts import Fact, Id, Line
from shared.http.problem_details import problem

MOST_SHOWN = 200
STATUS = {"unknown": 404, "forbidden": 403, "changed": 409, "unusable": 422}
City = Annotated[str | None, Query(max_length=500, description="Whose share; absent: all, as operator")]


class DecisionMade(Fact):
    """A decision; ``seen`` is the state that was shown, ``city`` of a buyer (None: it is no city's)."""

    action: Action
    by: Line
    seen: State | None = None
    reason: RefusalReason | None = None
    words: Line | None = None
    city: Id | None = None


def router(review: ModerationReview, publisher: InputPublisher, keys: CityKeys) -> APIRouter:
    """Return the routes for the moderation queue."""
    routes = APIRouter(prefix="/v1", tags=["moderation"])

    @routes.get("/moderation", responses=PROBLEMS)
    async def queue(
        request: Request, city: City = None, state: Literal["waiting", "decided"] = "waiting"
    ) -> JSONResponse:
        """What waits for a decision, the oldest first, or what was decided in the last 30 days.

        Each item says why it waits, which passages to look at, and what this caller may decide (`actions`).
        """
        reviewer = authorized(keys, request, city, "-")
        listed = (
            review.waiting(reviewer) if state == "waiting" else review.decided(reviewer, datetime.now(UTC))
        )
        items = await listed
        answer = {"items": [item_of(item) for item in items[:MOST_SHOWN]], "total": len(items)}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    @routes.get("/moderation/{item}", responses=PROBLEMS)
    async def one(request: Request, item: str, city: City = None) -> JSONResponse:
        """One item, with the trail of decisions about it."""
        stored = await review.item(item, authorized(keys, request, city, "-"))
        if stored is None:
            return problem(404, f"nothing waits under {item[:500]!r}")
        return JSONResponse(item_of(stored), headers={"Cache-Control": "no-store"})

    @routes.post("/moderation/{item}", responses=PROBLEMS | {409: {"description": "Somebody else decided"}})
    async def decide(request: Request, item: str, made: DecisionMade, city: City = None) -> JSONResponse:
        """Show, refuse, or place; the same decision again changes nothing, another one takes its place.

        It is written down with `by` and takes effect through the intake. 409 where the item is not as `seen`.
        """
        reviewer = authorized(keys, request, city, made.by)
        asked = AskedDecision(made.action, made.seen, made.reason, made.words, made.city)
        try:
            messages = await review.decide(item, reviewer, asked, datetime.now(UTC))
        except ReviewRefused as error:
            return problem(STATUS[error.code], error.message)
        for message in messages:
            await publisher.publish(message.key, message.headers, message.body)
        return JSONResponse({"status": "decided"})

    return routes


def authorized(keys: CityKeys, request: Request, city: str | None, by: str) -> Reviewer:
    """Return who asks: with a city's key its reviewer, with the operator's key the operator. Raises 401."""
    who = f"{city}: {by}" if city else f"operator: {by}"
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    key = shown.strip() if kind.lower() == "bearer" else ""
    opens = not keys.required or (keys.is_operator(key) if city is None else keys.matches(city, key))
    if not opens:
        raise HTTPException(401, "Send the key of this city, or the operator's, as Bearer", ASK_FOR_KEY)
    return Reviewer(who[:500], city, operator=city is None)


def item_of(item: ReviewItem) -> dict[str, Any]:
    """An item as JSON."""
    return asdict(item) | {
        "since": item.since.isoformat(),
        "cities": [city._asdict() for city in item.cities],
        "candidates": [city._asdict() for city in item.candidates],
        "texts": [text._asdict() | {"marks": [list(mark) for mark in text.marks]} for text in item.texts],
        "decisions": [asdict(made) | {"when": made.when.isoformat()} for made in item.decisions],
    }
