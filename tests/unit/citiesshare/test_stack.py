"""The local stack watches its embedded store."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from citiesshare.local import stack as local_stack
from citiesshare.local.processes import Child
from citiesshare.local.readiness import Ready
from citiesshare.local.stack import Stack


def answering(*answers: bool) -> Ready:
    """A check with these answers, the last one for ever."""
    left = list(answers)

    async def ready() -> bool:
        return left.pop(0) if len(left) > 1 else left[0]

    return ready


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Child]:
    """A process that does nothing."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = Child("store", command, {}, tmp_path / "log/store.log", answering(True))
    await child.start()
    yield child
    await child.stop()


async def watched(store: Child, tmp_path: Path, answers: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a stack watch ``store`` for a moment, or until it is killed."""
    monkeypatch.setattr(local_stack, "STORE_CHECKED_EVERY", 0.01)
    monkeypatch.setattr(local_stack, "takes_writes", lambda _: answers)
    watching = asyncio.create_task(Stack(tmp_path, children={"store": store})._watch_store())
    assert store.process is not None
    with suppress(TimeoutError):
        await asyncio.wait_for(store.process.wait(), 0.5)
    watching.cancel()


async def test_a_store_that_missed_three_writes_in_a_row_is_killed(
    store: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched(store, tmp_path, answering(False), monkeypatch)
    assert store.process is not None
    assert store.process.returncode == -signal.SIGKILL


async def test_a_store_that_missed_two_writes_stays(
    store: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched(store, tmp_path, answering(True, False, False, True), monkeypatch)
    assert store.running
