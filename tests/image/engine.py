"""Docker or Podman, by the words that both understand."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class EngineError(Exception):
    """An engine that is not there, or what it complained of."""


@dataclass(frozen=True)
class Engine:
    """A container engine on this machine; ``command`` is how it is called."""

    command: tuple[str, ...]

    def do(self, *words: str) -> str:
        """Return what it prints; raises EngineError with the end of its complaint."""
        done = subprocess.run([*self.command, *words], capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise EngineError(f"{' '.join(words)}\n{done.stderr[-2000:]}")
        return done.stdout.strip()

    def can(self, *words: str) -> bool:
        """Whether it does ``words`` without complaint."""
        try:
            self.do(*words)
        except (EngineError, OSError):
            return False
        return True

    def fetch(self, base: str) -> None:
        """See to it that ``base`` is there; raises EngineError where it cannot be had."""
        if not (self.can("image", "inspect", base) or self.can("pull", base)):
            raise EngineError(f"{base} cannot be had: name another in PYTHON_IMAGE, see tests/image/base.sh")

    def build(self, image: str, base: str) -> None:
        """Build ``image`` from this checkout on ``base``."""
        told = ("--network", "host", "--build-arg", f"PYTHON_IMAGE={base}")
        self.do("build", *told, "--file", "deploy/Dockerfile", "--tag", image, ".")

    def size(self, image: str) -> int:
        """The bytes of all layers of ``image``, uncompressed."""
        return int(self.do("image", "inspect", "--format", "{{.Size}}", image))


def find_engine() -> Engine:
    """CONTAINER_ENGINE, else the first of docker and podman that answers; raises EngineError."""
    for engine in _engines():
        if engine.can("info"):
            return engine
    raise EngineError("no container engine answers: install docker or podman, or set CONTAINER_ENGINE")


def _engines() -> Iterator[Engine]:
    if named := os.environ.get("CONTAINER_ENGINE"):
        yield Engine(tuple(shlex.split(named)))
    else:
        yield from (Engine((name,)) for name in ("docker", "podman"))
