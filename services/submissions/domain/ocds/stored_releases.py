"""A release as it is kept: bytes without personal data, and what stood around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.submissions.domain.ocds.packages import PackageMetadata
from services.submissions.domain.ocds.releases import Release


@dataclass(frozen=True)
class StoredRelease:
    """One release as it is kept: its bytes without personal data, and what stood around it."""

    process: str
    digest: str
    profile: str
    package: PackageMetadata
    content: bytes
    received: datetime
    position: int = 0
    publisher: str | None = None

    @classmethod
    def of(
        cls, release: Release, received: datetime, position: int = 0, publisher: str | None = None
    ) -> Self:
        """What is kept of ``release``, received at ``received`` at a ``position`` among those of its message.

        ``publisher`` is who sent it, None where nobody is registered.
        """
        what = (release.process, release.digest, release.profile, release.package, release.content)
        return cls(*what, received, position, publisher)

    @property
    def arrival(self) -> tuple[datetime, int, str]:
        """The order of arrival; the digest decides where two messages came in one second."""
        return (self.received, self.position, self.digest)
