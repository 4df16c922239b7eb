"""``python -m tests.image``: build the image, and let the sample become letters in its containers."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from citiesshare.local.ports import Ports, free_block
from citiesshare.local.processes import StackError
from citiesshare.local.sample_messages import SAMPLE, sample_messages
from citiesshare.local.stack import SERVICES, Stack
from citiesshare.local.summary import summarise
from citiesshare.local.wait_idle import wait_until_idle
from services.notifications.adapters.officials_file import import_into, read_file
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.settings import ServiceSettings, read_settings
from tests.image.containers import ContainerHost, serving
from tests.image.engine import ROOT, EngineError, find_engine

IMAGE = "citiesshare:trial"
QUIET_SECONDS = 300.0


class Figures(BaseModel):
    """What was seen."""

    base: str
    base_mb: int
    image_mb: int
    ready_seconds: dict[str, float]
    users: dict[str, int]
    writable: dict[str, list[str]]
    fed: int
    recorded: int
    letters: int
    kernels: int
    kernels_compiled_again: list[str]
    ended: dict[str, int | None]


def trial(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    """Build the image with docker or podman, run the three services from it as docker-compose.yml says –
    nobody's user, a file system that cannot be written to, its health checks – and feed the sample.

    Broker, store and mailbox run on the machine itself. CONTAINER_ENGINE names another engine, PYTHON_IMAGE
    another base image.

    Examples: `python -m tests.image` · `CONTAINER_ENGINE="sudo podman" python -m tests.image --json`
    """
    try:
        with TemporaryDirectory(prefix="citiesshare-trial-") as folder:
            figures = asyncio.run(play(Path(folder)))
    except (EngineError, StackError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    typer.echo(figures.model_dump_json()) if as_json else show(figures)


async def play(folder: Path) -> Figures:
    """Build, start, feed, look and stop; raises EngineError or StackError."""
    engine, base = find_engine(), base_image()
    engine.fetch(base)
    engine.build(IMAGE, base)
    stack = Stack(folder, Ports(free_block()), services=())
    room = ContainerHost(engine, IMAGE, stack)
    shipped = room.shipped_kernels()
    try:
        await stack.start()
        async with serving(room) as running:
            stack.services = SERVICES
            letters = await feed(stack)
            summary = await summarise(stack, letters, 0)
            seen = {service: room.who(service) for service in SERVICES}
            again = room.kernels() - shipped
    finally:
        await stack.stop()
    return Figures(
        base=base,
        base_mb=engine.size(base) // 10**6,
        image_mb=engine.size(IMAGE) // 10**6,
        ready_seconds=running.seconds,
        users={service: user for service, (user, _) in seen.items()},
        writable={service: places for service, (_, places) in seen.items()},
        fed=summary.fed,
        recorded=summary.recorded,
        letters=summary.letters,
        kernels=len(shipped),
        kernels_compiled_again=sorted(again),
        ended=running.ended(),
    )


def base_image() -> str:
    """PYTHON_IMAGE, else the one that the Dockerfile names."""
    text = (ROOT / "deploy/Dockerfile").read_text()
    named = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", text, re.MULTILINE)
    assert named, "the Dockerfile names its base image"
    return os.environ.get("PYTHON_IMAGE", named[1])


async def feed(stack: Stack) -> list[OutgoingMessage]:
    """Feed the sample, as `citiesshare run` does, and wait until it has been dealt with."""
    letters = list(sample_messages())

    async def each() -> AsyncIterator[OutgoingMessage]:
        for letter in letters:
            yield letter

    await import_into(stack.ports.mongo_url, read_file(SAMPLE / "officials.json"))
    await send(stack.ports.amqp_url, each())
    await wait_until_idle(stack, read_settings(ServiceSettings).retry_waits, QUIET_SECONDS)
    return letters


def show(figures: Figures) -> None:
    """Print the figures as a table."""
    table = Table("what", "seen")
    for name, value in figures.model_dump().items():
        table.add_row(name.replace("_", " "), value if isinstance(value, str) else json.dumps(value))
    Console().print(table)


if __name__ == "__main__":
    sys.argv[0] = "python -m tests.image"
    typer.run(trial)
