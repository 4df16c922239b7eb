"""A local stack with closed doors: accounts at the broker with their rights, publishers and cities with keys.

Passwords and keys are in ``accounts.env`` of the data folder (mode 0600), as variables that a shell can read:

    RABBITMQ_PASSWORD_<ACCOUNT>   of each account at the broker: operator, monitor, services, publishers
    AMQP_URL_<ACCOUNT>            where that account connects, with its password
    KEY_<PUBLISHER>               for HTTP: ``Authorization: Bearer csk_…``
    MANAGEMENT_URL                for ``citiesshare status``, with the monitor's password
    CITY_KEY_<GEONAMES ID>        shows a city what is meant for it alone
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import aio_pika

from citiesshare.local.example_publishers import Example, examples
from citiesshare.local.ports import Ports
from citiesshare.local.private_files import private_folder, read_variables
from citiesshare.local.secrets import kept_in, write_variables
from citiesshare.rabbitmq.definitions import definitions, variable
from citiesshare.rabbitmq.permissions import MONITOR, OPERATOR, Rights, rights
from services.scoring.application.city_keys import CityKeys
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.domain.publishers import parse_api_key
from services.submissions.settings import Settings
from shared.messaging import topology
from shared.messaging.catalogue import SPOKEN_KEYS
from shared.store.mongo import open_database

FILE = "accounts.env"


@dataclass(frozen=True)
class ClosedDoors:
    """The accounts, keys and passwords of one data folder; ``publishers`` says who has them."""

    file: Path
    ports: Ports
    publishers: Sequence[Example]
    passwords: dict[str, str]
    keys: dict[str, str]
    city_keys: dict[str, str]

    @classmethod
    def within(cls, data: Path, ports: Ports, city_secret: str) -> Self:
        """Return those kept in ``data``, whatever the ports are; what is missing is drawn and kept."""
        path, publishers = private_folder(data) / FILE, examples()
        accounts = _rights(publishers)
        kept = kept_in(data, map(variable, accounts), FILE)
        keys = {each.id: kept.get(variable_of("KEY", each.id)) or str(new_api_key()) for each in publishers}
        cities = sorted({city for each in publishers for city in each.publisher.cities})
        made = cls(
            path,
            ports,
            publishers,
            {name: kept[variable(name)] for name in accounts},
            keys,
            {city: CityKeys(city_secret).key(city) for city in cities},
        )
        write_variables(path, made.variables())
        return made

    def variables(self) -> dict[str, str]:
        """All of it as variables."""
        return {
            **{variable(account): password for account, password in self.passwords.items()},
            **{variable_of("AMQP_URL", account): self.amqp_url(account) for account in self.passwords},
            "MANAGEMENT_URL": self.management_url(MONITOR),
            **{variable_of("KEY", publisher): key for publisher, key in self.keys.items()},
            **{variable_of("CITY_KEY", city): key for city, key in self.city_keys.items()},
        }

    def publisher(self, identifier: str) -> Example:
        """The example publisher called ``identifier``."""
        return next(each for each in self.publishers if each.id == identifier)

    def amqp_url(self, account: str) -> str:
        """Where ``account`` connects to the broker."""
        return self.ports.amqp_url_of(account, self.passwords[account])

    def management_url(self, account: str) -> str:
        """Where ``account`` asks the broker's management."""
        return self.ports.management_url_of(account, self.passwords[account])

    def definitions(self) -> str:
        """The broker's definitions, written as for production: accounts with hashes, and their rights."""
        return json.dumps(definitions(_rights(self.publishers), self.passwords))

    async def declare_topology(self, waits: tuple[int, ...]) -> None:
        """Declare the exchanges and queues as the operator: the services have no right to."""
        async with await aio_pika.connect(self.amqp_url(OPERATOR)) as connection:
            await topology.declare(await connection.channel(), waits, SPOKEN_KEYS)

    async def register(self, mongo_url: str) -> None:
        """Register the example publishers with their keys; a second time changes nothing."""
        database = open_database(Settings(mongo_url=mongo_url), "submissions")
        try:
            accounts = MongoPublishers(database)
            await accounts.prepare()
            for each in self.publishers:
                await accounts.keep(each.publisher)
            await self._keep_keys(accounts)
        finally:
            await database.close()

    async def _keep_keys(self, accounts: MongoPublishers) -> None:
        known = {key.id for _, keys in await accounts.listed() for key in keys}
        for publisher, text in self.keys.items():
            key = parse_api_key(text)
            if key is None:
                raise ValueError(f"{variable_of('KEY', publisher)} in {self.file} is no key: remove its line")
            if key.id not in known:
                await accounts.add_key(publisher, key, datetime.now(UTC))


def is_closed(data: Path) -> bool | None:
    """Whether ``data`` is of a stack with closed doors; None where no stack was there yet."""
    return bool(read_variables(data / FILE)) if (data / "rabbitmq").exists() else None


def _rights(publishers: Sequence[Example]) -> dict[str, Rights]:
    return rights({each.id: each.kind for each in publishers})


def variable_of(kind: str, of: str) -> str:
    """The variable with what ``kind`` says of ``of``: ``KEY_CITY_NETWORK``."""
    return f"{kind}_{of.upper().replace('-', '_')}"
