"""What a city is asked about a solution that it took over: the indicators that its source measured."""

from datetime import datetime

from services.notifications.application.repositories import NotificationRepositories
from shared.facts import Adoption, Kpi


class EffectQueries:
    """Reads the sources of adoptions."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def indicators(self, adoption: Adoption, city: str, now: datetime) -> tuple[Kpi, ...]:
        """Return the KPIs of the source, where ``city`` may be told of it; none where it has none."""
        source = await self._store.records.solution(adoption.parent) if adoption.parent else None
        if source is None:
            return ()
        if await self._store.records.hidden([f"solution|{source.solution.id}"], city, now):
            return ()
        return tuple({kpi.name: kpi for kpi in source.solution.kpis}.values())

    async def adoption(self, record: str, city: str) -> Adoption | None:
        """Return the adoption ``<solution>|<city>`` of ``city``, where its effect can be judged."""
        found = await self._store.city_records.find("adoption", record)
        fact = found.fact if found and found.city == city and found.state != "withdrawn" else None
        return fact if isinstance(fact, Adoption) and fact.parent is not None else None
