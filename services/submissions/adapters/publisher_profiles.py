"""The profiles of publishers that come with the product."""

from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from services.submissions.domain.publisher_profiles import Profile, PublisherProfiles

PROFILES = TypeAdapter(tuple[Profile, ...])


@cache
def shipped() -> PublisherProfiles:
    """The profiles that come with the product."""
    packed = files("services.submissions.data").joinpath("publishers.json").read_bytes()
    return PublisherProfiles(PROFILES.validate_json(packed))
