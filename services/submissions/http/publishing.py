"""What a request needs: its publisher, its limits, its body, and the way of an event to the broker."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from fastapi import Request
from starlette.exceptions import HTTPException

from services.submissions.application.assessing import ReportAssessor
from services.submissions.application.auth import BY_ID
from services.submissions.application.claim_check import ClaimCheck
from services.submissions.application.outgoing_message import InputPublisher
from services.submissions.application.rate_limits import PublisherRateLimits
from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.application.visible_records import viewer_for
from services.submissions.domain.publishers import Publisher, owner_of, parse_api_key
from services.submissions.domain.validation import routing_key
from shared.json_limits import LARGEST_MESSAGE
from shared.messaging import cloudevents
from shared.messaging.cloudevents import RawEvent
from shared.messaging.retry import ACCOUNT
from shared.store.token_buckets import Charge
from shared.visibility import PUBLIC, Viewer

CLAIM_ABOVE = 65_536
ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="citiesshare"'}


@dataclass(frozen=True)
class ApiContext:
    """What publishes to the input exchange, the store, the claim check, and the assessor of reports."""

    input: InputPublisher
    repositories: SubmissionRepositories
    claim: ClaimCheck
    reports: ReportAssessor
    open_doors: bool = False

    @property
    def rate_limits(self) -> PublisherRateLimits:
        """What publishers may send."""
        return self.repositories.rate_limits

    async def charge(self, publisher: Publisher | None, **costs: int) -> Charge:
        """Charge ``publisher`` for what it sends; raises 429 with the seconds after which it can be taken."""
        charge = await self.rate_limits.charge(publisher, **costs)
        if charge.wait:
            over = " and ".join(
                f"{has.per_minute} {kind}" for kind, has in charge.allowances.items() if has.refused
            )
            headers = {**charge.headers(), "Retry-After": str(charge.wait)}
            raise HTTPException(429, f"More than {over} a minute: send it in {charge.wait} seconds", headers)
        return charge

    async def caller(self, request: Request) -> Publisher | None:
        """Return who asks, and charge one message for it; raises 401 or 429."""
        publisher = await self.publisher_of(request)
        await self.charge(publisher, messages=1)
        return publisher

    async def viewer(self, request: Request) -> Viewer:
        """Return what the caller may see: with a key what is its own, too; raises 401 for a wrong key."""
        keyed = "authorization" in request.headers
        return viewer_for(await self.publisher_of(request)) if keyed else PUBLIC

    async def publisher_of(self, request: Request) -> Publisher | None:
        """Return who calls, None where the doors are open; raises 401."""
        given = request.headers.get("authorization", "")
        if given.lower().startswith("bearer "):
            key = parse_api_key(given[7:])
            publisher = await self.repositories.publishers.by_key(key, datetime.now(UTC)) if key else None
            if publisher is None:
                raise HTTPException(401, "This key is not known, or has ended", ASK_FOR_KEY)
            return publisher
        if not self.open_doors:
            raise HTTPException(401, "Send a key: Authorization: Bearer csk_…", ASK_FOR_KEY)
        return None

    async def publish(self, letter: RawEvent, publisher: Publisher | None) -> None:
        """Publish one event to the input exchange, as publishers over AMQP do: one way in to test and replay.

        Our own account vouches for the publisher; data of more than 64 KiB wait in the deposit.
        """
        envelope, data = letter.envelope, letter.data
        if len(data) > CLAIM_ABOVE:
            digest = await self.repositories.blobs.put(owner_of(publisher), data, datetime.now(UTC))
            envelope = envelope.model_copy(update={"dataref": self.claim.own + digest})
            data = b""
        headers = cloudevents.binary_headers(envelope.model_dump(mode="json"))
        if publisher:
            headers[ACCOUNT] = BY_ID + publisher.id
        await self.input.publish(routing_key(envelope.type), headers, data)


async def body_of(request: Request) -> bytes:
    """Return the body, which is in memory once; raises 413 for more than the one limit."""
    body = BytesIO()
    async for chunk in chunks_of(request):
        body.write(chunk)
    return body.getvalue()


async def chunks_of(request: Request, most: int = LARGEST_MESSAGE) -> AsyncIterator[bytes]:
    """Give the body as it comes, counted in ``request.state.size``; raises 413 above ``most`` bytes."""
    request.state.size = 0
    async for chunk in request.stream():
        request.state.size += len(chunk)
        if request.state.size > most:
            raise HTTPException(413, f"More than {most} bytes: send parts")
        yield chunk
