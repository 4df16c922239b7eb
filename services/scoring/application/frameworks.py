"""The versions of the common framework that this release knows."""

from typing import Protocol

from services.scoring.domain.framework import Framework


class FrameworkCatalogue(Protocol):
    """All versions at hand."""

    def versions(self) -> tuple[str, ...]:
        """Return the versions, oldest first."""
        ...

    def load(self, version: str) -> Framework:
        """Return the framework of that version; raise ``UnknownFramework`` when there is none."""
        ...
