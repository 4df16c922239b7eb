"""What the scoring service does with what it hears: keep the fact, then score and match what follows."""

from collections.abc import Sequence

from services.scoring.domain.facts import Known
from services.scoring.store import Store
from services.scoring.work import Work
from shared.broker import Edge
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    Event,
    MatchAnswered,
    NeedRecorded,
    OutcomeRecorded,
    SolutionRecorded,
)


def register(edge: Edge, store: Store, work: Work) -> None:
    """Make the service hear its queues."""

    @edge.hears("scoring.solution-recorded")
    async def score_solution(event: SolutionRecorded) -> Sequence[Event]:
        """Score a solution and match it with all standing needs."""
        await store.solutions.keep(
            event.solution.id,
            Known(event.solution, event.revision, event.state, event.recorded, embargoed=is_embargoed(event)),
        )
        return await work.rescore(event.solution.id)

    @edge.hears("scoring.outcome-recorded")
    async def score_outcome(event: OutcomeRecorded) -> Sequence[Event]:
        """Score the solution somebody tried; an outcome that comes before its solution waits in the store."""
        known = Known(event.implementation, event.revision, event.state, event.recorded)
        await store.implementations.keep(event.subject, known)
        return await work.rescore(event.implementation.solution)

    @edge.hears("scoring.need-recorded")
    async def match_need(event: NeedRecorded) -> Sequence[Event]:
        """Match a need with all solutions that answer it."""
        known = Known(event.need, event.revision, event.state, event.recorded)
        await store.needs.keep(event.need.id, known)
        return await work.rematch(known)

    @edge.hears("scoring.city-recorded")
    async def see_city(event: CityRecorded) -> Sequence[Event]:
        """A city described itself: its needs are matched anew, and what it tried is scored anew."""
        known = Known(event.city, event.revision, event.state, event.recorded)
        await store.cities.keep(event.city.id, known)
        needs = await store.needs.where({"fact.city": event.city.id})
        said = [event for need in needs for event in await work.rematch(need)]
        for solution in await store.tried_in(event.city.id):
            said += await work.rescore(solution)
        return said

    @edge.hears("scoring.adoption-recorded")
    async def keep_adoption(event: AdoptionRecorded) -> None:
        """Keep who took a solution up."""
        known = Known(event.adoption, event.revision, event.state, event.recorded)
        await store.adoptions.keep(event.subject, known)

    @edge.hears("scoring.match-answered")
    async def keep_answer(event: MatchAnswered) -> None:
        """Keep what officials answered."""
        await store.keep_answer(event)


def is_embargoed(event: SolutionRecorded) -> bool:
    """Whether the embargo still stood when this was recorded; its end is recorded anew."""
    return event.embargo_until is not None and event.recorded.date() < event.embargo_until
