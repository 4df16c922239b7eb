"""Prints the broker's definitions: accounts with hashed passwords, and their permissions.

Passwords are read from the environment, ``RABBITMQ_PASSWORD_<ACCOUNT>``, and not stored.

    RABBITMQ_PASSWORD_OPERATOR=… (one for each account) \\
        python -m citiesshare.rabbitmq.definitions --publisher gov-example=procurement > definitions.json

`--alone` prints only the publishers, to import them into a running broker without changing other accounts:

    RABBITMQ_PASSWORD_YORK=… \\
        python -m citiesshare.rabbitmq.definitions --alone --publisher york=city > york.json
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from typing import Annotated

import typer

from citiesshare.rabbitmq.permissions import KINDS, Rights, rights
from shared.messaging.topology import ERASURE, EVENTS, IN, RETRY

VHOST = "/"
TOPICS = (IN, EVENTS, RETRY, ERASURE)


def definitions(
    accounts: Mapping[str, Rights], passwords: Mapping[str, str], vhost: str = VHOST
) -> dict[str, object]:
    """Return RabbitMQ's definitions of ``accounts``; raises KeyError where a password is missing."""
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, may, passwords[name]) for name, may in accounts.items()],
        "permissions": [_permission(name, may, vhost) for name, may in accounts.items()],
        "topic_permissions": [
            {"user": name, "vhost": vhost, "exchange": exchange, "write": keys, "read": "^$"}
            for name, may in accounts.items()
            for exchange, keys in _topics(may).items()
        ],
    }


def hashed(password: str, salt: bytes) -> str:
    """Return RabbitMQ's hash of ``password``: base64 of the salt (4 bytes) and SHA-256 of salt and password.

    Source: RabbitMQ documentation, "Credentials and Passwords", rabbit_password_hashing_sha256.
    """
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def variable(account: str) -> str:
    """Return the name of the environment variable with the password of ``account``."""
    return f"RABBITMQ_PASSWORD_{account.upper().replace('-', '_')}"


def main(
    publisher: Annotated[
        list[str] | None,
        typer.Option(help=f"NAME=KIND of each publisher; KIND is one of {', '.join(KINDS)}."),
    ] = None,
    *,
    alone: Annotated[
        bool, typer.Option("--alone", help="Only the publishers, for a running broker.")
    ] = False,
) -> None:
    """Print the definitions as JSON, with passwords from RABBITMQ_PASSWORD_<ACCOUNT>."""
    try:
        publishers = dict(_pair(text) for text in publisher or [])
        accounts = {name: may for name, may in rights(publishers).items() if not alone or name in publishers}
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--publisher") from None
    if missing := [variable(name) for name in accounts if len(os.environ.get(variable(name), "")) < 12]:
        raise typer.BadParameter(f"set at least 12 characters in {', '.join(missing)}")
    passwords = {name: os.environ[variable(name)] for name in accounts}
    typer.echo(json.dumps(definitions(accounts, passwords), indent=2))


def _pair(text: str) -> tuple[str, str]:
    name, _, kind = text.partition("=")
    return name, kind


def _user(name: str, may: Rights, password: str) -> dict[str, object]:
    return {
        "name": name,
        "password_hash": hashed(password, secrets.token_bytes(4)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(may.tags),
    }


def _permission(name: str, may: Rights, vhost: str) -> dict[str, str]:
    return {"user": name, "vhost": vhost, "configure": may.configure, "write": may.write, "read": may.read}


def _topics(may: Rights) -> Mapping[str, str]:
    """Return a rule for every topic exchange: without one RabbitMQ allows all routing keys."""
    if may.tags:
        return {}
    return {exchange: may.topics.get(exchange, "^$") for exchange in TOPICS}


if __name__ == "__main__":
    typer.run(main)
