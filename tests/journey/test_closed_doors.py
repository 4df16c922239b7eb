"""A local stack with closed doors, tried from outside: whoever may say something may, and nobody else."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused, ProbableAuthenticationError
from httpx import AsyncClient

from citiesshare.local.example_commands import over_amqp, over_http
from citiesshare.local.example_publishers import BARCELONA, LONDON
from citiesshare.local.ports import Ports, free_block
from citiesshare.local.private_files import read_variables
from citiesshare.local.processes import StackError
from citiesshare.local.stack import Stack
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.events import NeedSubmitted, ProcurementRelease
from tests.builders import a_need
from tests.component.intake import STRUCTURED, Event, event, fate
from tests.conftest import FAST, ends_of_logs
from tests.waiting import until

ROOT = Path(__file__).parents[2]
BARCELONAS = "https://barcelona.example"


@pytest.fixture(scope="module")
async def closed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("closed"), Ports(free_block()), dict(FAST), closed_doors=True)
    try:
        await stack.start()
        yield stack
    except StackError as error:
        pytest.fail(f"{error}\n{ends_of_logs(stack)}")
    finally:
        await stack.stop()


@pytest.fixture
async def http(closed: Stack) -> AsyncIterator[AsyncClient]:
    """Somebody without a key at the public port of submissions."""
    async with AsyncClient(base_url=closed.ports.page("submissions"), trust_env=False, timeout=30) as client:
        yield client


def key_of(stack: Stack, publisher: str) -> dict[str, str]:
    assert stack.accounts is not None
    return {"authorization": f"Bearer {stack.accounts.keys[publisher]}"}


def a_letter(city: str, source: str = BARCELONAS, key: str = NeedSubmitted.key) -> OutgoingMessage:
    body = a_need(city=city, id=f"need-{uuid4().hex[:8]}").model_dump_json().encode()
    return OutgoingMessage(key, uuid4().hex, source, NeedSubmitted.message_type(), body)


async def say(stack: Stack, account: str, letter: OutgoingMessage) -> None:
    """Publish ``letter`` through ``account``, as whoever reads the file with the passwords would."""

    async def one() -> AsyncIterator[OutgoingMessage]:
        yield letter

    assert stack.accounts is not None
    await send(read_variables(stack.accounts.file)[f"AMQP_URL_{account.upper().replace('-', '_')}"], one())


async def became(http: AsyncClient, letter: OutgoingMessage) -> Event:
    return await fate(http, {"source": letter.source, "id": letter.id})


async def test_a_publisher_speaks_for_its_own_city_and_for_no_other(closed: Stack, http: AsyncClient) -> None:
    own, others = a_letter(BARCELONA), a_letter(LONDON)
    await say(closed, "barcelona", own)
    await say(closed, "barcelona", others)
    assert (await became(http, own))["fate"] == "recorded"
    told = await became(http, others)
    assert told["fate"] == "rejected"
    assert LONDON in str(told["complaints"])


async def test_a_key_speaks_for_its_own_city_and_for_no_other(closed: Stack, http: AsyncClient) -> None:
    said = {
        city: event("need.submitted", a_need(city=city).model_dump(mode="json"), source=BARCELONAS)
        for city in (BARCELONA, LONDON)
    }
    key = key_of(closed, "barcelona")
    for headers, city, status in (
        (key, BARCELONA, 202),
        (key, LONDON, 403),
        ({}, BARCELONA, 401),
        ({"authorization": "Bearer csk_0123456789ab_nobody"}, BARCELONA, 401),
    ):
        answer = await http.post("/v1/events", json=said[city], headers=STRUCTURED | headers)
        assert answer.status_code == status, answer.text


async def refused(stack: Stack, account: str, letter: OutgoingMessage) -> bool:
    """Whether the broker refuses ``account`` when it publishes ``letter``."""
    found = False
    try:
        await say(stack, account, letter)
    except* ChannelAccessRefused:
        found = True
    return found


async def test_an_account_says_what_its_kind_may_and_nothing_else(closed: Stack) -> None:
    assert await refused(closed, "barcelona", a_letter(BARCELONA, key=ProcurementRelease.key))
    assert await refused(closed, "procurement-portal", a_letter(BARCELONA))
    assert await refused(closed, "citizen-platform", a_letter(BARCELONA))
    assert await refused(closed, "scoring", a_letter(BARCELONA))


async def test_rabbitmqs_own_account_does_not_exist(closed: Stack) -> None:
    with pytest.raises(ProbableAuthenticationError):
        await aio_pika.connect(closed.ports.amqp_url)


async def test_what_operators_are_told_is_not_on_the_public_port(closed: Stack) -> None:
    async with AsyncClient(trust_env=False, timeout=30) as client:
        for service in closed.services:
            for path in ("/v1/status", "/metrics", "/health/ready", "/health/work"):
                assert (await client.get(f"{closed.ports.page(service)}{path}")).status_code == 404
                assert (await client.get(f"{closed.ports.operations(service)}{path}")).status_code == 200


async def test_what_is_one_citys_alone_asks_for_its_key(closed: Stack) -> None:
    assert closed.accounts is not None
    keys = closed.accounts.city_keys
    address = f"{closed.ports.page('scoring')}/v1/cities/{BARCELONA}/candour"
    async with AsyncClient(trust_env=False, timeout=30) as client:
        for headers, allowed in (
            ({}, False),
            ({"authorization": f"Bearer {keys[LONDON]}"}, False),
            ({"authorization": f"Bearer {keys[BARCELONA]}"}, True),
        ):
            answer = await client.get(address, headers=headers)
            assert (answer.status_code not in {401, 403}) is allowed, answer.text


async def shell(line: str) -> tuple[int | None, str]:
    """Run ``line`` as somebody who copied it would, from the repository's root."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", line),
        cwd=ROOT,
        env={**os.environ, "PATH": path, "no_proxy": "*"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_the_two_commands_to_copy_work(closed: Stack, http: AsyncClient) -> None:
    assert closed.accounts is not None
    for command in (over_http(closed.accounts), over_amqp(closed.accounts)):
        code, out = await shell(command)
        assert code == 0, out
    told = await fate(http, {"source": BARCELONAS, "id": "try-closed-doors"})
    assert told["fate"] == "recorded", told


async def test_the_monitor_looks_at_the_whole_with_its_own_account(closed: Stack) -> None:
    assert closed.accounts is not None
    base = closed.ports.base
    line = f"set -a; . {closed.accounts.file}; citiesshare status --json --base-port {base}"

    async def good() -> bool:
        """Whether all is well: the broker tells seconds later who listens."""
        return (await shell(line))[0] == 0

    await until(good)
    _, out = await shell(line)
    assert [service["ready"] for service in json.loads(out)["services"]] == [True] * 3


async def test_nobody_else_on_the_machine_reads_what_is_kept(closed: Stack) -> None:
    found = [closed.data, *closed.data.rglob("*")]
    assert len(found) > 50
    assert [path for path in found if not path.is_symlink() and path.stat().st_mode & 0o077] == []


async def test_another_start_on_other_ports_knows_the_same_keys_and_says_where_the_broker_is_now(
    closed: Stack,
) -> None:
    again = Stack(closed.data, Ports(free_block()), closed_doors=True)
    assert closed.accounts is not None
    assert again.accounts is not None
    assert (again.accounts.keys, again.accounts.passwords) == (
        closed.accounts.keys,
        closed.accounts.passwords,
    )
    assert again.accounts.city_keys == closed.accounts.city_keys
    assert str(again.ports["amqp"]) in read_variables(again.accounts.file)["AMQP_URL_BARCELONA"]
    assert str(closed.ports["amqp"]) not in again.accounts.file.read_text()


async def test_a_folder_of_closed_doors_is_not_opened(closed: Stack) -> None:
    with pytest.raises(StackError, match="is of a stack with --closed-doors"):
        await Stack(closed.data, Ports(free_block())).start()
