"""Public records: one, its history, its ancestors, and what is similar."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from services.submissions.domain.adoption import lineage
from services.submissions.domain.intake import complaints_in
from services.submissions.domain.records import Record
from services.submissions.domain.similar import similar_to
from services.submissions.doorway.examples import PROBLEMS
from services.submissions.doorway.speak import Doorway
from services.submissions.doorway.telling import beside, openly, told
from services.submissions.store import SHOWN, Store
from shared.events import Kind
from shared.facts import Fact, Need, Provider, Solution, Topic
from shared.problems import problem

LONGEST_LINE = 50
Text = Annotated[str, Query(max_length=1000)]


def router(doorway: Doorway) -> APIRouter:
    """Return the routes for public records."""
    routes = APIRouter(tags=["records"])
    store = doorway.kept.store

    @routes.get("/records/{kind}/{record:path}/history", responses=PROBLEMS)
    async def revisions(kind: Kind, record: str) -> JSONResponse:
        """Who said what when: the newest word for every field of a public record, and all revisions."""
        key = f"{kind}|{record}"
        found = await _public(store, key)
        if found is None:
            return _unseen(kind, record)
        return JSONResponse(told(kind, await store.revisions(key)) | beside(found))

    @routes.get("/records/{kind}/{record:path}", responses=PROBLEMS)
    async def one(kind: Kind, record: str) -> JSONResponse:
        """One public record in its newest revision; of a need also whether it is `ready` or `exploring`."""
        found = await _public(store, f"{kind}|{record}")
        if found is None:
            return _unseen(kind, record)
        event = found.event.model_copy(update={kind: openly(found.fact)} if kind == "solution" else {})
        return JSONResponse(event.model_dump(mode="json") | _derived(found.fact) | beside(found))

    @routes.get("/similar", responses=PROBLEMS)
    async def similar(
        title: Text,
        code: Annotated[str, Query(pattern="^[^:]{1,40}:.{1,40}$", examples=["CPV:90511000"])],
        supplier: Annotated[str, Query(min_length=1, max_length=500)],
    ) -> JSONResponse:
        """Solutions with the same code, supplier and title: is it here already?"""
        scheme, _, identifier = code.partition(":")
        try:
            asked = _asked(title, Topic(scheme=scheme, id=identifier), supplier)
        except ValidationError as error:  # blanks only, say
            return problem(422, "The question cannot be used", complaints=[*map(dict, complaints_in(error))])
        seen = [each for each in await store.alike(asked) if await _public(store, f"solution|{each.id}")]
        found = similar_to(asked, seen)
        return JSONResponse([asdict(each) for each in found])

    @routes.get("/lineage", responses=PROBLEMS)
    async def ancestors(solution: Text) -> JSONResponse:
        """The chain of public solutions from the first ancestor to this one."""
        return JSONResponse(await _lineage(store, solution))

    return routes


def _asked(title: str, topic: Topic, supplier: str) -> Solution:
    return Solution(
        id="?",
        city="?",
        title=title.strip()[:500] or "?",
        topics=(topic,),
        provider=Provider(name=supplier.strip() or "?"),
    )


def _derived(fact: Fact) -> dict[str, str]:
    return {"readiness": fact.readiness} if isinstance(fact, Need) else {}


async def _public(store: Store, key: str) -> Record | None:
    found = await store.record(key)
    return found if found and found.state in SHOWN else None


def _unseen(kind: str, record: str) -> JSONResponse:
    return problem(404, f"No {kind} {record[:500]!r} is published here")


async def _lineage(store: Store, solution: str) -> tuple[str, ...]:
    parents: dict[str, str | None] = {}
    here: str | None = solution
    while here and here not in parents and len(parents) < LONGEST_LINE:
        found = await _public(store, f"solution|{here}")
        parent = found.fact.parent if found and isinstance(found.fact, Solution) else None
        if parent is None and found:
            adopted = await _public(store, f"adoption|{here}|{found.draft.city}")
            parent = getattr(adopted.fact, "parent", None) if adopted else None
        parents[here] = parent
        here = parent
    return lineage(solution, parents)
