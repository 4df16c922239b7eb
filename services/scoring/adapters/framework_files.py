"""Reads the versions of the common framework that come with this release."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from services.scoring.domain.framework import IN_FORCE, Framework, UnknownFramework

FOLDER = Path(__file__).parents[1] / "framework"


def versions() -> tuple[str, ...]:
    """The versions at hand, oldest first."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.toml")), key=_order))


def _order(version: str) -> tuple[int, str]:
    number, _, rest = version.partition(".")
    return int(number), rest


def read(path: Path) -> Framework:
    """Read and check one settings file; raise ``ValueError`` naming file, setting and complaint."""
    try:
        framework = Framework.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is not TOML: {error}") from error
    except ValidationError as error:
        complaints = "; ".join(
            f"{'.'.join(map(str, part['loc'])) or 'the file'}: {part['msg']}" for part in error.errors()
        )
        raise ValueError(f"{path.name}: {complaints}") from error
    if framework.version != path.stem:
        raise ValueError(f"{path.name} says it is version {framework.version}; file and version must agree")
    return framework


@cache
def load(version: str = IN_FORCE) -> Framework:
    """The framework of that version; raise :class:`UnknownFramework` when there is none."""
    if version not in versions():
        raise UnknownFramework(
            f"there is no framework version {version!r}; there are {', '.join(versions())}"
        )
    return read(FOLDER / f"{version}.toml")
