"""What the pipeline and its floor are loaded with, and how it is heard what became of it."""

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

from citiesshare.local.temporary_queue import own_queue
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


def letter(number: int) -> OutgoingMessage:
    """A solution of Tampere with what Kraków needs; each is a new one."""
    topic = {"scheme": "CPV", "id": "60100000"}
    said = {
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
    return _letter(events.SolutionSubmitted, f"bench-{number}", json.dumps(said).encode())


def setting() -> list[OutgoingMessage]:
    """Two cities and the need of one of them."""
    cities = [
        CityProfile(id="634963", name="Tampere", country="FI", population=260_000),
        CityProfile(id="3094802", name="Kraków", country="PL", population=800_000),
    ]
    topics = Solution.model_validate_json(letter(0).body).topics
    need = Need(id="bench-need", city="3094802", title="Quiet nights, free streets", topics=topics)
    described = [_letter(events.CityDescribed, city.id, city.model_dump_json().encode()) for city in cities]
    return [*described, _letter(events.NeedSubmitted, need.id, need.model_dump_json().encode())]


def _letter(kind: type[events.Event], name: str, body: bytes) -> OutgoingMessage:
    return OutgoingMessage(kind.key, name, SOURCE, kind.message_type(), body)


@dataclass(frozen=True)
class Publisher:
    """One connection of a publisher; ``queue`` names where the floor begins, None the system's own intake."""

    exchange: aio_pika.abc.AbstractExchange
    account: str
    queue: str | None

    async def send(self, letters: Sequence[OutgoingMessage]) -> None:
        """Publish all, confirms in flight together."""
        await asyncio.gather(*(self._send(message) for message in letters))

    async def _send(self, message: OutgoingMessage) -> None:
        published = amqp_message(message.body, message.headers, self.account)
        await self.exchange.publish(published, self.queue or message.key)


@asynccontextmanager
async def publishing(url: str, queue: str | None = None) -> AsyncIterator[Publisher]:
    """A publisher that stays connected, as publishers do."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = channel.default_exchange if queue else await channel.get_exchange(IN, ensure=False)
        yield Publisher(exchange, unquote(urlsplit(url).username or "guest"), queue)


@dataclass
class Ear:
    """When a solution was heard to be scored, and when the relay took its letter: seconds of the clock."""

    scored: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, message: AbstractIncomingMessage) -> None:
        """Note the moment of what the services say, and of what the floor ends with.

        Of a letter counts the relay's "250", by the clock of who heard it: what is kept and said of that
        afterwards nobody waits for.
        """
        said = json.loads(message.body)
        if message.exchange == DONE:
            self.accepted.setdefault(said["id"], float(str(message.headers[ACCEPTED])))
        elif message.routing_key == "letter.sent":
            self.accepted.setdefault(said["solution"], datetime.fromisoformat(said["at"]).timestamp())
        else:
            self.scored.setdefault(said["solution"], time.time())
        self.news.set()

    async def until(self, ids: Sequence[str]) -> None:
        """Wait until all ``ids`` were accepted, or patience ends: the rest counts as lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self.accepted.keys() >= set(ids):
                    self.news.clear()
                    await self.news.wait()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Ear]:
    """An ear at the broker, which hears the end of the floor, too."""
    ear = Ear()
    async with own_queue(url, ("solution.scored", "letter.sent"), ear.hear) as queue:
        await queue.bind(await queue.channel.declare_exchange(DONE, ExchangeType.FANOUT))
        yield ear


@dataclass(frozen=True)
class Flow:
    """Messages/s where all came at once, and how many of them were lost."""

    per_second: float
    lost: int


@dataclass(frozen=True)
class Wait:
    """Milliseconds from publish, one letter at a time; to the score only where there is one."""

    scored_p50: float | None
    scored_p99: float | None
    letter_p50: float
    letter_p99: float
    lost: int


async def saturate(ear: Ear, publisher: Publisher, letters: Sequence[OutgoingMessage]) -> Flow:
    """Publish all at once and count until the last one arrives."""
    began = time.time()
    await publisher.send(letters)
    await ear.until([one.id for one in letters])
    arrived = [ear.accepted[one.id] for one in letters if one.id in ear.accepted]
    lasted = max(arrived, default=began) - began
    return Flow(len(arrived) / lasted if arrived else 0.0, len(letters) - len(arrived))


async def trickle(ear: Ear, publisher: Publisher, letters: Sequence[OutgoingMessage]) -> Wait:
    """Publish the next one when the letter of the last was accepted: nothing waits behind another."""
    began: dict[str, float] = {}
    for one in letters:
        began[one.id] = time.time()
        await publisher.send([one])
        await ear.until([one.id])
        await asyncio.sleep(PAUSE)
    took = [1000 * (ear.accepted[name] - at) for name, at in began.items() if name in ear.accepted]
    scored = [1000 * (ear.scored[name] - at) for name, at in began.items() if name in ear.scored]
    return Wait(
        quantile(scored, 50) if scored else None,
        quantile(scored, 99) if scored else None,
        quantile(took, 50),
        quantile(took, 99),
        len(letters) - len(took),
    )


def quantile(values: Sequence[float], percent: int) -> float:
    """The ``percent``-th percentile; NaN of nothing."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
