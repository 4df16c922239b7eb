"""The claim check: data that are not in the message but where its ``dataref`` leads, if it may lead there."""

from dataclasses import dataclass

import httpx

from services.submissions.deposit import Deposit
from shared.errors import Retry
from shared.events import Complaint

FETCH_SECONDS = 30.0


class Unclaimed(Exception):
    """The data cannot be had; ``complaint`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.complaint = Complaint(path="dataref", message=message[:500])


@dataclass(frozen=True)
class Claim:
    """Fetches what a dataref leads to: our own deposit (``own`` is its address), or an allowed store."""

    deposit: Deposit
    own: str
    prefixes: tuple[str, ...]
    most: int

    async def fetch(self, dataref: str) -> bytes:
        """Return the bytes behind ``dataref``; raises Unclaimed, or Retry where a store is away."""
        if dataref.startswith(self.own):
            return await self._deposited(dataref)
        if not any(dataref.startswith(prefix) for prefix in self.prefixes):
            raise Unclaimed(f"a dataref may only lead to {', '.join((self.own, *self.prefixes))}")
        return await self._fetched(dataref)

    async def settle(self, dataref: str) -> None:
        """The data were taken: forget what was deposited with us."""
        if dataref.startswith(self.own):
            await self.deposit.clear(dataref.removeprefix(self.own))

    async def _deposited(self, dataref: str) -> bytes:
        data = await self.deposit.take(dataref.removeprefix(self.own))
        if data is None:
            raise Unclaimed("nothing is deposited there (any more): deposit it again")
        return data

    async def _fetched(self, dataref: str) -> bytes:
        client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=FETCH_SECONDS)
        try:
            async with client, client.stream("GET", dataref) as answer:
                if answer.status_code >= 500:
                    raise Retry(f"the store of a dataref answers {answer.status_code}")
                if answer.status_code != 200:
                    raise Unclaimed(f"the store answers {answer.status_code}: only 200 is read")
                return await self._limited(answer)
        except httpx.InvalidURL:
            raise Unclaimed("the dataref is no address") from None
        except httpx.TransportError as error:
            raise Retry(f"the store of a dataref is away: {error!r}"[:300]) from error

    async def _limited(self, answer: httpx.Response) -> bytes:
        data = bytearray()
        async for chunk in answer.aiter_bytes():
            data += chunk
            if len(data) > self.most:
                raise Unclaimed(f"more than {self.most} bytes: send parts")
        return bytes(data)
