"""Public holidays by country, as the ``holidays`` library knows them."""

from datetime import date
from functools import cache

import holidays

from services.notifications.domain.quiet_hours import Closed, never_closed


@cache
def closed_in(country: str | None) -> Closed:
    """Whether a day is a public holiday in ``country`` (ISO 3166-1 alpha-2); unknown countries keep none."""
    if country is None or country not in holidays.list_supported_countries(include_aliases=False):
        return never_closed
    public_holidays = holidays.country_holidays(country)

    def closed(day: date) -> bool:
        return day in public_holidays

    return closed
