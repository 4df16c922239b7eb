"""Running a service from the command line."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI

from shared.logs import configure_logs
from shared.service import serve
from shared.settings import ServiceSettings, read_settings

S = TypeVar("S", bound=ServiceSettings)


def run(service: str, model: type[S], create: Callable[[S], FastAPI]) -> None:
    """Read the settings of ``service`` from the environment and serve it until it is told to stop."""
    settings = read_settings(model)
    configure_logs(service, settings.log_level, json=settings.log_json)
    serve(create(settings), settings)
