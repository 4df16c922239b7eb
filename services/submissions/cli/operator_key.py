"""`citiesshare submissions operator-key`."""

import typer

from services.submissions.settings import Settings
from shared.city_keys import CityKeys
from shared.settings import read_settings


def operator_key() -> None:
    """Print the key that opens the whole moderation queue over HTTP.

    It is drawn from CITY_SECRET and kept nowhere; another secret ends it and all keys of cities.

    Example: `CITY_SECRET=… citiesshare submissions operator-key`
    """
    try:
        typer.echo(CityKeys.of(read_settings(Settings).city_secret).operator_key)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
