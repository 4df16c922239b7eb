"""Running a service from the command line."""

import os
from collections.abc import Callable
from typing import TypeVar

from shared.http.asgi import Service, serve
from shared.observability.logs import configure_logs
from shared.settings import ServiceSettings, read_settings

PRIVATE = 0o077  # files of a service (snapshots, compiled kernels) are readable by its own user only
S = TypeVar("S", bound=ServiceSettings)


def run(service: str, model: type[S], create: Callable[[S], Service]) -> None:
    """Read the settings of ``service`` from the environment and serve it until SIGTERM or SIGINT."""
    os.umask(PRIVATE)
    settings = read_settings(model)
    configure_logs(service, settings.log_level, json=settings.log_json)
    serve(create(settings), settings)
