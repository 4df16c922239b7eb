"""The handlers of the scoring service: each keeps a fact, then scores and matches what follows from it."""

from collections.abc import Sequence

from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.reactions import New, after_answer, after_city, after_need, after_solution
from services.scoring.application.realised_transfer import predict, predict_for_source
from services.scoring.domain.facts import KnownFact
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    Event,
    MatchAnswered,
    NeedRecorded,
    OutcomeRecorded,
    SolutionRecorded,
)
from shared.messaging.bus import MessageBus
from shared.visibility import embargoed


def register(bus: MessageBus, context: ScoringContext) -> None:
    """Subscribe the handlers to the queues of the service."""

    @bus.subscribe("scoring.solution-recorded")
    async def score_solution(event: SolutionRecorded) -> Sequence[Event]:
        """Score a solution and match it with all standing needs."""
        return await on_solution(context, event)

    @bus.subscribe("scoring.outcome-recorded")
    async def score_outcome(event: OutcomeRecorded) -> Sequence[Event]:
        """Score the solution somebody tried; an outcome that comes before its solution waits in the store."""
        return await on_outcome(context, event)

    @bus.subscribe("scoring.need-recorded")
    async def match_need(event: NeedRecorded) -> Sequence[Event]:
        """Match a need with all solutions that answer it, warn its city, and introduce it to others."""
        return await on_need(context, event)

    @bus.subscribe("scoring.city-recorded")
    async def see_city(event: CityRecorded) -> Sequence[Event]:
        """Match the needs of a city that described itself anew, and score anew what it tried."""
        return await on_city(context, event)

    @bus.subscribe("scoring.adoption-recorded")
    async def keep_adoption(event: AdoptionRecorded) -> None:
        """Keep who took a solution up: a city that has it is not told of it as something new."""
        await on_adoption(context, event)

    @bus.subscribe("scoring.match-answered")
    async def judge_answer(event: MatchAnswered) -> Sequence[Event]:
        """Keep what an official answered; a unit that is missing there changes what the city is told."""
        return await on_answer(context, event)


async def on_solution(context: ScoringContext, event: SolutionRecorded) -> Sequence[Event]:
    """Keep a solution and the attempt of its own city, then score and match it.

    The attempt is kept first: whoever finds the solution, here or in another replica, finds both.
    """
    if event.outcome is not None:
        await _keep_attempt(context, event.outcome)
    words = await context.analyzer.solution(event.solution)
    hidden = embargoed(event.embargo_until, event.recorded.date())
    record = KnownFact(event.solution, event.revision, event.state, event.recorded, hidden)
    new = await context.store.solutions.keep(event.solution.id, record, words)
    if new:
        await predict_for_source(context, event.solution.id)
    just = New(record, words) if new else None
    return await after_solution(context, event.solution.id, cause(event, new=new), just)


async def on_outcome(context: ScoringContext, event: OutcomeRecorded) -> Sequence[Event]:
    """Keep an attempt, then score what was tried; a draft waits for its city's word and changes nothing."""
    new = await _keep_attempt(context, event)
    if event.state == "draft":
        return ()
    return await after_solution(context, event.implementation.solution, cause(event, new=new))


async def _keep_attempt(context: ScoringContext, event: OutcomeRecorded) -> bool:
    """Keep an attempt; return whether it was new."""
    record = KnownFact(event.implementation, event.revision, event.state, event.recorded)
    return await context.store.implementations.keep(event.subject, record)


async def on_need(context: ScoringContext, event: NeedRecorded) -> Sequence[Event]:
    """Keep a need, then match it."""
    words = await context.analyzer.need(event.need)
    record = KnownFact(event.need, event.revision, event.state, event.recorded)
    new = await context.store.needs.keep(event.need.id, record, words)
    if not new:
        record = await context.store.needs.get(event.need.id) or record
    return await after_need(context, record, cause(event, new=new), words if new else None)


async def on_city(context: ScoringContext, event: CityRecorded) -> Sequence[Event]:
    """Keep a city's description, then look anew at all that depends on it."""
    record = KnownFact(event.city, event.revision, event.state, event.recorded)
    new = await context.store.cities.keep(event.city.id, record)
    await context.store.needs.city_changed(event.city.id, event.revision)
    return await after_city(context, event.city.id, cause(event, new=new))


async def on_adoption(context: ScoringContext, event: AdoptionRecorded) -> Sequence[Event]:
    """Keep an adoption and what is predicted of it; no score looks at it until its outcome is reported."""
    record = KnownFact(event.adoption, event.revision, event.state, event.recorded)
    if await context.store.adoptions.keep(event.subject, record):
        await predict(context, [record])
    return ()


async def on_answer(context: ScoringContext, event: MatchAnswered) -> Sequence[Event]:
    """Keep an answer, and tell anew where it names a missing unit."""
    await context.store.answers.keep(event)
    if event.unit is None or event.answer != "not_for_us":
        return ()
    return await after_answer(context, event.solution, event.city, Causation(f"{event.key}|{event.identity}"))


def cause(event: Event, *, new: bool) -> Causation:
    """The message at work; what was kept just now cannot have been delivered before."""
    return Causation(f"{event.key}|{event.identity}", again=not new)
