"""Countries and time zones by their names, in the reader's language: what the preferences page offers."""

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import holidays
from babel import Locale, dates
from babel.core import get_global

from services.notifications.adapters.localizer import localizer_for

WORLD = "001"


@lru_cache(64)
def countries(locale: str) -> Mapping[str, str]:
    """The countries whose public holidays are known: code and name, by name."""
    regional = localizer_for(locale).regional
    codes = holidays.list_supported_countries(include_aliases=False)
    names = {code: str(regional.territories.get(code, code)) for code in codes}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


@lru_cache(64)
def zones(locale: str) -> Mapping[str, str]:
    """The time zones of places, each as a country and its city, by name; UTC is the first."""
    regional, zones = localizer_for(locale).regional, available_timezones()
    names = {
        zone: f"{regional.territories.get(territory, territory)} · {_city(zone, regional)}"
        for zone, territory in get_global("zone_territories").items()
        if zone in zones and territory != WORLD
    }
    return {"UTC": "UTC", **dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))}


def _city(zone: str, regional: Locale) -> str:
    return str(dates.get_timezone_location(ZoneInfo(zone), locale=regional, return_city=True))
