"""A real broker with the configuration written for production: it starts, and tells what the alerts read."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import httpx
import pytest

from citiesshare.local import broker as rabbitmq
from citiesshare.local.ports import HOST, Ports, free_block, free_port
from citiesshare.rabbitmq.definitions import definitions
from citiesshare.rabbitmq.permissions import OPERATOR, rights
from shared.messaging import topology
from shared.messaging.catalogue import EVENT_KEYS
from tests.contract.deployment import DEPLOY
from tests.contract.test_deploy_watching import BROKERS, EXPRESSIONS
from tests.waiting import until

pytestmark = pytest.mark.slow
# What the broker of the system's packages (3.10) does not know yet.
NEWER = "quorum_queue.continuous_membership_reconciliation"
PASSWORD = "only-for-this-test"


def configuration(home: Path, port: int) -> str:
    """The production configuration, with its definitions in ``home`` and its metrics at ``port``."""
    lines = (DEPLOY / "rabbitmq/rabbitmq.conf").read_text().splitlines()
    kept = [line for line in lines if not line.startswith((NEWER, "load_definitions"))]
    own = [
        f"load_definitions = {home / 'definitions.json'}",
        f"prometheus.tcp.ip = {HOST}",
        f"prometheus.tcp.port = {port}",
    ]
    return "\n".join((*kept, *own, ""))


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[tuple[Ports, int]]:
    """The ports of a broker of its own, and where it tells Prometheus about itself."""
    ports, port = Ports(free_block()), free_port()
    children = [rabbitmq.epmd(tmp_path, ports), rabbitmq.broker(tmp_path, ports, ports.amqp_url)]
    home = tmp_path / "rabbitmq"
    accounts = {OPERATOR: rights({})[OPERATOR]}
    (home / "definitions.json").write_text(json.dumps(definitions(accounts, {OPERATOR: PASSWORD})))
    with (home / "rabbitmq.conf").open("a") as written:
        written.write(configuration(home, port))
    (home / "enabled_plugins").write_text((DEPLOY / "rabbitmq/enabled_plugins").read_text())
    try:
        for child in children:
            await child.start()
        yield ports, port
    finally:
        for child in reversed(children):
            await child.stop()


async def told(port: int) -> set[str]:
    """The names of all series that the broker tells; none before it answers."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        try:
            text = (await client.get(f"http://{HOST}:{port}/metrics")).text
        except httpx.TransportError:
            return set()
    return set(re.findall(r"^(\w+)[{ ]", text, re.MULTILINE))


async def test_it_starts_without_a_guest_and_tells_every_series_that_somebody_reads(
    broker: tuple[Ports, int],
) -> None:
    ports, port = broker
    await until(lambda: told(port))
    with pytest.raises(aio_pika.exceptions.AMQPError):
        await aio_pika.connect(ports.amqp_url)
    url = f"amqp://{OPERATOR}:{PASSWORD}@{HOST}:{ports['amqp']}/"
    async with await aio_pika.connect(url) as connection:
        await topology.declare(await connection.channel(), (1, 2), EVENT_KEYS)
    read = {name for expression in EXPRESSIONS for name in BROKERS.findall(expression)}

    async def all_told() -> bool:
        return read <= await told(port)

    assert len(read) > 5
    await until(all_told)
