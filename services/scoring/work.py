"""What follows from a new fact: a score, and the matches to tell."""

from collections.abc import Mapping, Sequence

from services.scoring import metrics
from services.scoring.domain.assessment import assess
from services.scoring.domain.changes import changes, material
from services.scoring.domain.facts import Dossier, Known
from services.scoring.domain.matching.limits import Limits
from services.scoring.domain.meeting import meet
from services.scoring.domain.settings import Framework
from services.scoring.domain.telling import Occasion, Told, tell
from services.scoring.memory import Memory
from services.scoring.store import Store
from shared.events import Brief, Event, Match, SolutionMatched, SolutionScored
from shared.facts import Need


class Work:
    """Scores and matches, on the store and this replica's memory."""

    def __init__(self, store: Store, memory: Memory, framework: Framework, per_message: int) -> None:
        self.store, self.memory, self.framework = store, memory, framework
        self.per_message = per_message

    async def rescore(self, solution: str) -> Sequence[Event]:
        """Score a solution anew and match it with all standing needs; nothing while it may not be seen."""
        dossier = await self.store.dossier(solution)
        if dossier is None or not dossier.solution.counts:
            return ()
        scored = await self._score(dossier)
        await self.memory.refresh()
        fact = dossier.solution.fact
        hits = self.memory.needs.match(fact, Limits(moment=dossier.as_of, city=fact.city, cost=fact.cost))
        fits = {hit.need_id: hit.fit for hit in hits if hit.fit >= self.framework.fit.gate}
        return (scored, *await self._match(dossier, scored.revision, fits))

    async def rematch(self, known: Known[Need]) -> Sequence[Event]:
        """Match one need with all solutions that answer it."""
        city = await self.store.cities.get(known.fact.city)
        await self.memory.refresh()
        answers = self.memory.solutions.match(known.fact, city.fact if city else None)
        said: list[Event] = []
        for answer in answers:
            if answer.fit >= self.framework.fit.gate:
                said += await self._match_known(answer.solution_id, known.fact.id, answer.fit)
        return said

    async def _match_known(self, solution: str, need: str, fit: float) -> Sequence[Event]:
        score = await self.store.score(solution)
        dossier = await self.store.dossier(solution)
        if score is None or dossier is None or not dossier.solution.counts:
            return ()
        return await self._match(dossier, int(score["revision"]), {need: fit})

    async def _score(self, dossier: Dossier) -> SolutionScored:
        fact = dossier.solution.fact
        assessment = assess(fact, dossier.attempts, self.framework, dossier.as_of, peers=dossier.peers)
        token = f"{dossier.token}|{self.framework.version}"
        revision, before = await self.store.keep_score(fact.id, assessment, token)
        metrics.scored(dossier.as_of)
        return SolutionScored(
            solution=fact.id,
            revision=revision,
            assessment=assessment,
            material=before is None or material(before, assessment),
            changes=() if before is None else changes(before, assessment),
        )

    async def _match(
        self, dossier: Dossier, revision: int, fits: Mapping[str, float]
    ) -> Sequence[SolutionMatched]:
        needs = await self.store.needs.many(fits)
        cities = await self.store.cities.many({known.fact.city for known in needs.values()})
        told = await self.store.told(dossier.solution.fact.id, needs)
        said: dict[Occasion, list[Match]] = {"new": [], "update": []}
        for key, known in sorted(needs.items(), key=lambda item: (-fits[item[0]], item[0])):
            city = cities.get(known.fact.city)
            if city is None or known.fact.city == dossier.solution.fact.city:
                continue
            match = meet(dossier, known.fact, city.fact, fits[key], self.framework)
            token = f"{revision}|{known.revision}|{city.revision}"
            telling = await self._tell(dossier, match, token, told.get(key))
            if telling is not None:
                said[telling.occasion].append(match)
        return [
            *self._say(dossier, revision, "new", said["new"]),
            *self._say(dossier, revision, "update", said["update"]),
        ]

    async def _tell(self, dossier: Dossier, match: Match, token: str, before: Told | None) -> Told | None:
        telling = tell(dossier.solution.fact.id, match, token, before)
        if telling is None or telling is before:
            return telling
        return telling if await self.store.keep_told(telling, before) else None

    def _say(
        self, dossier: Dossier, revision: int, occasion: Occasion, matches: Sequence[Match]
    ) -> list[SolutionMatched]:
        size = self.per_message
        chunks = [matches[start : start + size] for start in range(0, len(matches), size)]
        return [
            SolutionMatched(
                revision=revision,
                brief=brief(dossier),
                matches=tuple(chunk),
                chunk=number,
                chunks=len(chunks),
                occasion=occasion,
                matched=dossier.as_of,
            )
            for number, chunk in enumerate(chunks, 1)
        ]


def brief(dossier: Dossier) -> Brief:
    """What a letter needs to know about the solution."""
    return Brief(
        solution=dossier.solution.fact,
        city_name=dossier.name_of(dossier.solution.fact.city),
        implementations=dossier.attempts,
        city_names={city: profile.name for city, profile in dossier.peers.items()},
    )
