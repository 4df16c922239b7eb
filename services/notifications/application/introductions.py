"""Readers who said yes are introduced to those in other cities who did: nobody learns of anybody before."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.notifications.domain.introductions import Meeting, Yes, introductions
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.link_access import same_holder, written_to_one_person
from services.notifications.domain.officials import Official
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once

AGREEING = frozenset({"active", "paused"})


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
        await self._keep({"_id": f"{about}|{reader}", "official": reader, **said}, letter)
        for each in introductions(await self._yeses(about), reader):
            await self._send(each)

    async def _keep(self, said: dict[str, Any], letter: Meeting) -> None:
        """Keep a yes once; it takes the place of one that an earlier holder of the post had said."""
        if await keep_once(self._agreed, said):
            return
        there = await self._agreed.find_one({"_id": said["_id"]})
        if there and not written_to_one_person(read_letter(there["letter"]), letter):
            await self._agreed.replace_one({"_id": said["_id"], "at": there["at"]}, said)

    async def _yeses(self, about: str) -> list[Yes]:
        """Everybody who said yes and still holds the post, in the order they did.

        Who holds the post of somebody else who said yes has agreed to nothing.
        """
        said = sorted(await self._agreed.find({"about": about}).to_list(None), key=_order)
        ids = [one["official"] for one in said]
        found = await self._database["officials"].find({"_id": {"$in": ids}}).to_list(None)
        known = {one["_id"]: Official.model_validate(one) for one in found if one["status"] in AGREEING}
        yeses = ((read_letter(one["letter"]), known.get(one["official"]), one["at"]) for one in said)
        return [
            Yes(letter, official, at)
            for letter, official, at in yeses
            if isinstance(letter, Meeting) and official is not None and same_holder(letter, official)
        ]


def _order(one: Mapping[str, Any]) -> tuple[datetime, str]:
    return one["at"], str(one["_id"])
