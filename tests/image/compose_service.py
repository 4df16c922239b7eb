"""What docker-compose.yml says of a service, as an engine is told it when one container is run by hand."""

from collections.abc import Iterator

import yaml
from pydantic import BaseModel

from tests.image.engine import ROOT


class HealthCheck(BaseModel):
    """How a container is asked whether it is well: ``CMD`` and the words of a command."""

    test: list[str] = []


class ComposeService(BaseModel):
    """What is said of one service; what concerns its networks, ports and neighbours is not read."""

    command: list[str]
    user: str
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    tmpfs: list[str]
    stop_grace_period: str
    env_file: list[str]
    healthcheck: HealthCheck
    volumes: list[str] = []

    @property
    def health(self) -> list[str]:
        """The command that ends with 0 where the container is well."""
        return self.healthcheck.test[1:]

    def options(self) -> Iterator[str]:
        """The words of ``run`` that say the same; nobody else asks for its health."""
        yield from ("--user", self.user, "--stop-timeout", self.stop_grace_period.removesuffix("s"))
        yield from ("--read-only", "--no-healthcheck") if self.read_only else ("--no-healthcheck",)
        lists = {
            "--cap-drop": self.cap_drop,
            "--security-opt": self.security_opt,
            "--tmpfs": self.tmpfs,
            "--volume": self.volumes,
            "--env-file": self.env_file,
        }
        for option, values in lists.items():
            yield from (word for value in values for word in (option, value))


def compose_service(service: str) -> ComposeService:
    """Return what the compose file says of ``service``; raises where it says what cannot be read."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return ComposeService.model_validate(compose["services"][service])
