"""Events that a message claimed at an earlier delivery are published again only while all may be shown."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from services.scoring.application.context import Causation, ScoringContext
from services.scoring.domain.facts import of_use
from shared.events import CircleOpened, Event, PartnersFound, WarningRaised, WatchFired

E = TypeVar("E", bound=Event)


async def publish_once(
    context: ScoringContext, kind: type[E], by_key: Mapping[str, E], cause: Causation
) -> list[E]:
    """Claim ``by_key`` by key and return what is to be published now.

    What was claimed before comes as it was kept then, so the facts are read again.
    """
    events = await context.store.claims.once(kind, by_key, cause.name, again=cause.again)
    return [event for event in events if await _may_be_shown(context, event)] if cause.again else events


async def _may_be_shown(context: ScoringContext, event: Event) -> bool:
    match event:
        case WarningRaised() | WatchFired():
            about = event.brief.solution.id
            tried = [(about, attempt.city) for attempt in event.brief.implementations]
            return await _are_public(context, [(about, None), *tried]) and (
                isinstance(event, WatchFired) or await _is_of_use(context, event.need.id)
            )
        case CircleOpened():
            lessons = (event.own, *event.others)
            return await _are_public(context, [(lesson.solution, lesson.city) for lesson in lessons])
        case PartnersFound():
            needs = await context.store.needs.many((event.first.need, event.second.need))
            return all(need.counts for need in needs.values())
        case _:
            return True


async def _are_public(context: ScoringContext, shown_solutions: Sequence[tuple[str, str | None]]) -> bool:
    """Whether anybody may see these solutions, each with a city's attempt at it where a city is named."""
    solutions = await context.store.solutions.many(solution for solution, _ in shown_solutions)
    attempts = await context.store.implementations.many(
        f"{solution}|{city}" for solution, city in shown_solutions if city
    )
    shown = await context.store.public([*attempts.values()])
    return len(shown) == len(attempts) and all(
        solution_record.counts for solution_record in solutions.values()
    )


async def _is_of_use(context: ScoringContext, need: str) -> bool:
    record = await context.store.needs.get(need)
    return record is None or of_use(record)
