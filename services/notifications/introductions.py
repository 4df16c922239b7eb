"""Readers who said yes are introduced to those in other cities who did: nobody learns of anybody before."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.notifications.domain.letters import Letter
from services.notifications.domain.meetings import Meeting, Yes, introductions
from services.notifications.domain.models import Official
from services.notifications.kinds.read import read_letter
from shared.mongo import ASCENDING, Database, IndexModel, keep_once


class Introductions:
    """Who said yes to which meeting, and the letters that follow when others have."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._agreed, self._send = database, database["agreed"], send

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._database.ensure_indexes("agreed", [IndexModel([("about", ASCENDING)], name="about")])

    async def agree(self, letter: Letter) -> None:
        """Keep a yes once, and introduce those who said it. Saying it again mends a crash.

        Raises ``ValueError`` where the letter introduces nobody.
        """
        if not isinstance(letter, Meeting):
            raise ValueError(f"letter {letter.id} introduces nobody")  # noqa: TRY004 - the page answers 422
        about, reader = f"{letter.kind}|{letter.about}", letter.official
        said = {"about": about, "letter": letter.model_dump(mode="json"), "at": datetime.now(UTC)}
        await keep_once(self._agreed, {"_id": f"{about}|{reader}", "official": reader, **said})
        for each in introductions(await self._yeses(about), reader):
            await self._send(each)

    async def _yeses(self, about: str) -> list[Yes]:
        """Everybody who said yes and still holds the post, in the order they did."""
        said = sorted(await self._agreed.find({"about": about}).to_list(None), key=_order)
        ids = [one["official"] for one in said]
        found = await self._database["officials"].find({"_id": {"$in": ids}}).to_list(None)
        known = {one["_id"]: Official.model_validate(one) for one in found if one["status"] != "left"}
        return [
            Yes(letter, known[one["official"]], one["at"])
            for one in said
            if one["official"] in known and isinstance(letter := read_letter(one["letter"]), Meeting)
        ]


def _order(one: Mapping[str, Any]) -> tuple[datetime, str]:
    return one["at"], str(one["_id"])
