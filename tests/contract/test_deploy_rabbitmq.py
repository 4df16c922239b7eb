"""Who may do what at the broker, tried at a real one with the definitions that are written for production."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused

from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.definitions import hashed
from citiesshare.rabbitmq.permissions import rights
from citiesshare.status.query import query_status
from services.submissions.domain.publishers import OURS
from shared.messaging import topology
from shared.messaging.broker import open_broker, start
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import INBOUND, SAID_BY, SPOKEN_KEYS
from shared.messaging.topology import DEAD, ERASURE, EVENTS, IN, REQUEUE, RETRY, SERVICES, WORK
from shared.observability.replica import this_replica
from shared.settings import ServiceSettings
from tests.broker import define, forget, management
from tests.contract.deployment import DEPLOY
from tests.waiting import until

PORTAL, CITY, LATER = "portal-test", "city-test", "later-test"
ACCOUNTS = rights({PORTAL: "procurement", CITY: "city"})
PASSWORDS = {name: f"{name}-only-for-this-test" for name in (*ACCOUNTS, LATER)}
SAYS = {service: [event.key for event in said] for service, said in SAID_BY.items()}
Case = tuple[str, str, str]
MAY: list[Case] = [
    *((service, EVENTS, key) for service in SERVICES for key in SAYS[service]),
    *((work.service, RETRY, f"1.{work.name}") for work in WORK),
    *((service, DEAD, service) for service in SERVICES),
    *((service, ERASURE, f"answered.{service}") for service in SERVICES),
    *(("operator", ERASURE, f"requested.{service}") for service in SERVICES),
    *(("submissions", IN, event.key) for event in INBOUND),
    (PORTAL, IN, "procurement.release"),
    *(
        (CITY, IN, event.key)
        for event in INBOUND
        if re.match("solution|need|outcome|adoption|city", event.key)
    ),
]
MAY_NOT: list[Case] = [
    *((one, EVENTS, key) for one in SERVICES for other in SERVICES if one != other for key in SAYS[other]),
    *((service, REQUEUE, f"0.{service}.x") for service in SERVICES),
    ("scoring", RETRY, "1.notifications.outcome-due"),
    ("scoring", IN, "need.submitted"),
    *(("notifications", IN, key) for key in ("procurement.release", "citizen.voice", "city.transition")),
    (PORTAL, IN, "solution.submitted"),
    (PORTAL, IN, "procurement.release.anything"),
    (CITY, IN, "procurement.release"),
    (CITY, IN, "citizen.voice"),
    *((who, EVENTS, "solution.recorded") for who in (PORTAL, CITY)),
    (PORTAL, DEAD, "submissions"),
    *((who, ERASURE, "requested.notifications") for who in (*SERVICES, PORTAL, CITY)),
    ("scoring", ERASURE, "answered.notifications"),
    ("monitor", IN, "need.submitted"),
]


@pytest.fixture(scope="session")
async def broker(backing: Stack) -> AsyncIterator[tuple[int, str]]:
    """Port and virtual host of a broker with the accounts and the topology; the accounts go in the end."""
    host = "rights-test"
    await define(backing, host, ACCOUNTS, PASSWORDS)
    async with await aio_pika.connect(url(backing.ports["amqp"], host, "operator")) as connection:
        await topology.declare(await connection.channel(), (1, 2), SPOKEN_KEYS)
    yield backing.ports["amqp"], host
    async with management(backing) as api:
        await api.delete(f"/api/vhosts/{host}")
    await forget(backing, ACCOUNTS)


def url(port: int, host: str, account: str) -> str:
    return f"amqp://{account}:{PASSWORDS[account]}@127.0.0.1:{port}/{host}"


async def refused(broker: tuple[int, str], account: str, exchange: str, key: str) -> bool:
    """Whether ``account`` is refused when it publishes; whether a queue takes it does not matter."""
    async with await aio_pika.connect(url(*broker, account)) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=False)
        target = await channel.get_exchange(exchange, ensure=False)
        try:
            await target.publish(aio_pika.Message(b"{}"), key, mandatory=False, timeout=10)
        except ChannelAccessRefused:
            return True
    return False


async def test_what_an_account_needs_it_may(broker: tuple[int, str]) -> None:
    outcomes = await asyncio.gather(*(refused(broker, *case) for case in MAY))
    assert [case for case, no in zip(MAY, outcomes, strict=True) if no] == []


async def test_nobody_speaks_for_another(broker: tuple[int, str]) -> None:
    outcomes = await asyncio.gather(*(refused(broker, *case) for case in MAY_NOT))
    assert [case for case, no in zip(MAY_NOT, outcomes, strict=True) if not no] == []


async def read_by(broker: tuple[int, str], account: str, name: str) -> bool:
    """Whether ``account`` may take a message from the queue ``name``."""
    async with await aio_pika.connect(url(*broker, account)) as connection:
        queue = await (await connection.channel()).get_queue(name, ensure=False)
        try:
            await queue.get(fail=False, no_ack=False)
        except ChannelAccessRefused:
            return False
    return True


@pytest.mark.parametrize("account", [*SERVICES, PORTAL, CITY, "monitor"])
async def test_nobody_reads_what_another_hears(broker: tuple[int, str], account: str) -> None:
    everything = [*(work.name for work in WORK), *(f"{service}.dead" for service in SERVICES), "retry.1s"]
    may = await asyncio.gather(*(read_by(broker, account, name) for name in everything))
    readable = {name for name, yes in zip(everything, may, strict=True) if yes}
    assert readable == {name for name in everything if name.split(".")[0] == account}


@pytest.mark.parametrize("account", [*SERVICES, PORTAL])
async def test_nobody_but_the_operator_declares_or_removes(broker: tuple[int, str], account: str) -> None:
    async with await aio_pika.connect(url(*broker, account)) as connection:
        with pytest.raises(ChannelAccessRefused):
            await (await connection.channel()).declare_queue("submissions.reports-2", durable=True)
    async with await aio_pika.connect(url(*broker, account)) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await channel.queue_delete("submissions.reports")


async def test_the_broker_vouches_for_who_speaks(broker: tuple[int, str]) -> None:
    async with await aio_pika.connect(url(*broker, PORTAL)) as connection:
        channel = await connection.channel()
        target = await channel.get_exchange(IN, ensure=False)
        with pytest.raises(aio_pika.exceptions.AMQPError):
            await target.publish(aio_pika.Message(b"{}", user_id=CITY), "procurement.release", timeout=10)


async def test_a_publisher_that_comes_later_may_speak_and_everybody_else_as_before(
    broker: tuple[int, str], backing: Stack
) -> None:
    await define(backing, broker[1], {LATER: rights({LATER: "city"})[LATER]}, PASSWORDS)
    try:
        assert not await refused(broker, LATER, IN, "need.submitted")
        assert await refused(broker, LATER, IN, "procurement.release")
        assert not await refused(broker, PORTAL, IN, "procurement.release")
        assert not await refused(broker, "scoring", EVENTS, SAYS["scoring"][0])
    finally:
        await forget(backing, [LATER])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_starts_hears_and_stops_without_the_right_to_declare(
    broker: tuple[int, str], service: str
) -> None:
    heard = asyncio.Event()
    queue = next(work for work in WORK if work.service == service)
    settings = ServiceSettings(amqp_url=url(*broker, service), declare_topology=False)
    bus: MessageBus = open_broker(service, settings, SAID_BY[service])

    @bus.subscribe_raw(queue.name)
    async def hear(_: object) -> None:
        heard.set()

    await start(bus, SPOKEN_KEYS)
    try:
        async with await aio_pika.connect(url(*broker, "operator")) as connection:
            requeue = await (await connection.channel()).get_exchange(REQUEUE, ensure=False)
            await requeue.publish(aio_pika.Message(b"{}"), f"0.{queue.name}", timeout=10)
        async with asyncio.timeout(15):
            await heard.wait()
    finally:
        await bus.broker.stop()


async def test_the_monitor_sees_every_queue_and_which_release_hears_it(
    broker: tuple[int, str], backing: Stack
) -> None:
    management = f"http://monitor:{PASSWORDS['monitor']}@127.0.0.1:{backing.ports['management']}/{broker[1]}"
    settings = ServiceSettings(amqp_url=url(*broker, "scoring"), declare_topology=False)
    bus: MessageBus = open_broker("scoring", settings, ())

    @bus.subscribe_raw("scoring.need-recorded")
    async def hear(_: object) -> None:
        """Hear nothing."""

    async def seen() -> bool:
        found = (await query_status(management, {})).broker
        return found is not None and this_replica("scoring") in found.replicas

    await start(bus, SPOKEN_KEYS)
    try:
        await until(seen)
        found = (await query_status(management, {})).broker
    finally:
        await bus.broker.stop()
    assert found
    assert {work.name for work in WORK} <= {queue.name for queue in found.queues}


def test_a_password_is_kept_as_the_broker_checks_it() -> None:
    raw = base64.b64decode(hashed("correct horse", b"salt"))
    assert raw == b"salt" + hashlib.sha256(b"saltcorrect horse").digest()


def test_a_publisher_of_no_kind_or_with_a_name_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="not a kind"):
        rights({"somebody": "everything"})
    with pytest.raises(ValueError, match="name of a system account"):
        rights({"scoring": "city"})


def test_the_names_of_the_brokers_own_accounts_are_no_publishers() -> None:
    assert set(rights({})) <= OURS


def test_every_line_of_the_configuration_sets_something() -> None:
    for name in ("rabbitmq.conf", "tls.conf"):
        for line in Path(DEPLOY / "rabbitmq" / name).read_text().splitlines():
            assert not line or line.startswith("#") or re.fullmatch(r"[a-z0-9_.]+ = \S+", line), line
