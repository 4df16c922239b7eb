"""Access control of a local stack: broker accounts with permissions, and keys of publishers and cities.

Passwords and keys are in ``accounts.env`` of the data folder (mode 0600), as variables that a shell can read:

    RABBITMQ_PASSWORD_<ACCOUNT>   of each account at the broker: operator, monitor, services, publishers
    AMQP_URL_<ACCOUNT>            the broker with account and password
    KEY_<PUBLISHER>               for HTTP: ``Authorization: Bearer csk_…``
    MANAGEMENT_URL                for ``citiesshare status``, with the monitor's password
    CITY_KEY_<GEONAMES ID>        the key with which a city reads its own data
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import aio_pika

from citiesshare.local.example_publishers import ExamplePublisher, examples
from citiesshare.local.ports import Ports
from citiesshare.local.private_files import private_folder, read_variables
from citiesshare.local.secrets import load_or_make, write_variables
from citiesshare.rabbitmq.definitions import definitions, variable
from citiesshare.rabbitmq.permissions import MONITOR, OPERATOR, Rights, rights
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.domain.publishers import parse_api_key
from services.submissions.settings import Settings
from shared.city_keys import CityKeys
from shared.messaging import topology
from shared.messaging.catalogue import EVENT_KEYS
from shared.store.indexes import ensure_indexes
from shared.store.mongo import open_database

FILE = "accounts.env"


@dataclass(frozen=True)
class LocalAccounts:
    """The accounts with passwords, and the keys, of one data folder."""

    file: Path
    ports: Ports
    publishers: Sequence[ExamplePublisher]
    passwords: dict[str, str]
    keys: dict[str, str]
    city_keys: dict[str, str]

    @classmethod
    def within(cls, data: Path, ports: Ports, city_secret: str) -> Self:
        """Return the accounts stored in ``data``, with new passwords and keys for missing ones."""
        path, publishers = private_folder(data) / FILE, examples()
        accounts = _rights(publishers)
        stored = load_or_make(data, map(variable, accounts), FILE)
        keys = {
            example.id: stored.get(variable_of("KEY", example.id)) or str(new_api_key())
            for example in publishers
        }
        cities = sorted({city for example in publishers for city in example.publisher.cities})
        local_accounts = cls(
            path,
            ports,
            publishers,
            {name: stored[variable(name)] for name in accounts},
            keys,
            {city: CityKeys(city_secret).key(city) for city in cities},
        )
        write_variables(path, local_accounts.variables())
        return local_accounts

    def variables(self) -> dict[str, str]:
        """Return the content of ``accounts.env``: values by variable."""
        return {
            **{variable(account): password for account, password in self.passwords.items()},
            **{variable_of("AMQP_URL", account): self.amqp_url(account) for account in self.passwords},
            "MANAGEMENT_URL": self.management_url(MONITOR),
            **{variable_of("KEY", publisher): key for publisher, key in self.keys.items()},
            **{variable_of("CITY_KEY", city): key for city, key in self.city_keys.items()},
        }

    def publisher(self, identifier: str) -> ExamplePublisher:
        """Return the example publisher with this id."""
        return next(example for example in self.publishers if example.id == identifier)

    def amqp_url(self, account: str) -> str:
        """Return the AMQP URL of the broker with ``account`` and its password."""
        return self.ports.amqp_url_of(account, self.passwords[account])

    def management_url(self, account: str) -> str:
        """Return the URL of the management API with ``account`` and its password."""
        return self.ports.management_url_of(account, self.passwords[account])

    def definitions(self) -> str:
        """Return the broker's definitions (JSON) as in production: accounts with hashes, and permissions."""
        return json.dumps(definitions(_rights(self.publishers), self.passwords))

    async def declare_topology(self, waits: tuple[int, ...]) -> None:
        """Declare the exchanges and queues as the operator: the services have no permission."""
        async with await aio_pika.connect(self.amqp_url(OPERATOR)) as connection:
            await topology.declare(await connection.channel(), waits, EVENT_KEYS)

    async def register(self, mongo_url: str) -> None:
        """Register the example publishers with their keys in the database of submissions; idempotent."""
        database = open_database(Settings(mongo_url=mongo_url), "submissions")
        try:
            accounts = MongoPublishers(database)
            await ensure_indexes(database, [MongoPublishers])
            for example in self.publishers:
                await accounts.keep(example.publisher)
            await self._register_keys(accounts)
        finally:
            await database.close()

    async def _register_keys(self, accounts: MongoPublishers) -> None:
        registered = {key.id for _, keys in await accounts.listed() for key in keys}
        for publisher, text in self.keys.items():
            key = parse_api_key(text)
            if key is None:
                raise ValueError(
                    f"{variable_of('KEY', publisher)} in {self.file} is not a key: remove its line"
                )
            if key.id not in registered:
                await accounts.add_key(publisher, key, datetime.now(UTC))


def has_access_control(data: Path) -> bool | None:
    """Return whether the data folder is of a stack with access control; None for a new folder."""
    return bool(read_variables(data / FILE)) if (data / "rabbitmq").exists() else None


def _rights(publishers: Sequence[ExamplePublisher]) -> dict[str, Rights]:
    return rights({example.id: example.kind for example in publishers})


def variable_of(kind: str, owner: str) -> str:
    """Return the name of the variable ``kind`` of ``owner``, such as ``KEY_CITY_NETWORK``."""
    return f"{kind}_{owner.upper().replace('-', '_')}"
