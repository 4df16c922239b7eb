"""Fetching what a ``dataref`` leads to, from our own deposit or over HTTP from an allowed store."""

from dataclasses import dataclass

import httpx

from services.submissions.application.claim_check import ClaimCheckError
from services.submissions.application.repositories import BlobStore
from services.submissions.domain.publishers import BlobKey, Caller, owner_of
from shared.errors import RetryableError
from shared.http.bounded_body import bounded_body

FETCH_SECONDS = 30.0


@dataclass(frozen=True)
class DatarefReader:
    """Fetches what a dataref leads to: our own deposit (``own`` is its address), or an allowed store."""

    blobs: BlobStore
    own: str
    prefixes: tuple[str, ...]
    most: int

    async def fetch(self, dataref: str, caller: Caller) -> bytes:
        """Return the bytes behind ``dataref``, of ours those that ``caller`` deposited.

        Raises ClaimCheckError, or RetryableError where a store is away.
        """
        if dataref.startswith(self.own):
            return await self._deposited(self._key(dataref, caller))
        if not any(dataref.startswith(prefix) for prefix in self.prefixes):
            raise ClaimCheckError(f"a dataref may only lead to {', '.join((self.own, *self.prefixes))}")
        return await self._fetched(dataref)

    async def settle(self, dataref: str | None, caller: Caller) -> None:
        """Forget what ``caller`` deposited with us: the message that claims it was taken."""
        if dataref and dataref.startswith(self.own):
            await self.blobs.clear(self._key(dataref, caller))

    def _key(self, dataref: str, caller: Caller) -> BlobKey:
        return BlobKey(owner_of(caller.publisher), dataref.removeprefix(self.own))

    async def _deposited(self, key: BlobKey) -> bytes:
        data = await self.blobs.take(key)
        if data is None:
            raise ClaimCheckError(
                "you have nothing deposited there (any more): deposit it again, then claim it"
            )
        return data

    async def _fetched(self, dataref: str) -> bytes:
        client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=FETCH_SECONDS)
        try:
            async with client, client.stream("GET", dataref) as answer:
                if answer.status_code >= 500:
                    raise RetryableError(f"the store of a dataref answers {answer.status_code}")
                if answer.status_code != 200:
                    raise ClaimCheckError(f"the store answers {answer.status_code}: only 200 is read")
                body = await bounded_body(answer, self.most)
                if body is None:
                    raise ClaimCheckError(f"more than {self.most} bytes: send parts")
                return body
        except httpx.InvalidURL:
            raise ClaimCheckError("the dataref is no address") from None
        except httpx.TransportError as error:
            raise RetryableError(f"the store of a dataref is away: {error!r}"[:300]) from error
