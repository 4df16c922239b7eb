"""The secrets of one data folder: made when they are first needed, and stored for the next start."""

from collections.abc import Iterable
from pathlib import Path

from citiesshare.local.private_files import private_folder, read_variables, write_private
from services.notifications.settings import Settings as NotificationsSettings
from services.scoring.settings import Settings as ScoringSettings
from services.submissions.settings import Settings as SubmissionsSettings
from shared.secrets import fresh_secret
from shared.settings import ServiceSettings

MODELS: dict[str, type[ServiceSettings]] = {
    "submissions": SubmissionsSettings,
    "scoring": ScoringSettings,
    "notifications": NotificationsSettings,
}
FILE = "secrets.env"


def signing_variables(service: str) -> tuple[str, ...]:
    """Return the variables with the secrets for signatures and salts of ``service``."""
    return tuple(name.upper() for name in MODELS[service].signs)


def every_signing_variable() -> tuple[str, ...]:
    """Return the variables with the secrets of all services; two may share one."""
    return tuple(dict.fromkeys(name for service in MODELS for name in signing_variables(service)))


def fresh(names: Iterable[str]) -> dict[str, str]:
    """Return a new secret for each of ``names``."""
    return {name: fresh_secret().get_secret_value() for name in names}


def load_or_make(data: Path, names: Iterable[str], file: str = FILE) -> dict[str, str]:
    """Return all variables of ``data/file``; secrets of ``names`` that are missing are made and stored."""
    path = private_folder(data) / file
    variables = read_variables(path)
    if missing := [name for name in names if not variables.get(name)]:
        variables |= fresh(missing)
        write_variables(path, variables)
    return variables


def write_variables(path: Path, variables: dict[str, str]) -> None:
    """Write lines ``NAME=value`` that a shell can read, with mode 0600."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in variables.items()))
