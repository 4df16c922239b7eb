"""Holds each service to its memory, and sees when one was started again."""

import asyncio
import json
from contextlib import suppress

import psutil

from citiesshare.local.stack import Stack
from tests.attack.findings import Findings
from tests.attack.senders import Senders

MEMORY = 512 * 2**20
EVERY = 0.1


class Guard:
    """Looks at the services every tenth of a second; ends what takes too much memory, as a container does."""

    def __init__(self, stack: Stack, senders: Senders, findings: Findings) -> None:
        self._stack, self._senders, self._findings = stack, senders, findings
        self._restarts = {name: child.restarts for name, child in stack.children.items()}
        self.most: dict[str, int] = {}
        self.pids = stack.data / "attack-pids.json"
        self._write_pids()

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            for name in self._stack.services:
                self._hold(name)
            self._count()
            await asyncio.sleep(EVERY)

    def _hold(self, name: str) -> None:
        child = self._stack.children[name]
        with suppress(psutil.Error, AssertionError):
            process = psutil.Process(child.pid)
            used = process.memory_info().rss
            self.most[name] = max(self.most.get(name, 0), used)
            if used > MEMORY:
                told = f"{name} took {used / 2**20:.0f} MB, more than {MEMORY / 2**20:.0f}, and was ended"
                self._findings.add("crash", told, *self._recent(name))
                process.kill()

    def _count(self) -> None:
        for name, child in self._stack.children.items():
            if child.restarts != self._restarts[name]:
                self._restarts[name] = child.restarts
                self._findings.add("crash", f"{name} ended and was started again", *self._recent(name))
                self._write_pids()

    def _write_pids(self) -> None:
        """Tell the probe which process answers on which port."""
        children, ports = self._stack.children, self._stack.ports
        pids = {str(ports[name]): children[name].pid for name in self._stack.services}
        self.pids.write_text(json.dumps(pids))

    def _recent(self, name: str) -> tuple[int, ...]:
        return tuple(self._senders.recent.get(name, ()))
