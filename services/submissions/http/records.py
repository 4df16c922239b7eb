"""Records that the caller may see: one, its history, its ancestors, and what is similar."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from services.submissions.application.visible_records import VisibleRecords
from services.submissions.domain.adoption import lineage
from services.submissions.domain.similar_records import similar_to
from services.submissions.domain.validation import complaints_in
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.http.publishing import ApiContext
from services.submissions.http.serializers import beside, openly, told
from shared.events import Kind
from shared.facts import Adoption, Fact, Need, Provider, Solution, Topic
from shared.http.problem_details import problem

LONGEST_LINE = 50
NOT_SHOWN = {"outcome", "later"}
"""Fields of an event that are shown elsewhere: under an address of their own, or to its owner alone."""
Text = Annotated[str, Query(max_length=1000)]


def router(api: ApiContext) -> APIRouter:
    """Return the routes for records."""
    routes = APIRouter(tags=["records"])
    store = api.repositories.records

    async def seen_by(request: Request) -> VisibleRecords:
        return VisibleRecords(store, await api.viewer(request))

    @routes.get("/records/{kind}/{record:path}/history", responses=PROBLEMS)
    async def revisions(request: Request, kind: Kind, record: str) -> JSONResponse:
        """Who said what when: the newest word for every field of a record, and all revisions."""
        key = f"{kind}|{record}"
        visible = await seen_by(request)
        found = await visible.record(key)
        if found is None:
            return _unseen(kind, record)
        own = beside(found) if visible.owns(found) else {}
        return JSONResponse(told(await store.revisions(key)) | own)

    @routes.get("/records/{kind}/{record:path}", responses=PROBLEMS)
    async def one(request: Request, kind: Kind, record: str) -> JSONResponse:
        """One record in its newest revision; of a need also whether it is `ready` or `exploring`.

        Published ones are public; with its publisher's key a city sees its own in every state.
        """
        visible = await seen_by(request)
        found = await visible.record(f"{kind}|{record}")
        if found is None:
            return _unseen(kind, record)
        (fact,) = await visible.facts([found])
        event = found.event.model_copy(update={kind: openly(fact)} if kind == "solution" else {})
        own = beside(found) if visible.owns(found) else {}
        shown = event.model_dump(mode="json", exclude=NOT_SHOWN)
        return JSONResponse(shown | _derived(fact) | own)

    @routes.get("/similar", responses=PROBLEMS)
    async def similar(
        request: Request,
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
        found = similar_to(asked, await (await seen_by(request)).alike(asked))
        return JSONResponse([asdict(each) for each in found])

    @routes.get("/lineage", responses=PROBLEMS)
    async def ancestors(request: Request, solution: Text) -> JSONResponse:
        """The chain of solutions from the first ancestor to this one; what may not be seen ends it."""
        return JSONResponse(await _lineage(await seen_by(request), solution))

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


def _unseen(kind: str, record: str) -> JSONResponse:
    return problem(404, f"No {kind} {record[:500]!r} is published here")


async def _lineage(visible: VisibleRecords, solution: str) -> tuple[str, ...]:
    parents: dict[str, str | None] = {}
    here: str | None = solution
    while here and here not in parents and len(parents) < LONGEST_LINE:
        parent = await _parent(visible, here)
        parents[here], here = parent, parent
    return lineage(solution, parents)


async def _parent(visible: VisibleRecords, solution: str) -> str | None:
    """What a solution was taken from, as it says itself or its city's adoption does."""
    found = await visible.record(f"solution|{solution}")
    if found is None:
        return None
    (fact,) = await visible.facts([found])
    if isinstance(fact, Solution) and fact.parent:
        return fact.parent
    adopted = await visible.record(f"adoption|{solution}|{found.draft.city}")
    return adopted.fact.parent if adopted and isinstance(adopted.fact, Adoption) else None
