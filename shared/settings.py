"""Typed settings, read once from the environment; an invalid value stops the service with a message."""

import sys
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.secrets import HOW, host_of, is_loopback

# Error messages go to the log, so values of variables with these words in their names are not printed.
SECRET_WORDS = ("SECRET", "PASSWORD", "SALT", "URL")


class ServiceSettings(BaseSettings):
    """The settings that all services have; each service extends this class."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")
    signs: ClassVar[tuple[str, ...]] = ()
    """The fields with secrets for signatures and salts; each installation needs secrets of its own."""

    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    mongo_url: str = "mongodb://127.0.0.1:27017/?timeoutMS=10000"
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    mongo_prefix: Annotated[str, Field(pattern=r"^[a-z0-9_]*$")] = "citiesshare_"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    operations_host: str = "127.0.0.1"
    operations_port: Annotated[int, Field(ge=0, le=65535, description="Metrics, health and counts")] = 8001
    public_url: str = "http://127.0.0.1:8000"
    site_url: str | None = Field(None, description="Public address of the system; PUBLIC_URL if absent")
    prefetch: Annotated[int, Field(ge=1, le=10_000, description="Most unacknowledged messages per queue")] = (
        32
    )
    retry_waits: Annotated[tuple[int, ...], NoDecode, Field(min_length=1)] = (1, 5, 30, 120, 600)
    retry_attempts: Annotated[int, Field(ge=1, description="Attempts before a message is dead-lettered")] = 12
    declare_topology: Annotated[
        bool, Field(description="Off where a job with more permissions declares it")
    ] = True
    request_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="Longest time for request headers, and before the body must arrive at 10 kB/s",
        ),
    ] = 20.0
    grace_seconds: Annotated[
        float, Field(gt=0, description="Longest wait for running handlers at shutdown")
    ] = 25.0
    drain_seconds: Annotated[float, Field(ge=0, description="Time as not ready before shutdown")] = 0.0
    dead_letters_days: Annotated[int, Field(ge=1, description="Days until a dead letter is dropped")] = 90
    retention_seconds: Annotated[float, Field(gt=0, description="Time between two retention runs")] = 21_600.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool | None = Field(
        None, description="JSON lines; by default when standard error is not a terminal"
    )
    otel_exporter_otlp_endpoint: str | None = None

    @field_validator("retry_waits", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @property
    def site(self) -> str:
        """The public address of the system."""
        return self.site_url or self.public_url

    @property
    def https(self) -> bool:
        """Whether the public address uses TLS."""
        return self.site.lower().startswith("https://")

    @property
    def reached_at(self) -> str | None:
        """The setting that makes the service reachable from other machines, as ``NAME=value``, or None."""
        if not is_loopback(host_of(self.site)):
            return f"{'SITE_URL' if self.site_url else 'PUBLIC_URL'}={self.site}"
        return None if is_loopback(self.http_host) else f"HTTP_HOST={self.http_host}"

    def lacking(self) -> Iterator[str]:
        """Yield one line for each secret that must be set because other machines can reach the service."""
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
    """Read ``model`` from the environment.

    Exits with 2 and prints the variables where a value is invalid or a required secret is missing.
    """
    try:
        settings = model()
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = "_".join(str(part) for part in problem["loc"][:1]).upper()
            value = "…" if any(word in name for word in SECRET_WORDS) else repr(problem["input"])
            sys.stderr.write(f"{name}={value} cannot be used: {problem['msg']}\n")
        raise SystemExit(2) from None
    if lacking := [*settings.lacking()]:
        sys.stderr.write("\n".join((*lacking, "")))
        raise SystemExit(2)
    return settings
