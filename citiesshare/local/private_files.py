"""Files that only their owner can read: folders with mode 0700, files with mode 0600."""

import os
from pathlib import Path

UMASK = 0o077
FOLDER, FILE = 0o700, 0o600


def private_folder(path: Path) -> Path:
    """Create the folder ``path`` with its parents, set mode 0700 on it, and return it."""
    if not path.parent.exists():
        private_folder(path.parent)
    path.mkdir(mode=FOLDER, exist_ok=True)
    path.chmod(FOLDER)  # folders of an earlier release had another mode
    return path


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` atomically with mode 0600."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "w") as file:
        file.write(text)
    part.replace(path)


def read_variables(path: Path) -> dict[str, str]:
    """Return the values by name of the lines ``NAME=value`` of ``path``; empty where the file is missing."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
