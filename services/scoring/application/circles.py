"""Failure circles from the store: who is in one now, and who has yet to read that it is open."""

from collections.abc import Iterable, Sequence

from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.idempotency import publish_once
from services.scoring.domain.alerts import Circle, Failure, circle, opened
from services.scoring.domain.facts import Dossier, KnownFact
from shared.events import CircleOpened
from shared.facts import Cause as Reason
from shared.facts import Implementation

MOST_FAILURES = 200
"""Attempts looked at for one circle: more than anybody reads, few enough to read at every failure."""


async def open_circles(context: ScoringContext, dossier: Dossier, cause: Causation) -> list[CircleOpened]:
    """Open the circles that the failures of a solution belong to, to every member that was not told."""
    events: dict[str, CircleOpened] = {}
    for affected in await _circles(
        context, [Failure(attempt, dossier.solution) for attempt in dossier.reported]
    ):
        events |= await _opened(context, affected)
    return await publish_once(context, CircleOpened, events, cause)


async def circles_with(context: ScoringContext, city: str) -> list[Circle]:
    """Return the open circles that a city is in, in the order of their causes."""
    tried = await context.store.implementations.of_city(city)
    return [circle for circle in await _circles(context, await _failures(context, tried)) if circle.open]


async def circle_of(context: ScoringContext, reason: Reason, besides: Iterable[Failure] = ()) -> Circle:
    """Return the circle of one cause as it is now; ``besides`` are failures that must be looked at."""
    attempts = await context.store.implementations.failed_by(reason.value, MOST_FAILURES)
    failures = [*await _failures(context, attempts), *besides]
    return circle(
        reason, {(failure.city, failure.attempt.fact.solution): failure for failure in failures}.values()
    )


async def names_in(context: ScoringContext, circle: Circle) -> dict[str, str]:
    """Return the names of the members and of the cities whose solutions they tried, where these are known."""
    sources = {failure.solution.fact.city for failure in circle.members.values()}
    profiles = await context.store.profiles({*circle.members, *sources})
    return {city: profile.fact.name for city, profile in profiles.items()}


async def _circles(context: ScoringContext, failures: Sequence[Failure]) -> list[Circle]:
    """The circles that these failures belong to."""
    reasons = {failure.cause for failure in failures if failure.cause is not None}
    return [await circle_of(context, reason, failures) for reason in sorted(reasons)]


async def _failures(context: ScoringContext, attempts: Sequence[KnownFact[Implementation]]) -> list[Failure]:
    """Attempts beside what was tried, where that is known."""
    solutions = await context.store.solutions.many({attempt.fact.solution for attempt in attempts})
    return [
        Failure(attempt, solutions[attempt.fact.solution])
        for attempt in attempts
        if attempt.fact.solution in solutions
    ]


async def _opened(context: ScoringContext, circle: Circle) -> dict[str, CircleOpened]:
    """What members have yet to read, by its identity."""
    if not circle.open:
        return {}
    events = {event.identity: event for event in opened(circle, await names_in(context, circle))}
    already_told = await context.store.claims.claimed(CircleOpened, events)
    return {identity: event for identity, event in events.items() if identity not in already_told}
