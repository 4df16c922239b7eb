"""A solution as a city may be told of it."""

from datetime import datetime

from services.notifications.application.repositories import NotificationRepositories
from shared.facts import Solution


async def told_solution(
    store: NotificationRepositories, solution: str, city: str, now: datetime
) -> Solution | None:
    """Return a solution; None where it is not known, or ``city`` may not be told of it."""
    known = await store.records.solution(solution)
    if known is None or await store.records.hidden([f"solution|{solution}"], city, now):
        return None
    return known.solution
