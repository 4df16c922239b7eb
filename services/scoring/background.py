"""Scoring many solutions in the background: in chunks, resumable, and the same on every replica.

A score is a pure function of its facts and each is written by one conditional write, so replicas may do the
same work at the same time: whoever comes second finds it done.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import NamedTuple

from services.scoring import metrics
from services.scoring.domain.changes import changes
from services.scoring.frameworks import load
from services.scoring.rescoring import make, rescore, scored
from services.scoring.room import Room
from services.scoring.scores import Score
from shared.events import Assessment, SolutionScored

CHUNK = 100


class Progress(NamedTuple):
    """How far a walk over all solutions has come: the last id, how many were looked at, and rescored."""

    last: str
    seen: int
    rescored: int


async def solutions_after(room: Room, last: str = "") -> AsyncIterator[list[str]]:
    """All solutions in order of id, some at a time, after ``last``."""
    while some := await room.store.solutions.keys_after(last, CHUNK):
        yield some
        last = some[-1]


async def complete(room: Room) -> AsyncIterator[SolutionScored]:
    """Score whatever has no score under the framework in force, and say so; nothing where all is there."""
    async for some in solutions_after(room):
        there = await room.store.scores.known(some)
        for solution in some:
            if solution not in there and (score := await _score(room, solution, None)) is not None:
                said = scored(score)
                if said is not None:
                    yield said


async def rescore_all(
    room: Room,
    night: datetime | None = None,
    last: str = "",
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Score all solutions anew where a fact or the ``night`` is newer; ``last`` takes up an earlier walk."""
    progress = Progress(last, 0, 0)
    async for some in solutions_after(room, last):
        for solution in some:
            before = (await room.store.scores.standing(solution)).score
            score = await _score(room, solution, night)
            done = score is not None and (before is None or before.revision != score.revision)
            progress = Progress(solution, progress.seen + 1, progress.rescored + done)
        tell(progress)
    return progress


async def _score(room: Room, solution: str, night: datetime | None) -> Score | None:
    dossier = await room.store.dossier(solution)
    if dossier is None or not dossier.solution.counts:
        return None
    metrics.RESCORED.labels(room.framework.version).inc()
    return await rescore(room, dossier, night)


class Replayed(NamedTuple):
    """What became of one score when it was computed again; ``differs`` says where, if it did."""

    solution: str
    framework: str
    state: str
    differs: tuple[str, ...] = ()


async def replay(room: Room) -> AsyncIterator[Replayed]:
    """Compute every stored score again from its facts, and compare the bytes.

    A score whose facts have moved on meanwhile is ``superseded``: facts are kept in their newest revision.
    """
    last = ""
    while some := await room.store.scores.solutions_after(last, CHUNK):
        for solution in some:
            kept = await room.store.scores.get(solution)
            if kept is not None and kept.assessment is not None:
                yield await _replayed(room, kept, kept.assessment)
        last = some[-1]


async def _replayed(room: Room, kept: Score, assessment: Assessment) -> Replayed:
    dossier = await room.store.dossier(kept.solution)
    if dossier is None or dossier.revisions != kept.facts:
        return Replayed(kept.solution, kept.framework, "superseded")
    again = make(room, dossier, kept.night, load(kept.framework)).assessment
    if again is not None and again.model_dump_json() == assessment.model_dump_json():
        return Replayed(kept.solution, kept.framework, "same")
    differs = () if again is None else changes(assessment, again)
    return Replayed(kept.solution, kept.framework, "different", differs)
