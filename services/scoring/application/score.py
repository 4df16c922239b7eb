"""A score from all facts about a solution: made where something is new, kept where nobody knows more."""

from datetime import datetime

from services.scoring import metrics
from services.scoring.application.context import ScoringContext
from services.scoring.domain.assessment import assess
from services.scoring.domain.codes.cpv_tree import topic_tags
from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Framework
from services.scoring.domain.score_changes import changes, material, sentences
from services.scoring.domain.scores import Score, ScoreCard, StoredScores
from services.scoring.domain.track_record import FAILED
from shared.events import Assessment, SolutionScored


async def rescore(
    context: ScoringContext,
    dossier: Dossier,
    night: datetime | None = None,
    stored: StoredScores | None = None,
) -> Score:
    """Score a solution anew and keep that; a score made from as new facts stands.

    ``night`` is an explicit day to score as of, for what falls overdue by silence; it never goes back.
    ``stored`` is what was kept of it, where that was read just now.
    """
    scores, solution = context.store.scores, dossier.solution.fact.id
    before = stored or (await scores.stored([solution]))[solution]
    if before.score is not None:
        night = max((day for day in (night, before.score.night) if day is not None), default=None)
        if before.score.knows(dossier.revisions, night):
            return before.score
    new = make(context, dossier, night)
    if new.assessment is not None:
        metrics.scored(new.assessment.as_of)
    return await scores.keep(new, before)


def make(
    context: ScoringContext, dossier: Dossier, night: datetime | None, framework: Framework | None = None
) -> Score:
    """The score of a dossier; one without assessment where the solution must not be seen."""
    used = framework or context.framework
    solution = dossier.solution.fact
    assessment = None
    if dossier.solution.counts:
        now = as_of(dossier, night)
        assessment = assess(solution, dossier.attempts, used, now, peers=dossier.peers, prior=dossier.prior)
    return Score(
        solution=solution.id,
        framework=used.version,
        revision=1,
        facts=dossier.revisions,
        night=night,
        card=None if assessment is None else card(context, dossier, assessment),
        assessment=assessment,
    )


def as_of(dossier: Dossier, night: datetime | None) -> datetime:
    """The newest word among the facts, or the explicit day where that is later."""
    return dossier.as_of if night is None else max(dossier.as_of, night)


def card(context: ScoringContext, dossier: Dossier, assessment: Assessment) -> ScoreCard:
    """What the solution is found by."""
    solution = dossier.solution.fact
    home = dossier.cities.get(solution.city)
    outcomes = {attempt.outcome for attempt in dossier.attempts}
    return ScoreCard(
        title=solution.title,
        city=solution.city,
        country=home.fact.country if home and home.counts else None,
        language=solution.language,
        topics=tuple(sorted({f"{topic.scheme}:{topic.id}" for topic in solution.topics})),
        tags=tuple(sorted(set(topic_tags(context.analyzer.tree, solution.topics)))),
        outcomes=tuple(sorted(outcomes)),
        failed=bool(outcomes & FAILED),
        band=assessment.band,
        evaluation=assessment.evaluation.value,
        risk=assessment.risk.value,
        learning=assessment.learning,
    )


def scored(score: Score) -> SolutionScored | None:
    """What there is to say of a score: what changed and why; nothing of one that must not be seen."""
    if score.assessment is None:
        return None
    before = score.before
    return SolutionScored(
        solution=score.solution,
        revision=score.revision,
        assessment=score.assessment,
        material=before is None or material(before, score.assessment),
        changes=() if before is None else changes(before, score.assessment),
        sentences=() if before is None else sentences(before, score.assessment),
    )
