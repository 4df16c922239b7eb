"""Where a text points to, and whether it speaks for a city government: two questions, answered apart."""

from services.submissions.domain.places.city_government import (
    Judgement,
    Kind,
    authority_kind,
    city_government,
)
from services.submissions.domain.places.gazetteer import City, Country, Gazetteer, country_of
from services.submissions.domain.places.regions import described, region_name
from services.submissions.domain.places.resolve import (
    NOWHERE,
    Clues,
    Doubt,
    Place,
    resolve,
    resolve_claim,
    resolve_name,
)

__all__ = [
    "NOWHERE",
    "City",
    "Clues",
    "Country",
    "Doubt",
    "Gazetteer",
    "Judgement",
    "Kind",
    "Place",
    "authority_kind",
    "city_government",
    "country_of",
    "described",
    "region_name",
    "resolve",
    "resolve_claim",
    "resolve_name",
]
