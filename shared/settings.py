"""Typed settings, read once from the environment; a wrong value is named at start."""

import sys
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.secrets import HOW, host_of, is_loopback

# A start that fails is logged, and a log is read by many: what looks like a secret is not repeated there.
HUSHED = ("SECRET", "PASSWORD", "SALT", "URL")


class ServiceSettings(BaseSettings):
    """What every service needs to know; each service adds its own below."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")
    signs: ClassVar[tuple[str, ...]] = ()
    """The fields with which this service signs or salts: each installation has secrets of its own."""

    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    mongo_url: str = "mongodb://127.0.0.1:27017/?timeoutMS=10000"
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    mongo_prefix: Annotated[str, Field(pattern=r"^[a-z0-9_]*$")] = "citiesshare_"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    operations_host: str = "127.0.0.1"
    operations_port: Annotated[int, Field(ge=0, le=65535, description="Metrics, health and counts")] = 8001
    public_url: str = "http://127.0.0.1:8000"
    site_url: str | None = Field(None, description="Where people and systems reach us; PUBLIC_URL if absent")
    prefetch: Annotated[int, Field(ge=1, le=10_000, description="Messages in work at once, per queue")] = 32
    retry_waits: Annotated[tuple[int, ...], NoDecode, Field(min_length=1)] = (1, 5, 30, 120, 600)
    retry_attempts: Annotated[int, Field(ge=1, description="Tries before a message is dead")] = 12
    declare_topology: Annotated[bool, Field(description="Off where a job with wider rights does")] = True
    request_seconds: Annotated[
        float,
        Field(gt=0, description="For the headers of a request, and until its body comes at 10 kB a second"),
    ] = 20.0
    grace_seconds: Annotated[float, Field(gt=0, description="Longest wait for running handlers")] = 25.0
    drain_seconds: Annotated[float, Field(ge=0, description="Not ready before it stops")] = 0.0
    dead_letters_days: Annotated[int, Field(ge=1, description="Days until a dead letter is dropped")] = 90
    retention_seconds: Annotated[
        float, Field(gt=0, description="Between two looks for what is kept no longer")
    ] = 21_600.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool | None = Field(None, description="JSON lines; by default wherever there is no terminal")
    otel_exporter_otlp_endpoint: str | None = None

    @field_validator("retry_waits", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @property
    def site(self) -> str:
        """The address at which people and other systems reach the system."""
        return self.site_url or self.public_url

    @property
    def https(self) -> bool:
        """Whether people and other systems reach the system over TLS."""
        return self.site.lower().startswith("https://")

    @property
    def reached_at(self) -> str | None:
        """The setting that lets others than this machine in, with its value; None where there is none."""
        if not is_loopback(host_of(self.site)):
            return f"{'SITE_URL' if self.site_url else 'PUBLIC_URL'}={self.site}"
        return None if is_loopback(self.http_host) else f"HTTP_HOST={self.http_host}"

    def lacking(self) -> Iterator[str]:
        """A line for each secret that must be set before others than this machine are let in."""
        if self.reached_at is None:
            return
        for name in self.signs:
            if name not in self.model_fields_set or not getattr(self, name):
                variable = name.upper()
                yield (
                    f"{variable} is not set, and {self.reached_at} is reached from other machines:"
                    f" make a secret of your own with `{HOW} {variable}` and set it"
                )


S = TypeVar("S", bound=ServiceSettings)


def read_settings(model: type[S]) -> S:
    """Read ``model`` from the environment, or stop and name the variables that are wrong or missing."""
    try:
        settings = model()
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = "_".join(str(part) for part in problem["loc"][:1]).upper()
            given = "…" if any(word in name for word in HUSHED) else repr(problem["input"])
            sys.stderr.write(f"{name}={given} cannot be used: {problem['msg']}\n")
        raise SystemExit(2) from None
    if lacking := [*settings.lacking()]:
        sys.stderr.write("\n".join((*lacking, "")))
        raise SystemExit(2)
    return settings
