"""Asking: what became of an event, what was remarked, and everything as a table."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from services.submissions.application import tables
from services.submissions.application.tables.columns import Row
from services.submissions.application.visible_records import VisibleRecords
from services.submissions.domain.similar_records import SimilarRecord
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.http.publishing import ApiContext
from services.submissions.http.serializers import comment_of, fate_of, openly
from shared.events import Kind
from shared.facts import Fact
from shared.http.problem_details import problem

KIND_OF: dict[tables.TableKind, Kind] = {"needs": "need", "solutions": "solution", "outcomes": "outcome"}
Text = Annotated[str, Query(max_length=1000)]


def router(api: ApiContext) -> APIRouter:
    """Return the routes for questions."""
    routes = APIRouter(tags=["records"])
    repositories = api.repositories

    @routes.get("/events", tags=["submissions"], responses=PROBLEMS)
    async def fate(request: Request, source: Text, id: Text) -> JSONResponse:  # noqa: A002
        """What became of the event (source, id): recorded, held, or rejected with path and message.

        `similar` names what is known already and seems the same, as far as the caller may see it;
        `duplicate` says when the same (source, id) came again with other content, which was not read.
        """
        stored = await repositories.messages.fate(source, id)
        if stored is None:
            return problem(404, f"No event {id!r} of {source!r} has been heard (yet)")
        visible = VisibleRecords(repositories.records, await api.viewer(request))
        return JSONResponse(fate_of(stored, await _still_seen(visible, stored.similar)))

    @routes.get("/comments", responses=PROBLEMS)
    async def comments(request: Request, about: Text) -> JSONResponse:
        """What was said about a record, after moderation; `promoted`: who took it as evidence, and when.

        Nothing of a record that the caller may not see.
        """
        visible = VisibleRecords(repositories.records, await api.viewer(request))
        if await visible.hides(about):
            return JSONResponse([])
        record = await visible.record(f"solution|{about}")
        taken = record.marks.promoted if record else ()
        promoted = {promotion.reference: promotion for promotion in taken}
        shown = await repositories.moderation.comments(about)
        return JSONResponse([comment_of(comment, promoted.get(comment.key)) for comment in shown])

    @routes.get("/export/{kind}.{form}", response_class=Response, responses=PROBLEMS)
    async def export(kind: tables.TableKind, form: Literal["csv", "json"]) -> Response:
        """All public needs, solutions or outcomes; reading it in again gives the same hash (`ETag`)."""
        visible = VisibleRecords(repositories.records)
        facts = [_row(openly(fact)) for fact in await visible.facts(await visible.published(KIND_OF[kind]))]
        write = tables.write_csv if form == "csv" else tables.write_json
        media = "text/csv; charset=utf-8" if form == "csv" else "application/json"
        return Response(write(facts, kind), media_type=media, headers={"ETag": f'"{tables.digest(facts)}"'})

    return routes


async def _still_seen(visible: VisibleRecords, similar: Sequence[SimilarRecord]) -> Sequence[SimilarRecord]:
    """Those of the similar solutions, as they were found when the event came, that may be seen now."""
    return [one for one in similar if await visible.record(f"solution|{one.solution}")]


def _row(fact: Fact) -> Row:
    assert isinstance(fact, Row)
    return fact
