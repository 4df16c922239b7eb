"""Clocks of running processes, set wrong and right again; monotonic clocks go on.

By 50 lines of C that the process loads first. Not by libfaketime: in the version that Debian has, whoever
leaves monotonic clocks alone can no longer sleep in Python 3.11 (libfaketime issue 426).

Only for processes that wait by the monotonic clock, as Python does: a database that asks the kernel to wake
it at a time of day would sleep for as long as its clock is wrong.
"""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")
COMPILERS = ("cc", "gcc", "clang")


@dataclass(frozen=True)
class Clock:
    """The clock of one process: ``library`` lets it see what stands in ``file``."""

    library: Path
    file: Path

    @property
    def settings(self) -> dict[str, str]:
        """What the process must find in its environment when it starts."""
        return {"LD_PRELOAD": str(self.library), "CLOCK_WRONG_BY": str(self.file)}

    def set_wrong(self, by: timedelta) -> None:
        """Step the clock: from now on it is wrong by so much, to the second."""
        with self.file.open("r+b") as file:
            file.write(int(by.total_seconds()).to_bytes(8, sys.byteorder, signed=True))

    @asynccontextmanager
    async def wrong(self, by: timedelta) -> AsyncIterator[None]:
        """Step the clock, and step it back at the end of the block."""
        self.set_wrong(by)
        try:
            yield
        finally:
            self.set_wrong(timedelta())


def clocks(folder: Path, names: Sequence[str]) -> Mapping[str, Clock]:
    """A clock for each of ``names``, right as yet; none where there is no C compiler."""
    library = folder / "clock.so"
    folder.mkdir(parents=True, exist_ok=True)
    if not _compiled(library):
        return {}
    made = {name: Clock(library, folder / name) for name in names}
    for clock in made.values():
        clock.file.write_bytes(bytes(8))
    return made


def _compiled(library: Path) -> bool:
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        return False
    command = [compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
    return subprocess.run(command, check=False).returncode == 0
