"""Sign-in links by mail: a page takes the request, the background answers it, whoever asked.

The page does the same for every address, known or not: it counts, and stores the request. What an address is
known for is looked up later, so that neither the answer nor its time tells whose addresses are known.
"""

from datetime import UTC, datetime
from hashlib import sha256

from services.notifications.application.ports import SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import SignInRequest
from services.notifications.domain.addresses import normal_address
from services.notifications.domain.letters import account, confirmation
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official
from shared.store.rate_limits import RateLimit

PER_CLIENT = (RateLimit("sign_in_client", 20, 3600),)
PER_ADDRESS = (RateLimit("sign_in_hour", 3, 3600), RateLimit("sign_in_day", 10, 86_400))
LONGEST_ADDRESS = 254
AT_ONCE = 200


class SignIn:
    """Requests for sign-in links, limited per client and per address over all replicas."""

    def __init__(self, store: NotificationRepositories, send: SendLetter) -> None:
        self._store, self._send = store, send

    async def request(self, address: str, client: str, after: str | None = None) -> bool:
        """Take a request; returns ``False`` where ``client`` has asked too often, whatever the address.

        ``after`` is the page of the desk that is opened once the link was used.
        What one address gets is limited too, but whoever asks does not learn of it.
        """
        now, limits = datetime.now(UTC), self._store.rate_limits
        if not await limits.allow(PER_CLIENT, client, now):
            return False
        normal = normal_address(address[:LONGEST_ADDRESS])
        wanted = await limits.allow(PER_ADDRESS, normal, now)
        key = sha256(f"{normal}|{wanted}".encode()).hexdigest()
        # What is over the limit is written like the rest, so that it takes as long; nothing answers it.
        await self._store.sign_in_requests.save(SignInRequest(normal if wanted else "", now, key, after))
        return True

    async def answer(self) -> int:
        """Mail a link to those who asked and are officials; returns to how many posts."""
        sent = 0
        for request in await self._store.sign_in_requests.oldest(AT_ONCE):
            for official in await self._store.officials.find_by_address(request.address):
                if official.status != "left":
                    await self._send(sign_in_letter(official, request.at, request.after))
                    sent += 1
            await self._store.sign_in_requests.remove(request)
        return sent


def sign_in_letter(official: Official, asked: datetime, after: str | None = None) -> Letter:
    """Return the mail with the link; who has not confirmed the address is asked for that again."""
    if official.status == "pending":
        return confirmation.write(official, asked)
    return account.write(official, "sign_in", asked, after)
