"""Settings of the submissions service."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.json_limits import LARGEST_MESSAGE
from shared.secrets import fresh_secret
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the submissions service needs beside what every service needs."""

    signs: ClassVar[tuple[str, ...]] = ("salt", "city_secret")

    salt: Annotated[
        SecretStr, Field(min_length=8, description="Salts hashes of natural persons; absent: until it ends")
    ] = Field(default_factory=fresh_secret)
    city_secret: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            description="The one of scoring: its keys open the moderation queue, of a city or as operator",
        ),
    ] = None
    open_doors: bool = Field(
        default=False, description="Whether who is not registered may speak; for one machine only"
    )
    office_holders: Path | None = Field(None, description="JSON list of {post, names}: texts with them wait")
    blackout_days: Annotated[
        int, Field(ge=0, le=366, description="Before a city votes its new solutions wait; 0: they do not")
    ] = 28
    dataref_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Where a dataref may lead, beside our own /v1/data; with commas between"
    )
    most_deposit_bytes: Annotated[
        int, Field(ge=1, le=LARGEST_MESSAGE, description="Largest deposit, and largest data behind a dataref")
    ] = LARGEST_MESSAGE
    messages_days: Annotated[
        int, Field(ge=1, description="Days the fate of a message is kept; later it is a new one")
    ] = 730
    releases_days: Annotated[int, Field(ge=1, description="Days a raw release is kept")] = 3650
    held_days: Annotated[
        int, Field(ge=1, description="Days a held message or a comment waits for a reviewer")
    ] = 180
    held_decided_days: Annotated[int, Field(ge=1, description="Days a held message is kept once decided")] = (
        30
    )
    comments_refused_days: Annotated[int, Field(ge=1, description="Days a refused comment is kept")] = 90
    clock_seconds: Annotated[float, Field(gt=0, description="How often the clock looks what is due")] = 900.0

    @field_validator("dataref_prefixes", mode="before")
    @classmethod
    def _prefixes(cls, value: object) -> object:
        return tuple(filter(None, value.split(","))) if isinstance(value, str) else value
