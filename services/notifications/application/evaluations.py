"""Assigning evaluators, their notes and recommendations, and what a city decides on these."""

from datetime import datetime
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.desk.evaluations import (
    EvaluatorNotes,
    EvidenceDecision,
    Recommendation,
    SolutionEvaluation,
    assigned,
    may_evaluate,
    study_of,
    takes_evidence,
    with_study,
)
from services.notifications.domain.desk.records import by_id
from services.notifications.domain.desk.sessions import holder_of
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from shared.events import SolutionSubmitted
from shared.facts import Solution, Study


class EvaluationLine(NamedTuple):
    """An evaluation with the name of the evaluator's city and of the solution, as the reader may see it."""

    evaluation: SolutionEvaluation
    city_name: str
    title: LocalizedText
    visible: bool


class Evaluations:
    """Reads and changes evaluations; whether the official may was asked before."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def solution(self, solution: str, official: Official, now: datetime) -> Solution | None:
        """Return a solution that ``official`` may see: of the own city, or a public one."""
        known = await self._store.records.solution(solution)
        if known is None or known.state == "withdrawn":
            return None
        own = known.solution.city == official.city
        return known.solution if own or known.is_public_on(now.date()) else None

    async def of_solution(self, solution: str, official: Official, now: datetime) -> list[EvaluationLine]:
        """Return all evaluations of a solution, the oldest first."""
        found = await self._store.evaluations.of_solution(solution)
        return [await self._line(one, official, now) for one in found]

    async def mine(self, official: Official, now: datetime) -> list[EvaluationLine]:
        """Return what ``official`` is asked to judge; nothing of who held the post before."""
        found = await self._store.evaluations.of_official(official.id)
        mine = [one for one in found if one.is_of(official) and one.open]
        return [await self._line(one, official, now) for one in mine]

    async def to_decide(self, official: Official, now: datetime) -> list[EvaluationLine]:
        """Return the recommendations that wait for the city of ``official``."""
        found = await self._store.evaluations.of_owner(official.city)
        return [await self._line(one, official, now) for one in found if one.waits]

    async def own(self, evaluation: str, official: Official) -> SolutionEvaluation | None:
        """Return an evaluation that ``official`` was asked for and that has not ended."""
        found = await self._store.evaluations.find(evaluation)
        return found if found and found.is_of(official) and found.open else None

    async def evaluators(self, official: Official) -> list[Official]:
        """Return the posts of the own city that can be asked."""
        return [one for one in await self._store.officials.of_city(official.city) if may_evaluate(one)]

    async def at_address(self, address: str) -> Official | None:
        """Return who has one post at ``address`` and can be asked; only operators look for addresses."""
        found = [one for one in await self._store.officials.find_by_address(address) if may_evaluate(one)]
        return found[0] if len(found) == 1 else None

    async def assign(
        self, solution: Solution, evaluator: Official, by: Official, at: datetime, *, by_operator: bool
    ) -> None:
        """Ask ``evaluator`` to judge ``solution``; who is asked already is not asked again."""
        new = assigned(solution.id, solution.city, evaluator, by, at, by_operator=by_operator)
        if await self._store.evaluations.add(new):
            return
        before = await self._store.evaluations.find(new.id)
        if before and not before.open:
            await self._store.evaluations.replace(before, before.again(by.post, at), at)

    async def end(self, evaluation: SolutionEvaluation, at: datetime) -> None:
        """End an evaluation, and delete the notes of its evaluator."""
        if evaluation.open:
            await self._store.evaluations.replace(evaluation, evaluation.ended_at(at), at)
        await self._store.evaluator_notes.remove(evaluation.id)

    async def notes(self, evaluation: SolutionEvaluation, official: Official) -> EvaluatorNotes:
        """Return the own notes of ``official``; empty ones where there are none."""
        holder = holder_of(official)
        found = await self._store.evaluator_notes.find(evaluation.id, official.id, holder)
        return found or EvaluatorNotes(evaluation=evaluation.id, official=official.id, holder=holder)

    async def save_notes(self, notes: EvaluatorNotes, text: str, version: int, at: datetime) -> bool:
        """Store ``text`` over version ``version``; False where they were saved elsewhere meanwhile."""
        if notes.text == text:
            return True
        if notes.version != version:
            return False
        saved = notes.model_copy(update={"text": text, "version": notes.version + 1, "at": at})
        return await self._store.evaluator_notes.save(saved)

    async def recommend(self, evaluation: SolutionEvaluation, recommendation: Recommendation) -> bool:
        """Store what the evaluator recommends; False where it changed meanwhile."""
        after = evaluation.recommended(recommendation)
        return await self._store.evaluations.replace(evaluation, after, recommendation.at)

    async def takes_evidence(self, evaluation: SolutionEvaluation) -> bool:
        """Return whether its own city can take evidence into the solution as it is recorded."""
        record = await self._store.city_records.find("solution", evaluation.solution)
        return record is not None and takes_evidence(record)

    async def message(self, evaluation: SolutionEvaluation) -> SolutionSubmitted | None:
        """Return what its own city says where it accepts the recommendation; None for nothing new."""
        study = await self._study(evaluation)
        record = await self._store.city_records.find("solution", evaluation.solution)
        return with_study(record, study) if study and record else None

    async def decide(self, evaluation: SolutionEvaluation, decision: EvidenceDecision) -> bool:
        """Store what the city decided; False where it changed meanwhile."""
        return await self._store.evaluations.replace(evaluation, evaluation.decided(decision), decision.at)

    async def _study(self, evaluation: SolutionEvaluation) -> Study | None:
        return study_of(evaluation, await self._store.city_name(evaluation.city))

    async def _line(
        self, evaluation: SolutionEvaluation, official: Official, now: datetime
    ) -> EvaluationLine:
        solution = await self.solution(evaluation.solution, official, now)
        title = title_for(solution, official.speaks()) if solution else by_id(evaluation.solution)
        name = await self._store.city_name(evaluation.city)
        return EvaluationLine(evaluation, name, title, solution is not None)
