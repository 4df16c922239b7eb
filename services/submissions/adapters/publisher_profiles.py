"""The publishers known to us: profiles from a file, and which of them a release comes from."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.packages import PackageMetadata
from services.submissions.domain.publisher_profiles import UNKNOWN, Profile

PROFILES = TypeAdapter(tuple[Profile, ...])


class PublisherProfiles:
    """Finds the profile of a release: by ocid prefix or package publisher, else by the shape of the ocid."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_id = {profile.id: profile for profile in profiles}
        self._by_publisher = {name: each for each in self._by_id.values() for name in each.signs.publishers}
        self._by_prefix = {
            prefix: each for each in self._by_id.values() for prefix in each.signs.ocid_prefixes
        }
        self._by_pattern = [
            (re.compile(each.signs.ocid_pattern), each)
            for each in self._by_id.values()
            if each.signs.ocid_pattern
        ]

    def __getitem__(self, identifier: str) -> Profile:
        """The profile called ``identifier``; KeyError names those there are."""
        if identifier not in self._by_id:
            raise KeyError(f"no publisher {identifier!r}; known: {', '.join(sorted(self._by_id))}")
        return self._by_id[identifier]

    def of(self, release: dict[str, Json], package: PackageMetadata) -> Profile:
        """The profile a release is to be read by; UNKNOWN where no sign fits."""
        ocid = str(release.get("ocid") or "").strip().casefold()
        names = ((name or "").casefold() for name in (package.publisher, package.scheme))
        found = next((self._by_publisher[name] for name in names if name in self._by_publisher), None)
        found = found or self._prefixed(ocid)
        return found or self._shaped(ocid, release.get("buyer")) or UNKNOWN

    def _prefixed(self, ocid: str) -> Profile | None:
        return next((self._by_prefix[ocid[:end]] for end in (12, 14) if ocid[:end] in self._by_prefix), None)

    def _shaped(self, ocid: str, buyer: Json) -> Profile | None:
        name = str(buyer.get("name") or "").casefold() if isinstance(buyer, dict) else ""
        for pattern, profile in self._by_pattern:
            buyers = profile.signs.buyers
            if pattern.fullmatch(ocid) and (not buyers or name.startswith(buyers)):
                return profile
        return None


@cache
def shipped() -> PublisherProfiles:
    """The profiles that come with the product."""
    packed = files("services.submissions.data").joinpath("publishers.json").read_bytes()
    return PublisherProfiles(PROFILES.validate_json(packed))
