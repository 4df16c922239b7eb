"""Settings of the scoring service."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from services.scoring.domain.framework import IN_FORCE
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the scoring service needs beside what every service needs."""

    signs: ClassVar[tuple[str, ...]] = ("city_secret",)

    framework: Annotated[str, Field(description="Version of the common framework in force")] = IN_FORCE
    matches_per_message: Annotated[int, Field(ge=1, le=1000, description="Matches said in one message")] = 25
    introductions_per_need: Annotated[
        int, Field(ge=0, le=1000, description="Most partners one need is introduced to at once")
    ] = 20
    index_snapshot: Annotated[
        Path | None, Field(description="Folder of the index on disk; none: built from the store at start")
    ] = None
    exchange_rates: Annotated[
        Path | None,
        Field(description="eurofxref-hist.csv of the European Central Bank; none: those of the release"),
    ] = None
    city_secret: Annotated[
        SecretStr | None,
        Field(min_length=16, description="Keys of cities are drawn from it; none: all doors are open"),
    ] = None
    watches_per_city: Annotated[
        int, Field(ge=1, le=100_000, description="Most watches that one city keeps open at a time")
    ] = 100
    upkeep_seconds: Annotated[
        float, Field(gt=0, description="Between two looks after index, metrics and scores that are missing")
    ] = 10.0
    snapshot_seconds: Annotated[float, Field(gt=0, description="Between two snapshots of the index")] = 600.0
    check_seconds: Annotated[
        float, Field(gt=0, description="Between two comparisons of the index with the store")
    ] = 3600.0
