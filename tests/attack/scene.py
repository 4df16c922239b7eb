"""The stack under attack: closed doors, the attack's accounts with keys and rights, the victims' records."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from aio_pika import DeliveryMode, Message
from pymongo import MongoClient

from citiesshare.local.ports import HOST, Ports, free_block, free_port
from citiesshare.local.stack import Stack, default_data
from citiesshare.local.wait_idle import wait_until_idle
from citiesshare.rabbitmq.definitions import definitions
from citiesshare.rabbitmq.permissions import OPERATOR, publisher_rights
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.domain.publishers import Publisher, parse_api_key
from services.submissions.settings import Settings
from shared.store.mongo import open_database
from tests.attack import mails, wellformed
from tests.attack.foreign import DEPOSITS
from tests.attack.inputs import Message as Said
from tests.attack.inputs import over_amqp
from tests.attack.judge import Statement
from tests.attack.pages import SERVICES, Route, routes_of
from tests.attack.plan import FIRST_DEPOSIT, opening
from tests.attack.world import ACCOUNTS, MALMO, PREFIX, Account

QUIET = 900.0
SETTINGS = {"RETRY_WAITS": "1,2", "RETRY_ATTEMPTS": "3"}


@dataclass
class Scene:
    """A running stack, with what the attackers know: their keys, their passwords, the deposits of Malmö."""

    stack: Stack
    smtp_port: int
    keys: dict[str, str] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    deposits: list[str] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)

    def amqp_url(self, account: str) -> str:
        """Where an account connects to the broker."""
        return self.stack.ports.amqp_url_of(account, self.passwords[account])

    def page(self, service: str) -> str:
        """Where a service answers everybody."""
        return self.stack.ports.page(service)

    def bearer(self, account: str | None) -> dict[str, str]:
        """The header with the key of an account."""
        return {"Authorization": f"Bearer {self.keys[account]}"} if account else {}

    async def quiet(self, seconds: float = QUIET) -> None:
        """Wait until nothing is on its way."""
        await wait_until_idle(self.stack, self.stack.retry_waits, seconds)

    def documents(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that the services keep, by ``database.collection``; only read."""
        with MongoClient[dict[str, Any]](self.stack.ports.mongo_url) as client:
            return {
                f"{database}.{collection}": list(client[database][collection].find())
                for database in client.list_database_names()
                if database not in {"admin", "local", "config"}
                for collection in client[database].list_collection_names()
            }


def new_scene(folder: Path) -> Scene:
    """A stack that is not started yet, on ports of its own, with a port for what comes back by mail."""
    smtp_port = free_port()
    own = {
        "RETURNS_PORT": str(smtp_port),
        "REPLY_DOMAIN": mails.REPLY,
        "COMPLAINTS_ADDRESS": f"abuse@{mails.MAIL}",
    }
    settings = {**SETTINGS, "NUMBA_CACHE_DIR": str(default_data() / "numba")}
    stack = Stack(folder, Ports(free_block()), settings, {"notifications": own}, closed_doors=True)
    return Scene(stack, smtp_port)


async def prepare(scene: Scene, seed: int) -> None:
    """Start the stack, register the accounts, and let the victims open their records; raises StackError."""
    await scene.stack.start()
    await _register(scene)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for service in SERVICES:
            document = (await client.get(f"{scene.page(service)}/openapi.json")).json()
            scene.routes += routes_of(service, document)
        await _deposit(scene, client)
    await say_all(scene, list(opening(seed)))
    await scene.quiet()


async def say_all(scene: Scene, statements: list[Statement]) -> None:
    """Send statements over AMQP, each through its own account."""
    await say_messages(scene, [over_amqp(said) for said in statements])


async def say_messages(scene: Scene, messages: list[Said]) -> None:
    """Send messages over AMQP, each through its own account."""
    by_account: dict[str, list[Said]] = {}
    for said in messages:
        by_account.setdefault(said.account, []).append(said)
    for account, some in by_account.items():
        async with await aio_pika.connect(scene.amqp_url(account)) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange("citiesshare.in", ensure=False)
            for said in some:
                await exchange.publish(amqp_message(said), said.key, timeout=60)


def amqp_message(said: Said) -> Message:
    """A message as aio-pika sends it."""
    return Message(
        said.body,
        headers={**said.headers},
        content_type=said.content_type,
        delivery_mode=DeliveryMode.PERSISTENT,
        timestamp=datetime.now(UTC),
        user_id=said.user_id,
    )


def deposited(number: int) -> bytes:
    """What Malmö deposits: a need of its own."""
    return json.dumps(wellformed.need(FIRST_DEPOSIT + number, f"{PREFIX}-deposit-{number}", MALMO)).encode()


async def _deposit(scene: Scene, client: httpx.AsyncClient) -> None:
    headers = scene.bearer(f"{PREFIX}-malmo")
    for number in range(DEPOSITS):
        answer = await client.post(
            f"{scene.page('submissions')}/v1/data", content=deposited(number), headers=headers
        )
        answer.raise_for_status()
        scene.deposits.append(answer.json()["dataref"])


async def _register(scene: Scene) -> None:
    closed = scene.stack.accounts
    assert closed is not None
    scene.passwords = {name: secrets.token_urlsafe(18) for name in ACCOUNTS}
    scene.keys = {name: str(new_api_key()) for name in ACCOUNTS}
    rights = {account.name: publisher_rights(account.kind) for account in ACCOUNTS.values()}
    made = definitions(rights, scene.passwords)
    operator = (OPERATOR, closed.passwords[OPERATOR])
    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{scene.stack.ports['management']}",
        auth=operator,
        trust_env=False,
        timeout=60,
    ) as api:
        (await api.post("/api/definitions", json=made)).raise_for_status()
    database = open_database(Settings(mongo_url=scene.stack.ports.mongo_url), "submissions")
    try:
        accounts = MongoPublishers(database)
        for account in ACCOUNTS.values():
            await _registered(accounts, account, scene.keys[account.name])
    finally:
        await database.close()


async def _registered(accounts: MongoPublishers, account: Account, text: str) -> None:
    given = {
        "id": account.name,
        "name": account.name,
        "cities": account.cities,
        "sources": (account.source,),
        "account": account.name,
        "per_minute": 1_000_000,
        "bytes_per_minute": 10**12,
        "kind": account.kind,
        "verifies": account.verifies,
    }
    known = Publisher.model_fields
    await accounts.keep(
        Publisher.model_validate({key: value for key, value in given.items() if key in known})
    )
    key = parse_api_key(text)
    assert key is not None
    await accounts.add_key(account.name, key, datetime.now(UTC))
    if account.revoked:
        await revoke(accounts, account.name)


async def revoke(accounts: MongoPublishers, name: str) -> None:
    """Revoke a publisher as the command ``publishers revoke`` does."""
    how = getattr(accounts, "revoke", accounts.end_keys)
    await asyncio.wait_for(how(name, datetime.now(UTC)), 60)
