"""The pipeline beside the floor: ``make bench``.

The system: publish ``solution.submitted`` → record → score and match → letter accepted by SMTP, on the
single-machine stack. The floor: three bare aio-pika processes that relay the same bytes with confirms, do as
many store operations of the same kinds per hop, and hand a letter of the same size to the same SMTP server –
with no logic in between. Both in one run, on the same broker and store, so that their ratio is what counts.

    python -m benchmarks.pipeline --messages 300 --replicas 1 --replicas 2
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import aio_pika
from aio_pika import ExchangeType
from rich.console import Console
from rich.table import Table

from benchmarks.floor import DONE, FIRST, HOPS, declare_floor
from deploy.local.ports import Ports, free_block
from deploy.local.stack import Stack, service_environment
from services.notifications.domain.models import Official
from services.notifications.officials import keep
from services.submissions.sender import Letter, send
from shared import events
from shared.facts import CityProfile, Need, Solution
from shared.topology import EVENTS

PAUSE = 0.15
PATIENCE = 300.0


@dataclass
class Result:
    """One row: messages/s when saturated, and milliseconds at low load."""

    what: str
    per_second: float
    scored_p50: float | None
    scored_p99: float | None
    letter_p50: float
    letter_p99: float
    lost: int


def reader(number: int) -> Letter:
    """A solution of Tampere with what Kraków needs; each is a new one."""
    said = {
        "id": f"bench-{number}",
        "city": "634963",
        "title": f"Night deliveries with quiet lorries {number}",
        "summary": "Deliveries between ten and six by quiet vehicles.",
        "topics": [{"scheme": "CPV", "id": "60100000"}],
        "problem": {
            "code": {"scheme": "CPV", "id": "60100000"},
            "statement": "Lorries block the streets by day",
            "service_owner": "Mobility",
            "baseline": {"kpi": "lorries by day", "value": 100, "unit": "a day", "date": "2025-01-01"},
        },
    }
    kind = events.SolutionSubmitted
    body = json.dumps(said).encode()
    return Letter(kind.key, said["id"], "urn:citiesshare:bench", kind.message_type(), body)  # type: ignore[arg-type]


def setting() -> list[Letter]:
    """Two cities and the need of one of them."""
    cities = [
        CityProfile(id="634963", name="Tampere", country="FI", population=260_000),
        CityProfile(id="3094802", name="Kraków", country="PL", population=800_000),
    ]
    topics = Solution.model_validate_json(reader(0).body).topics
    need = Need(id="bench-need", city="3094802", title="Quiet nights, free streets", topics=topics)
    said = [(events.CityDescribed, city) for city in cities] + [(events.NeedSubmitted, need)]
    return [
        Letter(
            kind.key, fact.id, "urn:citiesshare:bench", kind.message_type(), fact.model_dump_json().encode()
        )
        for kind, fact in said
    ]


class Ear:
    """Hears when a solution was scored and when its letter was accepted."""

    def __init__(self) -> None:
        self.scored: dict[str, float] = {}
        self.accepted: dict[str, float] = {}
        self.news = asyncio.Event()

    async def listen(self, url: str) -> aio_pika.abc.AbstractConnection:
        """Bind a queue of its own to what the services say and what the floor ends with."""
        connection = await aio_pika.connect(url)
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EVENTS, "solution.scored")
        await queue.bind(EVENTS, "letter.sent")
        done = await channel.declare_exchange(DONE, ExchangeType.FANOUT)
        await queue.bind(done)
        await queue.consume(self._hear, no_ack=True)
        return connection

    async def _hear(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        now, said = time.perf_counter(), json.loads(message.body)
        if message.exchange == DONE or message.routing_key == "letter.sent":
            self.accepted.setdefault(said.get("solution") or said["id"], now)
        else:
            self.scored.setdefault(said["solution"], now)
        self.news.set()

    async def until(self, ids: Sequence[str]) -> None:
        """Wait until all ``ids`` were accepted, or patience ends: the rest counts as lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self.accepted.keys() >= set(ids):
                    self.news.clear()
                    await self.news.wait()


