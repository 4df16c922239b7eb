"""Typed settings, read once from the environment; a wrong value is named at start."""

import sys
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# A start that fails is logged, and a log is read by many: what looks like a secret is not repeated there.
HUSHED = ("SECRET", "PASSWORD", "SALT", "URL")


class ServiceSettings(BaseSettings):
    """What every service needs to know; each service adds its own below."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    mongo_url: str = "mongodb://127.0.0.1:27017/?timeoutMS=10000"
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    mongo_prefix: Annotated[str, Field(pattern=r"^[a-z0-9_]*$")] = "citiesshare_"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str = "http://127.0.0.1:8000"
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
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool | None = Field(None, description="JSON lines; by default wherever there is no terminal")
    otel_exporter_otlp_endpoint: str | None = None

    @field_validator("retry_waits", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value


S = TypeVar("S", bound=ServiceSettings)


def read_settings(model: type[S]) -> S:
    """Read ``model`` from the environment, or stop with the names of the variables that are wrong."""
    try:
        return model()
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = "_".join(str(part) for part in problem["loc"][:1]).upper()
            given = "…" if any(word in name for word in HUSHED) else repr(problem["input"])
            sys.stderr.write(f"{name}={given} cannot be used: {problem['msg']}\n")
        raise SystemExit(2) from None
