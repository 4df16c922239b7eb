"""Matches as scorecards show them: as far as the city may be told of them now."""

import asyncio
from datetime import UTC, datetime

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import MatchCard
from services.notifications.domain.hidden_attempts import attempt_keys, brief_without, match_without
from services.notifications.domain.recipients import Recipients
from shared.events import Match, SolutionMatched

MOST_ALTERNATIVES = 3
MOST_COUNTED = 500


class MatchCards:
    """Stores matches, and finds them without what is hidden now."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def save(self, event: SolutionMatched, match: Match, recipients: Recipients) -> None:
        """Store what a scorecard shows and who was considered; to be called before any letter goes out."""
        await asyncio.gather(
            self._store.match_cards.save(MatchCard(event.brief, match), datetime.now(UTC)),
            self._store.considered.save(event, match, recipients),
        )

    async def find(self, solution: str, city: str) -> MatchCard | None:
        """Return the newest match of a solution with a city, as far as that city may be told of it now."""
        card = await self._store.match_cards.find(solution, city)
        return await self._visible(card) if card else None

    async def cities_that_plan(self, solution: str, city: str) -> int:
        """Return how many cities other than ``city`` have a public need that the solution fits.

        Only so many are counted as are read; nothing is told of which they are.
        """
        cards = await self._store.match_cards.of_solution(solution, MOST_COUNTED)
        others = {card.match.city: f"need|{card.match.need}" for card in cards if card.match.city != city}
        hidden = await self._store.records.hidden(others.values(), "", datetime.now(UTC))
        return sum(need not in hidden for need in others.values())

    async def alternatives(self, card: MatchCard) -> list[MatchCard]:
        """Return up to three other solutions matched to the same need, in the order of their ids."""
        others = await self._store.match_cards.same_need(card)
        visible = [await self._visible(other) for other in others]
        return [other for other in visible if other is not None][:MOST_ALTERNATIVES]

    async def _visible(self, card: MatchCard) -> MatchCard | None:
        """The card without attempts that may not be told of; None where the solution may not be."""
        brief, match = card
        solution = f"solution|{brief.solution.id}"
        keys = (solution, *attempt_keys(brief))
        hidden = await self._store.records.hidden(keys, match.city, datetime.now(UTC))
        if solution in hidden:
            return None
        return MatchCard(brief_without(brief, hidden), match_without(match, brief, hidden))
