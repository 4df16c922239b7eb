"""The load of the pipeline and its baseline, and measuring when results arrive."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika import ExchangeType
from aio_pika.abc import AbstractIncomingMessage

from citiesshare.local.temporary_queue import temporary_queue
from services.submissions.adapters.amqp_sender import amqp_message
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.facts import CityProfile, Need, Solution
from shared.messaging.topology import IN

PATIENCE = 300.0
PAUSE = 0.05
SOURCE = "urn:citiesshare:bench"
DONE = "floor.done"
ACCEPTED = "accepted"


def submission(number: int) -> OutgoingMessage:
    """Return the submission of a new solution of Tampere that matches the need of Kraków."""
    topic = {"scheme": "CPV", "id": "60100000"}
    data = {
        "id": f"bench-{number}",
        "city": "634963",
        "title": f"Night deliveries with quiet lorries {number}",
        "summary": "Deliveries between ten and six by quiet vehicles.",
        "topics": [topic],
        "problem": {
            "code": topic,
            "statement": "Lorries block the streets by day",
            "service_owner": "Mobility",
            "baseline": {"kpi": "lorries by day", "value": 100, "unit": "a day", "date": "2025-01-01"},
        },
    }
    return _message(events.SolutionSubmitted, f"bench-{number}", json.dumps(data).encode())


def cities_and_need() -> list[OutgoingMessage]:
    """Return the messages of two cities and of the need of one of them."""
    cities = [
        CityProfile(id="634963", name="Tampere", country="FI", population=260_000),
        CityProfile(id="3094802", name="Kraków", country="PL", population=800_000),
    ]
    topics = Solution.model_validate_json(submission(0).body).topics
    need = Need(id="bench-need", city="3094802", title="Quiet nights, free streets", topics=topics)
    described = [_message(events.CityDescribed, city.id, city.model_dump_json().encode()) for city in cities]
    return [*described, _message(events.NeedSubmitted, need.id, need.model_dump_json().encode())]


def _message(kind: type[events.Event], name: str, body: bytes) -> OutgoingMessage:
    return OutgoingMessage(kind.key, name, SOURCE, kind.message_type(), body)


@dataclass(frozen=True)
class Publisher:
    """One connection of a publisher; ``queue`` is the first queue of the baseline, None the real system."""

    exchange: aio_pika.abc.AbstractExchange
    account: str
    queue: str | None

    async def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Publish all messages concurrently and wait for the confirms."""
        await asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: OutgoingMessage) -> None:
        published = amqp_message(message.body, message.headers, self.account)
        await self.exchange.publish(published, self.queue or message.key)


@asynccontextmanager
async def publishing(url: str, queue: str | None = None) -> AsyncIterator[Publisher]:
    """Open a publisher that stays connected."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = channel.default_exchange if queue else await channel.get_exchange(IN, ensure=False)
        yield Publisher(exchange, unquote(urlsplit(url).username or "guest"), queue)


@dataclass
class LatencyProbe:
    """When each solution was scored and its letter accepted by the relay: Unix time in seconds, by id."""

    scored: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, float] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def on_message(self, message: AbstractIncomingMessage) -> None:
        """Record the time of an event of the services or of the end of the baseline.

        For a letter it is the time of the relay's reply "250", taken by the process that sent it, and not
        that of the event, which is published later.
        """
        data = json.loads(message.body)
        if message.exchange == DONE:
            self.accepted.setdefault(data["id"], float(str(message.headers[ACCEPTED])))
        elif message.routing_key == "letter.sent":
            self.accepted.setdefault(data["solution"], datetime.fromisoformat(data["at"]).timestamp())
        else:
            self.scored.setdefault(data["solution"], time.time())
        self.changed.set()

    async def until(self, ids: Sequence[str]) -> None:
        """Wait until all ``ids`` were accepted, at most ``PATIENCE`` seconds; the others count as lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self.accepted.keys() >= set(ids):
                    self.changed.clear()
                    await self.changed.wait()


@asynccontextmanager
async def latency_probe(url: str) -> AsyncIterator[LatencyProbe]:
    """Open a probe that consumes the services' events and the messages at the end of the baseline."""
    probe = LatencyProbe()
    async with temporary_queue(url, ("solution.scored", "letter.sent"), probe.on_message) as queue:
        await queue.bind(await queue.channel.declare_exchange(DONE, ExchangeType.FANOUT))
        yield probe


@dataclass(frozen=True)
class Flow:
    """Messages per second when all are published at once, and how many of them were lost."""

    per_second: float
    lost: int


@dataclass(frozen=True)
class Wait:
    """Milliseconds from publishing to the score (None in the baseline) and to the letter, one at a time."""

    scored_p50: float | None
    scored_p99: float | None
    letter_p50: float
    letter_p99: float
    lost: int


async def saturate(probe: LatencyProbe, publisher: Publisher, messages: Sequence[OutgoingMessage]) -> Flow:
    """Publish all at once and measure until the last letter is accepted."""
    began = time.time()
    await publisher.send(messages)
    await probe.until([message.id for message in messages])
    arrived = [probe.accepted[message.id] for message in messages if message.id in probe.accepted]
    lasted = max(arrived, default=began) - began
    return Flow(len(arrived) / lasted if arrived else 0.0, len(messages) - len(arrived))


async def trickle(probe: LatencyProbe, publisher: Publisher, messages: Sequence[OutgoingMessage]) -> Wait:
    """Publish each message after the letter of the previous one was accepted, so that no message queues."""
    began: dict[str, float] = {}
    for message in messages:
        began[message.id] = time.time()
        await publisher.send([message])
        await probe.until([message.id])
        await asyncio.sleep(PAUSE)
    milliseconds = [
        1000 * (probe.accepted[name] - at) for name, at in began.items() if name in probe.accepted
    ]
    scored = [1000 * (probe.scored[name] - at) for name, at in began.items() if name in probe.scored]
    return Wait(
        quantile(scored, 50) if scored else None,
        quantile(scored, 99) if scored else None,
        quantile(milliseconds, 50),
        quantile(milliseconds, 99),
        len(messages) - len(milliseconds),
    )


def quantile(values: Sequence[float], percent: int) -> float:
    """Return the ``percent``-th percentile; NaN of an empty sequence."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
