"""Ways in by mail: a page takes the request down, the background answers it, whoever asked.

The page does the same for every address, known or not: it counts, and keeps the request. What an address is
known for is looked up later, so that neither the answer nor its time says whose addresses we have.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256

from services.notifications.adapters.mongo.officials import OfficialsRepository
from services.notifications.domain.addresses import normal_address
from services.notifications.domain.letters import account, confirmation
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once
from shared.store.rate_limits import RateLimit, RateLimits

PER_CLIENT = (RateLimit("sign_in_client", 20, 3600),)
PER_ADDRESS = (RateLimit("sign_in_hour", 3, 3600), RateLimit("sign_in_day", 10, 86_400))
LONGEST_ADDRESS = 254
AT_ONCE = 200


class SignIn:
    """Requests for sign-in links, limited per client and per address over all replicas."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._requests = database, database["sign_in_requests"]
        self._officials, self._limits, self._send = OfficialsRepository(database), RateLimits(database), send

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._limits.prepare()
        await self._database.ensure_indexes("sign_in_requests", [IndexModel([("at", ASCENDING)], name="at")])

    async def ask(self, address: str, client: str, now: datetime) -> bool:
        """Take a request down; returns ``False`` where ``client`` has asked too often, whatever the address.

        What one address gets is limited too, but whoever asks does not learn of it.
        """
        if not await self._limits.allow(PER_CLIENT, client, now):
            return False
        normal = normal_address(address[:LONGEST_ADDRESS])
        wanted = await self._limits.allow(PER_ADDRESS, normal, now)
        key = sha256(f"{normal}|{wanted}".encode()).hexdigest()
        # What is over the limit is written like the rest, so that it takes as long; nothing answers it.
        await keep_once(self._requests, {"_id": key, "address": normal if wanted else "", "at": now})
        return True

    async def answer(self) -> int:
        """Mail a link to those who asked and are officials; returns to how many posts."""
        asked = await self._requests.find({}).sort("at", ASCENDING).limit(AT_ONCE).to_list(None)
        sent = 0
        for request in asked:
            for official in await self._officials.find_by_address(request["address"]):
                if official.status != "left":
                    await self._send(way_in(official, request["at"]))
                    sent += 1
            await self._requests.delete_one({"_id": request["_id"], "at": request["at"]})
        return sent


def way_in(official: Official, asked: datetime) -> Letter:
    """The mail that lets an official in; one who has not confirmed the address is asked for that again."""
    if official.status == "pending":
        return confirmation.write(official, asked)
    return account.write(official, "sign_in", asked)
