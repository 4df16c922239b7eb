"""Letters rendered and handed over by one process, beside the same bytes sent by bare aiosmtplib, in one run.

    python -m benchmarks.letters [--letters 300] [--json FILE]

The relay is a process of its own that takes everything. Three ways, in turn, several times; the best of each
counts, since a shared machine only ever adds. ``hand over`` is the mailer with messages rendered before,
``render and hand over`` the whole way without a store. CPU seconds of this process do not count what others
do meanwhile; ``CPU ms`` says where they go in a letter.
Latency is from the moment a match is told to the relay's "250", letter by letter, at half the rate reached.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiosmtplib import SMTP
from css_inline import CSSInliner
from pydantic import SecretStr

from services.notifications.adapters.mime import put_into_words, render
from services.notifications.adapters.mime_headers import head
from services.notifications.adapters.smtp import SmtpMailer
from services.notifications.adapters.smtp_pool import DomainPacing, RelaySettings, SmtpPool
from services.notifications.application.ports import OutgoingMail
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters import alert
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.sender import Sender
from services.notifications.samples import match, matched, official

SENDER = Sender(secret=SecretStr("for benchmarks only, long"))
CONNECTIONS, ROUNDS = 4, 3
Way = Callable[[list[Letter], list[bytes], int], Awaitable[None]]


async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Just enough SMTP to take everything and keep nothing: the relay must not be what is measured."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
    writer.close()


def letters(many: int) -> list[Letter]:
    """Alerts to ``many`` officials, in all languages in turn."""
    languages = tuple(LANGUAGES)
    return [
        alert.write(
            matched(),
            match(),
            official().model_copy(
                update={"id": f"reader-{number}", "locale": languages[number % len(languages)]}
            ),
        )
        for number in range(many)
    ]


async def bare(_: list[Letter], messages: list[bytes], port: int) -> None:
    """The same bytes by aiosmtplib alone: as many connections, each with its share."""

    async def share(first: int) -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for message in messages[first::CONNECTIONS]:
                await client.sendmail("b@bounce.example.org", ["reader@example.org"], message)

    await asyncio.gather(*(share(first) for first in range(CONNECTIONS)))


async def hand_over(several: list[Letter], messages: list[bytes], port: int) -> None:
    """The mailer, with messages that were rendered before."""
    async with mailer(port) as sending:
        await asyncio.gather(
            *(
                sending.hand_over(parcel(letter, message))
                for letter, message in zip(several, messages, strict=True)
            )
        )


async def render_and_hand_over(several: list[Letter], _: list[bytes], port: int) -> None:
    """The whole way of a letter, without a store."""
    async with mailer(port) as sending:
        await asyncio.gather(*(whole(sending, letter) for letter in several))


async def whole(sending: SmtpMailer, letter: Letter) -> None:
    """Render one letter and hand it over."""
    await sending.hand_over(parcel(letter, render(letter, SENDER)))


async def latencies(several: list[Letter], port: int, per_second: float) -> list[float]:
    """Milliseconds from a match to the relay's answer, at a steady rate."""
    took: list[float] = []

    async def one(letter: Letter, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        told = alert.write(matched(), match(), official().model_copy(update={"id": letter.official}))
        await whole(sending, told)
        took.append(1000 * (time.perf_counter() - at))

    async with mailer(port) as sending:
        start = time.perf_counter() + 0.1
        await asyncio.gather(*(one(letter, start + n / per_second) for n, letter in enumerate(several)))
    return took


@asynccontextmanager
async def mailer(port: int) -> AsyncIterator[SmtpMailer]:
    """A mailer with its pool, not paced."""
    pool = SmtpPool(RelaySettings(port=port, starttls=False, connections=CONNECTIONS))
    yield SmtpMailer(pool, DomainPacing(1e9, 0))
    await pool.close()


def parcel(letter: Letter, message: bytes) -> OutgoingMail:
    """A letter as the mailer takes it."""
    return OutgoingMail(letter.id, SENDER.envelope_from(letter), letter.to, message)


async def rate(way: Way, several: list[Letter], messages: list[bytes], port: int) -> tuple[float, float]:
    """Letters a second, and letters a second of this process's own CPU time."""
    start, worked = time.perf_counter(), time.process_time()
    await way(several, messages, port)
    return len(several) / (time.perf_counter() - start), len(several) / (time.process_time() - worked)


def stages(several: list[Letter]) -> dict[str, float]:
    """CPU milliseconds of a letter, and of the parts of its rendering; the best of some rounds in turn."""
    html = {letter.id: put_into_words(letter, SENDER).html for letter in several}
    inliner = CSSInliner(load_remote_stylesheets=False)
    parts: dict[str, Callable[[Letter], object]] = {
        "whole letter": lambda letter: render(letter, SENDER),
        "subject, text and HTML": lambda letter: put_into_words(letter, SENDER),
        "of these, style sheets into the HTML": lambda letter: inliner.inline(html[letter.id]),
        "headers": lambda letter: head(letter, SENDER, "82 % · Night-time freight hub → Kraków"),
    }
    best = dict.fromkeys(parts, float("inf"))
    for _ in range(ROUNDS):
        for name, part in parts.items():
            worked = time.process_time()
            for letter in several:
                part(letter)
            best[name] = min(best[name], 1000 * (time.process_time() - worked) / len(several))
    return {f"CPU ms, {name}": round(value, 2) for name, value in best.items()}


@asynccontextmanager
async def relay() -> AsyncIterator[int]:
    """The sink in a process of its own; gives its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.letters", "--sink", stdout=PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


async def sink() -> None:
    """Serve as the relay until killed."""
    server = await asyncio.start_server(swallow, "127.0.0.1", 0, limit=1_000_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def measure(many: int) -> dict[str, float]:
    """All figures: letters a second, their ratios, milliseconds."""
    several = letters(many)
    messages = [render(letter, SENDER) for letter in several]
    ways: dict[str, Way] = {
        "bare": bare,
        "hand over": hand_over,
        "render and hand over": render_and_hand_over,
    }
    best = dict.fromkeys(ways, (0.0, 0.0))
    async with relay() as port:
        for _ in range(ROUNDS):
            for name, way in ways.items():
                wall, cpu = await rate(way, several, messages, port)
                best[name] = (max(best[name][0], wall), max(best[name][1], cpu))
        took = await latencies(several, port, best["render and hand over"][0] / 2)
    cuts = statistics.quantiles(took, n=100)
    return {
        **{f"{name}, letters/s": round(wall, 1) for name, (wall, _) in best.items()},
        **{f"{name}, letters per CPU second": round(cpu, 1) for name, (_, cpu) in best.items()},
        "hand over / bare": round(best["hand over"][0] / best["bare"][0], 2),
        "hand over / bare, by CPU": round(best["hand over"][1] / best["bare"][1], 2),
        **stages(several),
        "bytes of a letter": round(statistics.mean(map(len, messages))),
        "match to accepted, p50 ms": round(cuts[49], 1),
        "match to accepted, p99 ms": round(cuts[98], 1),
    }


def main() -> None:
    """Measure and print a table; JSON into a file where asked."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--letters", type=int, default=300)
    options.add_argument("--json", type=Path, help="where to write the figures")
    options.add_argument("--sink", action="store_true", help=argparse.SUPPRESS)
    said = options.parse_args()
    if said.sink:
        asyncio.run(sink())
        return
    figures = asyncio.run(measure(said.letters))
    print("| what | figure |\n|---|---|")
    print("\n".join(f"| {name} | {value} |" for name, value in figures.items()))
    if said.json:
        said.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
