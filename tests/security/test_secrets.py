"""What signs or salts is an installation's own: no default does, and without it nobody else is let in."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citiesshare.cli import app
from citiesshare.local.ports import Ports
from citiesshare.local.secrets import MODELS, every_signing_variable, signing_variables
from citiesshare.local.stack import Stack, service_environment
from services.notifications.domain.link_tokens import key_for
from services.notifications.settings import Settings as NotificationsSettings
from services.submissions.settings import Settings as SubmissionsSettings
from shared.settings import read_settings

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("service", sorted(MODELS))
REACHED = [
    {"SITE_URL": "https://citiesshare.example"},
    {"SITE_URL": "http://10.0.0.7:7640"},
    {"PUBLIC_URL": "http://citiesshare.example"},
    {"HTTP_HOST": "0.0.0.0"},
]
LOOPBACK = [
    {},
    {"SITE_URL": "http://127.0.0.1:7602"},
    {"SITE_URL": "http://[::1]:7602"},
    {"SITE_URL": "http://localhost:7602", "HTTP_HOST": "localhost"},
]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*every_signing_variable(), "SITE_URL", "PUBLIC_URL", "HTTP_HOST"):
        monkeypatch.delenv(name, raising=False)


@EVERY
@pytest.mark.parametrize("reached", REACHED, ids=str)
def test_without_its_own_secret_a_service_that_others_reach_does_not_start(
    service: str,
    reached: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in reached.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        read_settings(MODELS[service])
    variables, lines = signing_variables(service), capsys.readouterr().err.splitlines()
    assert stopped.value.code == 2
    assert len(lines) == len(variables) > 0
    for variable, line in zip(variables, lines, strict=True):
        assert line.startswith(f"{variable} is not set")
        assert f"`citiesshare secrets make {variable}`" in line
        monkeypatch.setenv(variable, "a secret of our own")
    assert read_settings(MODELS[service]).reached_at


@EVERY
def test_the_command_that_serves_refuses_too(service: str) -> None:
    environment = {**os.environ, "SITE_URL": "https://citiesshare.example"}
    command = [sys.executable, "-m", "citiesshare.cli", service, "serve"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stderr
    assert f"{signing_variables(service)[0]} is not set" in done.stderr


@EVERY
@pytest.mark.parametrize("loopback", LOOPBACK, ids=str)
def test_on_loopback_a_service_starts_without(
    service: str, loopback: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in loopback.items():
        monkeypatch.setenv(name, value)
    assert read_settings(MODELS[service]).reached_at is None


def test_a_secret_that_was_not_set_is_drawn_for_each_process() -> None:
    assert NotificationsSettings().letter_secret != NotificationsSettings().letter_secret
    assert SubmissionsSettings().salt != SubmissionsSettings().salt
    keys = {key_for(NotificationsSettings().sender.key, "preferences", "letter") for _ in range(3)}
    assert len(keys) == 3


def literals(path: Path) -> Iterator[str]:
    """Secrets that stand in the source ``path``: constants in ``SecretStr(…)`` and defaults of what signs."""
    names = {name.lower() for name in every_signing_variable()} | {"secret"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SecretStr":
            yield from (f"{path}:{node.lineno}" for each in node.args if isinstance(each, ast.Constant))
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            named = {each.id.lower() for each in targets if isinstance(each, ast.Name)}
            texts = (each for each in ast.walk(node.value) if isinstance(each, ast.Constant))
            if any(name.endswith(tuple(names)) for name in named):
                yield from (
                    f"{path}:{each.lineno}"
                    for each in texts
                    if isinstance(each.value, str) and each is node.value
                )


def test_no_constant_of_the_product_signs_or_salts() -> None:
    sources = [path for name in ("services", "shared", "citiesshare") for path in (ROOT / name).rglob("*.py")]
    assert len(sources) > 300
    assert [found for path in sources for found in literals(path)] == []
    files = [ROOT / "docker-compose.yml", *(ROOT / "deploy/env").glob("*.env*")]
    names = "|".join(every_signing_variable())
    set_in = [
        (path.name, value)
        for path in files
        for value in re.findall(rf"^[# ]*(?:{names})\s*[=:] *(\S.*)$", path.read_text(), re.MULTILINE)
    ]
    assert {value for _, value in set_in} <= {f"${{{name}:?}}" for name in every_signing_variable()}


def test_the_command_draws_a_secret_for_each_variable_and_never_the_same() -> None:
    printed = [CliRunner().invoke(app, ["secrets", "make"]).stdout.splitlines() for _ in range(2)]
    names = [[line.partition("=")[0] for line in lines] for lines in printed]
    assert names == [list(every_signing_variable())] * 2
    values = [line.partition("=")[2] for lines in printed for line in lines]
    assert len(set(values)) == len(values)
    assert min(map(len, values)) >= 43
    assert CliRunner().invoke(app, ["secrets", "make", "NONSENSE"]).exit_code == 2


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@EVERY
def test_a_local_stack_draws_its_secrets_once_and_keeps_them_to_itself(service: str, tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    first = service_environment(Stack(data, Ports()), service)
    again = service_environment(Stack(data, Ports(7700)), service)
    other = service_environment(Stack(tmp_path / "elsewhere", Ports()), service)
    signing = set(first) & set(every_signing_variable())
    assert signing <= set(signing_variables(service))
    assert signing or service == "scoring", "with open doors cities have no keys"
    assert [first[name] for name in signing] == [again[name] for name in signing]
    assert all(first[name] != other[name] for name in signing)
    assert mode(data / "secrets.env") == 0o600
    assert {mode(folder) for folder in (data, data.parent, tmp_path / "elsewhere")} == {0o700}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """What `make up` prepares, in a folder of its own."""
    for name in ("citiesshare", "deploy", "shared"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    return tmp_path


def prepare(folder: Path) -> dict[str, str]:
    """What is in ``.env`` after the script ran."""
    environment = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(folder)}
    subprocess.run(["sh", "deploy/prepare-compose.sh"], cwd=folder, env=environment, check=True)
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_compose_is_given_secrets_that_only_their_owner_reads_and_that_stay(copied: Path) -> None:
    made = prepare(copied)
    assert set(every_signing_variable()) <= set(made)
    assert all(made.values())
    assert mode(copied / ".env") == 0o600
    assert prepare(copied) == made


def test_an_installation_from_before_is_given_what_it_lacks_and_keeps_what_it_has(copied: Path) -> None:
    old = {name: value for name, value in prepare(copied).items() if name not in {"SALT", "LETTER_SECRET"}}
    (copied / ".env").write_text("".join(f"{name}={value}\n" for name, value in old.items()))
    (copied / ".env").chmod(0o644)
    made = prepare(copied)
    assert {name: made[name] for name in old} == old
    assert made["SALT"] != made["LETTER_SECRET"]
    assert mode(copied / ".env") == 0o600
