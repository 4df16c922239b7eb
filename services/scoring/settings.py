"""Settings of the scoring service."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the scoring service needs beside what every service needs."""

    framework: str = "1"
    matches_per_message: Annotated[int, Field(ge=1, le=1000, description="Matches said in one message")] = 25
