"""Shell scripts and YAML: read by the tools that know them, and what can be run is run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from citiesshare.rabbitmq.definitions import variable
from citiesshare.rabbitmq.permissions import rights
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
        [sys.executable, "-m", "citiesshare.rabbitmq.definitions", *arguments],
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


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Stand-ins for MongoDB's tools: what is written, checked and handed over can be seen without them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    archive = "for each; do case $each in --archive=*) archive=${each#*=} ;; esac; done"
    work = {"mongodump": 'echo all >"$archive"; exit "${FAILS:-0}"', "mongorestore": 'cat "$archive"'}
    for name, body in work.items():
        (folder / name).write_text(f"#!/bin/sh\n{archive}\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


def store_script(tools: Path, name: str, *arguments: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "MONGO_BACKUP_URL": "mongodb://x/"}
    command = ["sh", str(DEPLOY / "mongo" / name), *map(str, arguments)]
    return subprocess.run(command, env={**environment, **more}, capture_output=True, text=True, check=False)


def test_a_backup_is_written_with_its_checksum_and_put_back_as_it_was(tools: Path, tmp_path: Path) -> None:
    archive = Path(store_script(tools, "backup.sh", tmp_path).stdout.strip())
    assert sorted(tmp_path.glob("citiesshare-*")) == [archive, archive.with_name(f"{archive.name}.sha256")]
    assert store_script(tools, "restore.sh", archive).stdout == "all\n"


def test_a_backup_that_fails_leaves_nothing_behind(tools: Path, tmp_path: Path) -> None:
    assert store_script(tools, "backup.sh", tmp_path, FAILS="1").returncode == 1
    assert [*tmp_path.glob("citiesshare-*")] == []


def test_a_backup_that_was_changed_is_not_put_back(tools: Path, tmp_path: Path) -> None:
    archive = Path(store_script(tools, "backup.sh", tmp_path).stdout.strip())
    archive.write_text("less\n")
    done = store_script(tools, "restore.sh", archive)
    assert done.returncode == 1
    assert "less" not in done.stdout
