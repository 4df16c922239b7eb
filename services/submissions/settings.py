"""Settings of the submissions service."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the submissions service needs beside what every service needs."""

    salt: Annotated[str, Field(min_length=8, description="Salts hashes of natural persons")] = (
        "citiesshare-local"
    )
