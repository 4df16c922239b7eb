"""What a city is asked about a solution that it took over: the indicators that its source measured."""

from datetime import datetime

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.told_solution import told_solution
from shared.facts import Adoption, Kpi


class EffectQueries:
    """Reads the sources of adoptions."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def indicators(self, adoption: Adoption, city: str, now: datetime) -> tuple[Kpi, ...]:
        """Return the KPIs of the source, where ``city`` may be told of it; none where it has none."""
        source = await told_solution(self._store, adoption.parent, city, now) if adoption.parent else None
        return tuple({kpi.name: kpi for kpi in source.kpis}.values()) if source else ()

    async def adoption(self, record: str, city: str) -> Adoption | None:
        """Return the adoption ``<solution>|<city>`` of ``city``, where its effect can be judged."""
        found = await self._store.city_records.find("adoption", record)
        fact = found.fact if found and found.city == city and found.state != "withdrawn" else None
        return fact if isinstance(fact, Adoption) and fact.parent is not None else None
