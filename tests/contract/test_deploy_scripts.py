"""Shell scripts and YAML: read by the tools that know them, and what can be run is run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.rabbitmq.definitions import variable
from deploy.rabbitmq.rights import rights
from tests.contract.deployment import DEPLOY, ROOT, at, items

SCRIPTS = sorted(DEPLOY.rglob("*.sh"))
PLAIN_YAML = [
    ROOT / "docker-compose.yml",
    *sorted((DEPLOY / "prometheus").glob("*.yml")),
    *sorted((DEPLOY / "helm").glob("citiesshare/*.yaml")),
    *sorted((DEPLOY / "helm").glob("citiesshare/ci/*.yaml")),
]
# Lines may be long where a URL or an expression is; braces hug what is in them; nothing else is relaxed.
YAMLLINT = (
    "{extends: default, rules: {line-length: disable, document-start: disable, "
    "braces: {max-spaces-inside: 0}, comments: {min-spaces-from-content: 1}}}"
)


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_shellcheck_agrees() -> None:
    command = [tool("shellcheck"), "--severity=warning", *map(str, SCRIPTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_yamllint_agrees() -> None:
    command = [tool("yamllint"), "--strict", "-d", YAMLLINT, *map(str, PLAIN_YAML)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stops_at_the_first_error_and_can_be_run(script: Path) -> None:
    assert "\nset -eu\n" in script.read_text()
    assert script.read_text().startswith("#!/bin/sh\n")


def test_passwords_are_made_for_every_name_and_never_twice() -> None:
    made = subprocess.run(
        ["sh", DEPLOY / "env/passwords.sh"], capture_output=True, text=True, check=True
    ).stdout
    pairs = dict(line.split("=", 1) for line in made.splitlines())
    asked = re.findall(r"^(\w+)=$", (DEPLOY / "env/compose.env.example").read_text(), re.MULTILINE)
    assert list(pairs) == asked
    assert len(set(pairs.values())) == len(pairs)
    assert all(re.fullmatch(r"[0-9a-f]{32}", value) for value in pairs.values())


def write_definitions(*arguments: str, **passwords: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.rabbitmq.definitions", *arguments],
        cwd=ROOT,
        env={**os.environ, **passwords},
        capture_output=True,
        text=True,
        check=False,
    )


def test_definitions_name_every_account_and_no_password() -> None:
    passwords = {variable(name): f"a-long-password-of-{name}" for name in rights({"portal": "procurement"})}
    done = write_definitions("--publisher", "portal=procurement", **passwords)
    written = json.loads(done.stdout)
    assert {at(user, "name") for user in items(written["users"])} == set(rights({"portal": "procurement"}))
    assert not any(password in done.stdout for password in passwords.values())


def test_one_more_publisher_needs_no_password_but_its_own() -> None:
    done = write_definitions(
        "--alone", "--publisher", "york=city", RABBITMQ_PASSWORD_YORK="a-long-password-of-york"
    )
    assert [at(user, "name") for user in items(json.loads(done.stdout)["users"])] == ["york"]


def test_a_password_that_is_missing_is_named() -> None:
    done = write_definitions("--publisher", "portal=procurement", RABBITMQ_PASSWORD_PORTAL="short")
    assert done.returncode == 2
    assert "RABBITMQ_PASSWORD_PORTAL" in done.stderr


@pytest.mark.parametrize(
    ("script", "arguments", "needle"),
    [
        ("backup.sh", [], "say where"),
        ("restore.sh", [], "say which"),
        ("backup.sh", ["/nowhere"], "MONGO_BACKUP_URL"),
    ],
)
def test_a_backup_script_says_what_it_lacks(script: str, arguments: list[str], needle: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "MONGO_BACKUP_URL"}
    done = subprocess.run(
        ["sh", DEPLOY / "mongo" / script, *arguments], env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert needle in done.stderr
