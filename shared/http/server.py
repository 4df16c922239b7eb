"""Running a service from the command line."""

import os
from typing import TypeVar

from shared.observability.logs import configure_logs
from shared.settings import ServiceSettings, read_settings

PRIVATE = 0o077  # files of a service (snapshots, compiled kernels) are readable by its own user only
S = TypeVar("S", bound=ServiceSettings)


def prepare(service: str, model: type[S]) -> S:
    """Read the settings of ``service`` from the environment, and set up its logs and its rights on files.

    Exits with 2 where a setting is missing or wrong.
    """
    os.umask(PRIVATE)
    settings = read_settings(model)
    configure_logs(service, settings.log_level, json=settings.log_json)
    return settings
