"""The private broker, store, mailbox and services of a test session: started when first asked for, once."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from citiesshare.local.ports import Ports, free_block
from citiesshare.local.processes import StackError
from citiesshare.local.stack import SERVICES, Stack
from shared.settings import ServiceSettings
from shared.store.mongo import Database, open_database
from tests.broker import Outsider, virtual_host

ROOT = Path(__file__).parents[1]
# Patience in seconds where production has minutes; compiled kernels are kept from one session to the next.
FAST = {
    "RETRY_WAITS": "1,2",
    "RETRY_ATTEMPTS": "8",
    "HANDING_LEASE": "6",
    "SMTP_TIMEOUT": "5",
    "LETTERS_BACK_OFF": "0",
    "ALERT_LEAST_PARTS": "0",  # what tests tell of is small; test_claims holds the minimum itself
    "NUMBA_CACHE_DIR": str(ROOT / ".citiesshare/numba"),
}
# How fast examples are drawn says something about the machine, nothing about the product. CI draws the same
# examples each time, so that a change is judged by what it changes; elsewhere each run draws new ones, and
# `make test-nightly` draws many.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("reproducible", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("reproducible" if os.environ.get("CI") else "local")


ON_BOTH_DRIVERS = ("test_stores", "test_scores")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by where they are: what needs a broker runs in one process, on one stack.

    What kills parts of it, or starts systems of its own, takes as long again: it runs in another process.
    The store tests run on both drivers; what merely uses a store runs on PyMongo's client with the slow ones.
    """
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in {"component", "journey", "chaos"}:
            item.add_marker("component" if folder == "component" else "journey")
            alone = folder == "chaos" or item.path.stem in {"test_run_once", "test_closed_doors"}
            item.add_marker(pytest.mark.xdist_group("chaos" if alone else "stack"))
        elif folder == "security" and "backing" in getattr(item, "fixturenames", ()):
            item.add_marker("component")
            item.add_marker(pytest.mark.xdist_group("stack"))
        elif item.path.stem.startswith("test_deploy_"):
            item.add_marker(pytest.mark.xdist_group("deploy"))
        callspec = getattr(item, "callspec", None)
        on_pymongo = callspec is not None and "pymongo" in callspec.params.values()
        if on_pymongo and item.path.stem not in ON_BOTH_DRIVERS:
            item.add_marker("slow")


def ends_of_logs(stack: Stack, lines: int = 25) -> str:
    """The last lines of every log of ``stack``: what a person looks at first."""
    logs = sorted((stack.data / "log").glob("*.log"))
    ends = ((log.name, log.read_text(errors="replace").splitlines()[-lines:]) for log in logs)
    return "\n\n".join(f"--- {name}\n" + "\n".join(tail) for name, tail in ends if tail)


@pytest.fixture(scope="session")
async def backing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Broker, store and mailbox, without services."""
    stack = Stack(tmp_path_factory.mktemp("stack"), Ports(free_block()), dict(FAST), services=())
    try:
        await stack.start()
        yield stack
    except StackError as error:
        pytest.fail(f"{error}\n{ends_of_logs(stack)}")
    finally:
        await stack.stop()


@pytest.fixture(scope="session")
async def stack(backing: Stack) -> Stack:
    """The whole system: the three services beside the broker, the store and the mailbox."""
    try:
        await backing.serve(SERVICES)
    except StackError as error:
        pytest.fail(f"{error}\n{ends_of_logs(backing)}")
    return backing


@pytest.fixture
async def amqp_url(backing: Stack) -> AsyncIterator[str]:
    """A virtual host of this test's own, on which nobody else speaks."""
    async with virtual_host(backing) as url:
        yield url


@pytest.fixture
async def outsider(amqp_url: str) -> AsyncIterator[Outsider]:
    """Somebody at the broker who is none of us, on the test's own virtual host with its topology."""
    async with Outsider(amqp_url) as somebody:
        await somebody.declare_topology()
        yield somebody


@pytest.fixture(params=["motor", "pymongo"])
async def database(backing: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database of this test's own, through either driver."""
    settings = ServiceSettings(
        mongo_url=backing.ports.mongo_url,
        mongo_driver=request.param,
        mongo_prefix=f"test_{uuid4().hex[:8]}_",
    )
    opened = open_database(settings, "test")
    yield opened
    await opened.close()
