"""`citiesshare scoring city-key`."""

from typing import Annotated

import typer

from services.scoring.settings import Settings
from shared.city_keys import CityKeys
from shared.settings import read_settings


def city_key(city: Annotated[str, typer.Argument(help="The city's id.")]) -> None:
    """Print the key that shows a city what is meant for it alone.

    It is drawn from CITY_SECRET and kept nowhere; another secret ends all keys.

    Example: `CITY_SECRET=… citiesshare scoring city-key geonames:3094802`
    """
    secret = read_settings(Settings).city_secret
    try:
        typer.echo(CityKeys.of(secret).key(city))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
