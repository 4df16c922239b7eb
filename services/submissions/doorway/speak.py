"""Who is at the door, and how what they say reaches the broker."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aio_pika import DeliveryMode, Message
from fastapi import Request
from starlette.exceptions import HTTPException

from services.submissions.accounts import read_key
from services.submissions.callers import BY_ID
from services.submissions.claim import Claim
from services.submissions.domain.intake import routing_key
from services.submissions.domain.speaking import Publisher
from services.submissions.doorway.pace import Pace
from services.submissions.kept import Kept
from services.submissions.visible import viewer_for
from shared.cloudevents import Letterbox
from shared.edge import Edge
from shared.parking import ACCOUNT, CONFIRM_SECONDS
from shared.topology import IN
from shared.visibility import PUBLIC, Viewer

CLAIM_ABOVE = 65_536
OPEN_PER_MINUTE = 60_000
ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="citiesshare"'}


@dataclass(frozen=True)
class Doorway:
    """The broker's edge, what the service keeps, and the pace of each publisher."""

    edge: Edge
    kept: Kept
    claim: Claim
    open_doors: bool = False
    pace: Pace = field(default_factory=Pace)

    async def caller(self, request: Request, cost: int = 1) -> Publisher | None:
        """Return who calls, None where the doors are open; raises 401, or 429 for who calls too often."""
        publisher = await self._publisher(request)
        name = publisher.id if publisher else "anonymous"
        allowed = publisher.per_minute if publisher else OPEN_PER_MINUTE
        if wait := self.pace.take(name, allowed, time.monotonic(), cost):
            raise HTTPException(
                429, f"More than {allowed} a minute: try again later", {"Retry-After": str(wait)}
            )
        return publisher

    async def viewer(self, request: Request) -> Viewer:
        """Return what the caller may see: with a key what is its own, too; raises 401 for a wrong key."""
        keyed = "authorization" in request.headers
        return viewer_for(await self._publisher(request)) if keyed else PUBLIC

    async def _publisher(self, request: Request) -> Publisher | None:
        given = request.headers.get("authorization", "")
        if given.lower().startswith("bearer "):
            key = read_key(given[7:])
            publisher = await self.kept.accounts.by_key(key, datetime.now(UTC)) if key else None
            if publisher is None:
                raise HTTPException(401, "This key is not known, or has ended", ASK_FOR_KEY)
            return publisher
        if not self.open_doors:
            raise HTTPException(401, "Send a key: Authorization: Bearer csk_…", ASK_FOR_KEY)
        return None

    async def publish(self, letter: Letterbox, publisher: Publisher | None) -> None:
        """Put one event on the exchange where everybody speaks: one way in to test, secure and replay.

        Our own account vouches for the publisher; data of more than 64 KiB wait in the deposit.
        """
        envelope, data = letter.envelope, letter.data
        if len(data) > CLAIM_ABOVE:
            digest = await self.kept.deposit.put(data, datetime.now(UTC))
            envelope = envelope.model_copy(update={"dataref": self.claim.own + digest})
            data = b""
        headers: dict[str, Any] = {
            f"ce-{name}": value
            for name, value in {**envelope.model_dump(mode="json"), "specversion": "1.0"}.items()
            if value is not None
        }
        if publisher:
            headers[ACCOUNT] = BY_ID + publisher.id
        await send(self.edge, routing_key(envelope.type), headers, data)


async def send(edge: Edge, key: str, headers: dict[str, Any], data: bytes) -> None:
    """Publish as ourselves to the exchange where everybody speaks, persistent and confirmed."""
    message = Message(
        data,
        headers=headers,
        content_type="application/json",
        message_id=uuid4().hex,
        correlation_id=uuid4().hex,
        timestamp=datetime.now(UTC),
        user_id=edge.account,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    exchange = await (await edge.channel()).get_exchange(IN, ensure=False)
    await exchange.publish(message, key, mandatory=True, timeout=CONFIRM_SECONDS)


async def body_of(request: Request, most: int) -> bytes:
    """Return the body, read no further than ``most`` bytes; raises 413."""
    announced = request.headers.get("content-length", "0")
    body = bytearray()
    if not announced.isdigit() or int(announced) <= most:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                break
        else:
            return bytes(body)
    raise HTTPException(413, f"More than {most} bytes: send parts, or deposit the data at /v1/data")
