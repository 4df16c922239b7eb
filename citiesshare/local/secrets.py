"""The secrets of one data folder: drawn at random when they are first needed, and kept for the next start."""

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
    """The variables with the secrets that ``service`` signs or salts with."""
    return tuple(name.upper() for name in MODELS[service].signs)


def every_signing_variable() -> tuple[str, ...]:
    """The variables with the secrets of all services."""
    return tuple(name for service in MODELS for name in signing_variables(service))


def fresh(names: Iterable[str]) -> dict[str, str]:
    """Return a secret that nobody has yet for each of ``names``."""
    return {name: fresh_secret().get_secret_value() for name in names}


def kept_in(data: Path, names: Iterable[str], file: str = FILE) -> dict[str, str]:
    """Return the secrets ``names`` that ``data/file`` keeps; those that are missing are made and kept."""
    path = private_folder(data) / file
    kept = read_variables(path)
    if missing := [name for name in names if not kept.get(name)]:
        kept |= fresh(missing)
        write_variables(path, kept)
    return kept


def write_variables(path: Path, variables: dict[str, str]) -> None:
    """Write ``NAME=value`` lines that a shell can read, for their owner alone."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in variables.items()))
