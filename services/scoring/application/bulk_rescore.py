"""Scoring many solutions in the background: in chunks, resumable, and the same on every replica.

A score is a pure function of its facts and each is written by one conditional write, so replicas may do the
same work at the same time: whoever comes second finds it done.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import structlog

from services.scoring import metrics
from services.scoring.application.context import ScoringContext
from services.scoring.application.score import make, rescore, scored
from services.scoring.domain.facts import as_new, prior_revision
from services.scoring.domain.score_changes import changes, moved
from services.scoring.domain.scores import Score
from shared.events import AreaPrior, Assessment, SolutionScored

log = structlog.get_logger()
CHUNK = 100
TOLD_EVERY = 5_000


class Progress(NamedTuple):
    """How far a walk over all solutions has come: the last id, how many were looked at, and rescored."""

    last: str
    seen: int
    rescored: int


async def solutions_after(
    context: ScoringContext, last: str = "", size: int = CHUNK
) -> AsyncIterator[list[str]]:
    """All solutions in order of id, some at a time, after ``last``."""
    while some := await context.store.solutions.keys_after(last, size):
        yield some
        last = some[-1]


async def complete(context: ScoringContext) -> AsyncIterator[SolutionScored]:
    """Score whatever has no score under the framework in force, or one with an older prior of its area.

    Each score is made and kept, because it names what it was made with; only those whose numbers moved are
    said. Begun anew it goes on where it stopped: what is done is not behind any more.
    """
    progress = Progress("", 0, 0)
    async for some in solutions_after(context):
        behind = await _behind(context, some)
        async for score in _scored(context, behind):
            event = scored(score)
            if event is not None and (score.before is None or moved(score.before, event.assessment)):
                yield event
        progress = Progress(some[-1], progress.seen + len(some), progress.rescored + len(behind))
        if progress.seen % TOLD_EVERY == 0:
            log.info("scores_recomputed", **progress._asdict(), framework=context.framework.version)
    if progress.rescored:
        log.info("scores_complete", **progress._asdict(), framework=context.framework.version)


async def _behind(context: ScoringContext, solutions: Sequence[str]) -> list[str]:
    bases = await context.store.scores.bases(solutions)
    priors = context.store.priors
    return [
        solution
        for solution in solutions
        if solution not in bases
        or not as_new(prior_revision(priors.of(bases[solution].topics)), bases[solution].facts)
    ]


async def rescore_all(
    context: ScoringContext,
    night: datetime | None = None,
    last: str = "",
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Score all solutions anew where a fact or the ``night`` is newer; ``last`` takes up an earlier walk."""
    progress = Progress(last, 0, 0)
    async for some in solutions_after(context, last):
        done = [score async for score in _scored(context, some, night)]
        progress = Progress(some[-1], progress.seen + len(some), progress.rescored + len(done))
        tell(progress)
    return progress


async def _scored(
    context: ScoringContext, solutions: Sequence[str], night: datetime | None = None
) -> AsyncIterator[Score]:
    """Score each of these solutions that counts, and yield what is new; others get their turn in between."""
    stored = await context.store.scores.stored(solutions)
    for dossier in await context.store.dossiers(solutions):
        if not dossier.solution.counts:
            continue
        before = stored[dossier.solution.fact.id]
        score = await rescore(context, dossier, night, before)
        if before.score is None or before.score.revision != score.revision:
            metrics.RESCORED.labels(context.framework.version).inc()
            yield score


class Replayed(NamedTuple):
    """What became of one score when it was computed again; ``differs`` says where, if it did."""

    solution: str
    framework: str
    state: str
    differs: tuple[str, ...] = ()


async def replay(context: ScoringContext) -> AsyncIterator[Replayed]:
    """Compute every stored score again from its facts, and compare the bytes.

    A score whose facts have moved on meanwhile is ``superseded``: facts are kept in their newest revision.
    """
    last = ""
    while some := await context.store.scores.solutions_after(last, CHUNK):
        for solution in some:
            stored = await context.store.scores.get(solution)
            if stored is not None and stored.assessment is not None:
                yield await _replayed(context, stored, stored.assessment)
        last = some[-1]


async def _replayed(context: ScoringContext, stored: Score, assessment: Assessment) -> Replayed:
    dossier = await context.store.dossier(stored.solution)
    if dossier is not None:
        dossier = replace(dossier, prior=await _frozen(context, assessment.prior))
    if dossier is None or dossier.revisions != stored.facts:
        return Replayed(stored.solution, stored.framework, "superseded")
    again = make(context, dossier, stored.night, context.frameworks.load(stored.framework)).assessment
    if again is not None and again.model_dump_json() == assessment.model_dump_json():
        return Replayed(stored.solution, stored.framework, "same")
    differs = () if again is None else changes(assessment, again)
    return Replayed(stored.solution, stored.framework, "different", differs)


async def _frozen(context: ScoringContext, prior: AreaPrior | None) -> AreaPrior | None:
    """The prior that a score names, as it was frozen."""
    return None if prior is None else await context.store.priors.at(prior.area, prior.day)
