"""In which country a buyer is: what tells it, and where two clues contradict each other."""

import re
from collections.abc import Iterator
from typing import Protocol

from services.submissions.domain.places.gazetteer import Gazetteer, country_of
from services.submissions.domain.places.local_government_words import LOCAL_AUTHORITY_LISTS

# Regions of Eurostat (NUTS): a country's code and one to three signs, one of them a digit ("NO08", "DEA2").
_NUTS = re.compile(r"([A-Z]{2})(?=[A-Z0-9]*\d)[A-Z0-9]{1,3}|(UK)[C-N]?")
_ITS_OWN_CODES = {"UK": "GB", "EL": "GR"}
_NUTS_COUNTRIES = frozenset(
    re.findall(
        r"\w+",
        "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
        "UK NO IS LI CH TR RS ME MK AL BA XK",
    )
)


class CountryClues(Protocol):
    """What is asked for: the part of the clues that speaks of countries."""

    @property
    def country(self) -> str | None: ...
    @property
    def region(self) -> str | None: ...
    @property
    def home(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def identifiers(self) -> tuple[tuple[str, str], ...]: ...


def countries_told(clues: CountryClues, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give every country that the clues tell (ISO codes), the address's first.

    None means that nothing tells it, several that the clues contradict each other. A currency tells a
    country where one country alone has it, and contradicts one that has another.
    """
    told = dict.fromkeys(each for each in _by_place(clues, gazetteer) if each in gazetteer.countries)
    home = gazetteer.country_by_currency.get(clues.currency or "")
    if home and not any(gazetteer.countries[each].currency == clues.currency for each in told):
        told[home] = None
    return tuple(told)


def _by_place(clues: CountryClues, gazetteer: Gazetteer) -> Iterator[str]:
    """Address, region, register of local governments, publisher: whichever are told."""
    yield country_of(clues.country, gazetteer) or ""
    yield _nuts(clues.region or "")
    yield from (
        scheme.strip().upper()[:2]
        for scheme, _ in clues.identifiers
        if scheme.strip().upper() in LOCAL_AUTHORITY_LISTS
    )
    yield country_of(clues.home, gazetteer) or ""


def _nuts(region: str) -> str:
    found = _NUTS.fullmatch(region.strip().upper())
    code = (found[1] or found[2]) if found else ""
    return _ITS_OWN_CODES.get(code, code) if code in _NUTS_COUNTRIES else ""