async def measure(
    what: str, url: str, letters: Sequence[Letter], slow: Sequence[Letter], *, floor: bool
) -> Result:
    """Saturate with ``letters``, then trickle ``slow`` one by one."""
    ear = Ear()
    connection = await ear.listen(url)
    began = time.perf_counter()
    await _publish(url, letters, floor=floor)
    await ear.until([letter.id for letter in letters])
    last = max((ear.accepted[one.id] for one in letters if one.id in ear.accepted), default=began)
    started: dict[str, float] = {}
    for letter in slow:
        started[letter.id] = time.perf_counter()
        await _publish(url, [letter], floor=floor)
        await asyncio.sleep(PAUSE)
    await ear.until(list(started))
    await connection.close()
    took = [1000 * (ear.accepted[name] - at) for name, at in started.items() if name in ear.accepted]
    scored = [1000 * (ear.scored[name] - at) for name, at in started.items() if name in ear.scored]
    lost = sum(letter.id not in ear.accepted for letter in (*letters, *slow))
    return Result(
        what,
        (len(letters) - lost) / (last - began),
        _quantile(scored, 50) if scored else None,
        _quantile(scored, 99) if scored else None,
        _quantile(took, 50),
        _quantile(took, 99),
        lost,
    )


async def _publish(url: str, letters: Sequence[Letter], *, floor: bool) -> None:
    if not floor:
        await send(url, _each(letters))
        return
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        messages = [letter.message() for letter in letters]
        await asyncio.gather(*(channel.default_exchange.publish(one, FIRST) for one in messages))


async def _each(letters: Sequence[Letter]) -> AsyncIterator[Letter]:
    for letter in letters:
        yield letter


def _quantile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def run_floor(stack: Stack, messages: int, slow: int) -> Result:
    """The three bare hops, each a process of its own."""
    await declare_floor(stack.ports.amqp_url)
    environment = {**os.environ, **service_environment(stack, "notifications")}
    hops = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.floor", str(hop), env=environment, start_new_session=True
        )
        for hop in range(len(HOPS))
    ]
    await asyncio.sleep(3)
    letters = [reader(number) for number in range(900_000, 900_000 + messages + slow)]
    try:
        return await measure(
            "floor", stack.ports.amqp_url, letters[:messages], letters[messages:], floor=True
        )
    finally:
        for hop in hops:
            hop.send_signal(signal.SIGTERM)
            await hop.wait()


async def run_system(stack: Stack, replicas: int, messages: int, slow: int, first: int) -> Result:
    """The three services, with ``replicas`` of scoring."""
    letters = [reader(number) for number in range(first, first + messages + slow)]
    what = f"system, {replicas} scoring"
    return await measure(what, stack.ports.amqp_url, letters[:messages], letters[messages:], floor=False)


async def bench(messages: int, slow: int, replicas: Sequence[int]) -> list[Result]:
    """Run the floor and the system with each number of scoring replicas on one stack."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="citiesshare-bench-") as folder:
        stack = Stack(Path(folder), Ports(free_block(27600)), {"PREFETCH": "64", "LOG_LEVEL": "warning"})
        try:
            await stack.start()
            official = Official(
                id="bench", name="Reader", email="reader@example.org", city="3094802", post="Lead",
                status="active", cadence="instant", quiet=None, thresholds={"min_fit": 0},
            )  # fmt: skip
            await keep(stack.ports.mongo_url, [official])
            await send(stack.ports.amqp_url, _each(setting()))
            await asyncio.sleep(3)
            await run_system(stack, 1, 20, 2, 500_000)  # warm
            for number, count in enumerate(replicas):
                await stack.scale("scoring", count)
                results.append(await run_system(stack, count, messages, slow, 10_000 * (number + 1)))
            await stack.scale("scoring", 1)
            results.append(await run_floor(stack, messages, slow))
        finally:
            await stack.stop()
    return results


def show(results: Sequence[Result]) -> None:
    """Print a table, then one JSON object."""
    floor = results[-1]
    table = Table("what", "msg/s", "of the floor", "scored p50/p99 ms", "letter p50/p99 ms", "lost")
    for one in results:
        scored = "–" if one.scored_p50 is None else f"{one.scored_p50:.0f} / {one.scored_p99:.0f}"
        ratio = one.per_second / floor.per_second
        letter = f"{one.letter_p50:.0f} / {one.letter_p99:.0f}"
        table.add_row(one.what, f"{one.per_second:.1f}", f"{ratio:.2f}", scored, letter, str(one.lost))
    Console().print(table)
    ratios = {one.what: one.per_second / floor.per_second for one in results}
    print(json.dumps({"results": [asdict(one) for one in results], "of_the_floor": ratios}))


def main() -> None:
    """Parse the options, run, show."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--messages", type=int, default=300, help="published at once")
    options.add_argument("--slow", type=int, default=60, help="published one by one")
    options.add_argument("--replicas", type=int, action="append", help="scoring replicas; repeat for more")
    given = options.parse_args()
    show(asyncio.run(bench(given.messages, given.slow, given.replicas or [1, 2, 4])))


if __name__ == "__main__":
    main()
