"""A relay in a process of its own that misbehaves by a seeded die, and writes down what it took.

    python -m tests.component.bad_relay FILE SEED

Prints its port. Each line of FILE is the Message-ID of a letter it took, written before it answers.
"""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# How often, of a hundred letters: the rest is taken and said so.
FAULTS = {"put off": 6, "refuse": 2, "hang up before": 2, "hang up after": 2, "stall": 1}
STALL_SECONDS = 3.0


class BadRelay:
    """Takes a letter and says so, or does one of FAULTS."""

    def __init__(self, file: Path, seed: int) -> None:
        self._file, self._die = file, random.Random(seed)

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        rest = 100 - sum(FAULTS.values())
        (does,) = self._die.choices([*FAULTS, "take"], [*FAULTS.values(), rest])
        if does == "put off":
            return "451 4.7.1 later"
        if does == "refuse":
            return "554 5.7.1 never"
        if does == "hang up before":
            return _hang_up(server)
        self._take(envelope.original_content or b"")
        if does == "hang up after":
            return _hang_up(server)
        if does == "stall":
            await asyncio.sleep(STALL_SECONDS)
        return "250 2.0.0 taken"

    def _take(self, message: bytes) -> None:
        name = next(line for line in message.splitlines() if line.lower().startswith(b"message-id:"))
        with self._file.open("ab") as taken:
            taken.write(name.split(b":", 1)[1].strip() + b"\n")


def _hang_up(server: SMTP) -> str:
    transport: Any = server.transport
    transport.abort()
    return ""


async def main(file: str, seed: str) -> None:
    relay = BadRelay(Path(file), int(seed))
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(relay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
