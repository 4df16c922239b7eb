"""Two cities that both said yes are introduced: each reads whom to ask in the other, nobody before."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.kinds import partners
from services.notifications.kinds.partners import Partners
from shared.events import PartnersFound
from shared.mongo import ASCENDING, Database, IndexModel, keep_once


class Introductions:
    """Who said yes to whom, and the letters that follow when both sides have."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._agreed, self._send = database, database["agreed"], send

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._database.ensure_indexes("agreed", [IndexModel([("pair", ASCENDING)], name="pair")])

    async def agree(self, letter: Letter) -> None:
        """Keep a yes once; where the other city said it too, introduce them. Saying it again mends a crash.

        Raises ``ValueError`` where the letter introduces nobody.
        """
        if not isinstance(letter, Partners):
            raise ValueError(f"letter {letter.id} introduces nobody")  # noqa: TRY004 - the page answers 422
        pair = _found(letter, datetime.now(UTC)).identity
        said = {"pair": pair, "official": letter.official, "city": letter.city, "at": datetime.now(UTC)}
        await keep_once(self._agreed, {"_id": letter.id, **said})
        yeses = sorted(await self._agreed.find({"pair": pair}).to_list(None), key=_order)
        if len({one["city"] for one in yeses}) > 1:
            await self._introduce(_found(letter, yeses[-1]["at"]), yeses)

    async def _introduce(self, event: PartnersFound, yeses: Sequence[Mapping[str, Any]]) -> None:
        ids = [one["official"] for one in yeses]
        found = await self._database["officials"].find({"_id": {"$in": ids}}).to_list(None)
        known = {one["_id"]: Official.model_validate(one) for one in found}
        willing = [known[one] for one in ids if one in known]
        for official in willing:
            met = next((one for one in willing if one.city != official.city), None)
            if met is not None:
                await self._send(partners.write(event, official, met))


def _found(letter: Partners, at: datetime) -> PartnersFound:
    """The finding an introduction was written from, as of ``at``."""
    topics = (letter.topic,) if letter.topic else ()
    return PartnersFound(
        first=letter.own, second=letter.other, similarity=letter.similarity, topics=topics, found=at
    )


def _order(one: Mapping[str, Any]) -> tuple[datetime, str]:
    return one["at"], str(one["_id"])
