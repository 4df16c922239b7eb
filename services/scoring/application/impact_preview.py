"""What a version of the framework, a day or new priors would move, told before any score is made."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import nlargest

from services.scoring.application.bulk_rescore import solutions_after
from services.scoring.application.context import ScoringContext
from services.scoring.application.score import as_of
from services.scoring.domain.area_prior import AreaPriors, area_of
from services.scoring.domain.bulk.columns import columns
from services.scoring.domain.bulk.scores import ScoreDelta, score_all, score_deltas
from services.scoring.domain.case import Case, build
from services.scoring.domain.facts import Dossier
from shared.events import Assessment

AT_ONCE = 1_000
SHOWN = 10


@dataclass(slots=True)
class ImpactPreview:
    """Of the scores ``seen``, how many would move, between which bands, and which would move the most."""

    seen: int = 0
    moved: int = 0
    bands: Counter[tuple[str, str]] = field(default_factory=Counter)
    most: list[ScoreDelta] = field(default_factory=list)

    def add(self, seen: int, moved: Sequence[ScoreDelta]) -> None:
        """Take in some more scores."""
        self.seen += seen
        self.moved += len(moved)
        self.bands.update((delta.was, delta.now) for delta in moved if delta.was != delta.now)
        self.most = nlargest(SHOWN, [*self.most, *moved], key=_size)


def _size(move: ScoreDelta) -> tuple[float, str]:
    return max(abs(move.evaluation), abs(move.risk)), move.solution


async def preview_impact(
    context: ScoringContext,
    night: datetime | None = None,
    priors: AreaPriors | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> ImpactPreview:
    """Score everything under the framework of the context, many at once, and compare with what is kept.

    ``priors`` are those to come, else those in force. What has no score under any version is left out.
    """
    preview = ImpactPreview()
    async for some in solutions_after(context, size=AT_ONCE):
        before = await _kept(context, some)
        dossiers = await context.store.dossiers(sorted(before))
        if priors is not None:
            dossiers = [_under(dossier, priors) for dossier in dossiers]
        if dossiers:
            moved = await asyncio.to_thread(_moves, context, dossiers, before, night)
            preview.add(len(dossiers), moved)
        tell(preview.seen)
    return preview


async def _kept(context: ScoringContext, solutions: Sequence[str]) -> dict[str, Assessment]:
    """The assessments that stand under this version, or else the newest under another."""
    stored = await context.store.scores.stored(solutions)
    scores = {name: stored_scores.score or stored_scores.other for name, stored_scores in stored.items()}
    return {
        name: score.assessment
        for name, score in scores.items()
        if score is not None and score.assessment is not None
    }


def _under(dossier: Dossier, priors: AreaPriors) -> Dossier:
    area = area_of(dossier.solution.fact.topics)
    return replace(dossier, prior=None if area is None else priors.get(area))


def _moves(
    context: ScoringContext,
    dossiers: Sequence[Dossier],
    before: dict[str, Assessment],
    night: datetime | None,
) -> list[ScoreDelta]:
    names = [dossier.solution.fact.id for dossier in dossiers]
    cases = [
        _case(context, dossier, night, before[name]) for dossier, name in zip(dossiers, names, strict=True)
    ]
    bulk_scores = score_all(columns(cases, context.framework), context.framework)
    return score_deltas(names, [before[name] for name in names], bulk_scores)


def _case(context: ScoringContext, dossier: Dossier, night: datetime | None, before: Assessment) -> Case:
    now = max(as_of(dossier, night), before.as_of)
    return build(dossier.solution.fact, dossier.attempts, context.framework, now, prior=dossier.prior)
