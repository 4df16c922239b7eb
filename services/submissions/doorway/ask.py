"""Asking: what became of an event, what was remarked, and everything as a table."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from services.submissions import tables
from services.submissions.doorway.examples import PROBLEMS
from services.submissions.doorway.records import openly
from services.submissions.doorway.speak import Doorway
from services.submissions.tables.columns import Row
from shared.events import Kind
from shared.facts import Fact
from shared.service import problem

KIND_OF: dict[tables.TableKind, Kind] = {"needs": "need", "solutions": "solution", "outcomes": "outcome"}
Text = Annotated[str, Query(max_length=1000)]


def router(doorway: Doorway) -> APIRouter:
    """Return the routes for questions."""
    routes = APIRouter(tags=["records"])
    kept = doorway.kept

    @routes.get("/events", tags=["submissions"], responses=PROBLEMS)
    async def fate(source: Text, id: Text) -> JSONResponse:  # noqa: A002
        """What became of the event (source, id): recorded, held, or rejected with path and message.

        `similar` names what is known already and seems the same; `duplicate` says when the same (source, id)
        came again with other content, which was not read.
        """
        found = await kept.messages.fate(source, id)
        if found is None:
            return problem(404, f"No event {id!r} of {source!r} has been heard (yet)")
        times = {name: found[name].isoformat() for name in ("received", "duplicate") if name in found}
        return JSONResponse({**found, **times})

    @routes.get("/comments", responses=PROBLEMS)
    async def comments(about: Text) -> JSONResponse:
        """What was said about a record, after moderation."""
        found = await kept.desk.comments(about)
        shown = ({**each, "id": each["_id"], "said": each["said"].isoformat()} for each in found)
        return JSONResponse(
            [{name: value for name, value in each.items() if name != "_id"} for each in shown]
        )

    @routes.get("/export/{kind}.{form}", response_class=Response, responses=PROBLEMS)
    async def export(kind: tables.TableKind, form: Literal["csv", "json"]) -> Response:
        """All public needs, solutions or outcomes; reading it in again gives the same hash (`ETag`)."""
        facts = [_row(openly(record.fact)) for record in await kept.store.shown(KIND_OF[kind])]
        write = tables.write_csv if form == "csv" else tables.write_json
        media = "text/csv; charset=utf-8" if form == "csv" else "application/json"
        return Response(write(facts, kind), media_type=media, headers={"ETag": f'"{tables.digest(facts)}"'})

    @routes.get("/status", tags=["operations"])
    async def status() -> dict[str, int]:
        """How many messages were recorded or rejected, and how many records of each kind there are."""
        return await kept.messages.counts() | await kept.store.counts()

    return routes


def _row(fact: Fact) -> Row:
    assert isinstance(fact, Row)
    return fact
