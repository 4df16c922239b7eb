"""Rendering and sending letters in one process, compared with sending the same bytes with aiosmtplib alone.

    python -m benchmarks.letters [--letters 300] [--json FILE]

The relay is another process that accepts everything. Three methods run in turn, batch times; the best run of
each counts, because other load on the machine only makes it slower. ``hand over`` is the mailer with rendered
messages, ``render and hand over`` the complete processing without a store. CPU seconds are those of this
process only; ``CPU ms`` are CPU milliseconds per letter, by stage. Latency is from a match to the relay's
reply "250" for each letter, at half of the reached rate.
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
    """Serve a minimal SMTP session that accepts and discards everything, so that it is not the limit."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
    writer.close()


def letters(many: int) -> list[Letter]:
    """Return alerts to ``many`` officials, in all languages in turn."""
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
    """Send the same bytes with aiosmtplib alone, over as many connections."""

    async def share(first: int) -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for message in messages[first::CONNECTIONS]:
                await client.sendmail("b@bounce.example.org", ["reader@example.org"], message)

    await asyncio.gather(*(share(first) for first in range(CONNECTIONS)))


async def hand_over(batch: list[Letter], messages: list[bytes], port: int) -> None:
    """Send rendered messages with the mailer."""
    async with mailer(port) as sending:
        await asyncio.gather(
            *(
                sending.hand_over(parcel(letter, message))
                for letter, message in zip(batch, messages, strict=True)
            )
        )


async def render_and_hand_over(batch: list[Letter], _: list[bytes], port: int) -> None:
    """Render and send letters, without a store."""
    async with mailer(port) as sending:
        await asyncio.gather(*(whole(sending, letter) for letter in batch))


async def whole(sending: SmtpMailer, letter: Letter) -> None:
    """Render and send one letter."""
    await sending.hand_over(parcel(letter, render(letter, SENDER)))


async def latencies(batch: list[Letter], port: int, per_second: float) -> list[float]:
    """Return the milliseconds from a match to the relay's reply of each letter, at a constant rate."""
    milliseconds: list[float] = []

    async def send(letter: Letter, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        alert_letter = alert.write(matched(), match(), official().model_copy(update={"id": letter.official}))
        await whole(sending, alert_letter)
        milliseconds.append(1000 * (time.perf_counter() - at))

    async with mailer(port) as sending:
        start = time.perf_counter() + 0.1
        await asyncio.gather(*(send(letter, start + n / per_second) for n, letter in enumerate(batch)))
    return milliseconds


@asynccontextmanager
async def mailer(port: int) -> AsyncIterator[SmtpMailer]:
    """Open a mailer with its connection pool, without rate limits."""
    pool = SmtpPool(RelaySettings(port=port, starttls=False, connections=CONNECTIONS))
    yield SmtpMailer(pool, DomainPacing(1e9, 0))
    await pool.close()


def parcel(letter: Letter, message: bytes) -> OutgoingMail:
    """Return the input of the mailer for a letter."""
    return OutgoingMail(letter.id, SENDER.envelope_from(letter), letter.to, message)


async def rate(way: Way, batch: list[Letter], messages: list[bytes], port: int) -> tuple[float, float]:
    """Return letters per second, and letters per CPU second of this process."""
    start, worked = time.perf_counter(), time.process_time()
    await way(batch, messages, port)
    return len(batch) / (time.perf_counter() - start), len(batch) / (time.process_time() - worked)


def stages(batch: list[Letter]) -> dict[str, float]:
    """Return CPU milliseconds per letter, and of the stages of its rendering; the best of ``ROUNDS`` runs."""
    html = {letter.id: put_into_words(letter, SENDER).html for letter in batch}
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
            for letter in batch:
                part(letter)
            best[name] = min(best[name], 1000 * (time.process_time() - worked) / len(batch))
    return {f"CPU ms, {name}": round(value, 2) for name, value in best.items()}


@asynccontextmanager
async def relay() -> AsyncIterator[int]:
    """Run the relay in another process; yields its port."""
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
    """Run the relay until killed; prints its port."""
    server = await asyncio.start_server(swallow, "127.0.0.1", 0, limit=1_000_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def measure(many: int) -> dict[str, float]:
    """Return all results: letters per second, ratios, milliseconds."""
    batch = letters(many)
    messages = [render(letter, SENDER) for letter in batch]
    ways: dict[str, Way] = {
        "bare": bare,
        "hand over": hand_over,
        "render and hand over": render_and_hand_over,
    }
    best = dict.fromkeys(ways, (0.0, 0.0))
    async with relay() as port:
        for _ in range(ROUNDS):
            for name, way in ways.items():
                wall, cpu = await rate(way, batch, messages, port)
                best[name] = (max(best[name][0], wall), max(best[name][1], cpu))
        milliseconds = await latencies(batch, port, best["render and hand over"][0] / 2)
    cuts = statistics.quantiles(milliseconds, n=100)
    return {
        **{f"{name}, letters/s": round(wall, 1) for name, (wall, _) in best.items()},
        **{f"{name}, letters per CPU second": round(cpu, 1) for name, (_, cpu) in best.items()},
        "hand over / bare": round(best["hand over"][0] / best["bare"][0], 2),
        "hand over / bare, by CPU": round(best["hand over"][1] / best["bare"][1], 2),
        **stages(batch),
        "bytes of a letter": round(statistics.mean(map(len, messages))),
        "match to accepted, p50 ms": round(cuts[49], 1),
        "match to accepted, p99 ms": round(cuts[98], 1),
    }


def main() -> None:
    """Measure and print a table; write JSON with ``--json``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=300)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--sink", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sink:
        asyncio.run(sink())
        return
    figures = asyncio.run(measure(options.letters))
    print("| what | figure |\n|---|---|")
    print("\n".join(f"| {name} | {value} |" for name, value in figures.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
