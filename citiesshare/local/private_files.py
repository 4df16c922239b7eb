"""Files that only their owner may read: folders have mode 0700, files with secrets mode 0600."""

import os
from pathlib import Path

UMASK = 0o077
FOLDER, FILE = 0o700, 0o600


def private_folder(path: Path) -> Path:
    """Make the folder ``path`` where it is missing, and close it to everybody but its owner."""
    if not path.parent.exists():
        private_folder(path.parent)
    path.mkdir(mode=FOLDER, exist_ok=True)
    path.chmod(FOLDER)  # an earlier release left it open; what is in it is out of reach with it
    return path


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` at once or not at all; nobody else can read it at any moment."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "w") as file:
        file.write(text)
    part.replace(path)


def read_variables(path: Path) -> dict[str, str]:
    """Return the lines ``NAME=value`` of ``path``; nothing where there is no such file."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
