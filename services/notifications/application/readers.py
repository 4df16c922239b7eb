"""Who reads letters in a city now, whatever a letter is about."""

from datetime import date

from services.notifications.application.repositories import OfficialRepository
from services.notifications.domain.officials import Kind, Official, Role
from services.notifications.domain.preferences import wants_kind
from services.notifications.domain.recipients import one_per_address, why_not_anything


class Readers:
    """Finds officials who may get letters."""

    def __init__(self, officials: OfficialRepository) -> None:
        self._officials = officials

    async def all(self, city: str, today: date, kind: Kind | None = None) -> list[Official]:
        """Return everybody in ``city`` who reads letters now, once each.

        Who holds several posts is written to by one where this ``kind`` of letter is not switched off.
        """
        officials = await self.present(city, today)
        if kind is None:
            return one_per_address(officials)
        return one_per_address(sorted(officials, key=lambda official: not wants_kind(official, kind)))

    async def leads(self, city: str, today: date) -> list[Official]:
        """Return those who lead in ``city``, and whoever stands in for one of them."""
        officials = await self.present(city, today)
        return one_per_address(
            official for official in officials if official.role in {Role.LEAD, Role.DEPUTY}
        )

    async def present(self, city: str, today: date) -> list[Official]:
        """Return all posts in ``city`` whose holders read letters now; deputies while theirs is away."""
        officials = await self._officials.of_city(city)
        away = frozenset(official.id for official in officials if official.away(today))
        return [official for official in officials if why_not_anything(official, city, today, away) is None]
