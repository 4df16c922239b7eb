"""The region that an address names, as the gazetteer codes it, where many towns have one name."""

from collections.abc import Mapping

from services.submissions.domain.places.gazetteer import City, Gazetteer, country_of
from shared.folding import fold

# States and provinces by name, without accents; the code is that of the gazetteer (GeoNames).
_STATES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
    "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas",
    "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts",
    "MI": "michigan", "MN": "minnesota", "MS": "mississippi", "MO": "missouri", "MT": "montana",
    "NE": "nebraska", "NV": "nevada", "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico",
    "NY": "new york", "NC": "north carolina", "ND": "north dakota", "OH": "ohio", "OK": "oklahoma",
    "OR": "oregon", "PA": "pennsylvania", "RI": "rhode island", "SC": "south carolina", "SD": "south dakota",
    "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington",
    "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming",
}  # fmt: skip
_PROVINCES = {
    "01": ("alberta", "ab"), "02": ("british columbia", "bc", "colombie britannique"),
    "03": ("manitoba", "mb"), "04": ("new brunswick", "nb", "nouveau brunswick"),
    "05": ("newfoundland and labrador", "nl", "newfoundland", "terre neuve et labrador"),
    "07": ("nova scotia", "ns", "nouvelle ecosse"), "08": ("ontario", "on"),
    "09": ("prince edward island", "pe", "pei", "ile du prince edouard"), "10": ("quebec", "qc"),
    "11": ("saskatchewan", "sk"), "12": ("yukon", "yt"),
    "13": ("northwest territories", "nt", "territoires du nord ouest"), "14": ("nunavut", "nu"),
}  # fmt: skip
_AUSTRALIA = {
    "01": ("australian capital territory", "act"), "02": ("new south wales", "nsw"),
    "03": ("northern territory", "nt"), "04": ("queensland", "qld"), "05": ("south australia", "sa"),
    "06": ("tasmania", "tas"), "07": ("victoria", "vic"), "08": ("western australia", "wa"),
}  # fmt: skip
_NATIONS = {
    "ENG": ("england", "lloegr"), "SCT": ("scotland", "alba", "ukm"),
    "WLS": ("wales", "cymru", "ukl"), "NIR": ("northern ireland", "ukn"),
}  # fmt: skip


def _by_name(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: code for code, called in names.items() for name in called}


_CODES: dict[str, dict[str, str]] = {
    "US": {name: code for code, name in _STATES.items()} | {code.lower(): code for code in _STATES},
    "CA": _by_name(_PROVINCES),
    "AU": _by_name(_AUSTRALIA),
    "GB": _by_name(_NATIONS),
}

# Parts of a country that have an ISO code, and so a gazetteer, of their own.
TERRITORIES: dict[str, frozenset[str]] = {
    "FR": frozenset({"RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "NC", "PF", "WF"}),
    "US": frozenset({"PR", "GU", "VI", "AS", "MP"}),
    "NL": frozenset({"AW", "CW", "SX", "BQ"}),
    "DK": frozenset({"GL", "FO"}),
    "FI": frozenset({"AX"}),
    "NO": frozenset({"SJ"}),
    "CN": frozenset({"HK", "MO"}),
}

# Names that a place in another country has, too: they tell no country.
_ELSEWHERE = frozenset(
    {"georgia", "victoria", "maine", "washington", "new york", "delaware", "northern territory"}
)


def parts_of(country: str) -> frozenset[str]:
    """Give the ISO codes that a country's name may mean: its own and those of its territories."""
    return TERRITORIES.get(country, frozenset()) | {country}


def territory_of(country: str, region: str | None, gazetteer: Gazetteer) -> str | None:
    """Give the territory of ``country`` that a region names: ``"La Réunion"`` in France is RE."""
    territory = country_of(region, gazetteer) if region and len(region.strip()) > 2 else None
    return territory if territory in TERRITORIES.get(country, ()) else None


def region_code(country: str, region: str | None) -> str | None:
    """Give the gazetteer's code of a region by name or abbreviation; ``None`` where it is not known."""
    text = fold(region or "")
    codes = _CODES.get(country, {})
    if region in codes.values():
        return region
    for name in (text, text.removeprefix("state of ").removeprefix("commonwealth of ")):
        if name in codes:
            return codes[name]
    return None


def region_name(country: str, code: str) -> str | None:
    """Give the English name of a region, where its country's are known: ``("US", "IL")`` is Illinois."""
    names = _CODES.get(country, {}).items()
    return next((name.title().replace(" And ", " and ") for name, region in names if region == code), None)


def country_of_region(region: str | None) -> str | None:
    """Give the country of a state or province written out in full, where no other country has the name."""
    text = fold(region or "")
    if len(text) <= 3 or text in _ELSEWHERE:
        return None
    return next((country for country, names in _CODES.items() if text in names), None)


def described(city: City) -> str:
    """Give the id of a city and what tells it from others: ``4250542 (Springfield, Illinois, US)``."""
    region = region_name(city.country, city.region)
    return f"{city.id} ({', '.join(filter(None, (city.name, region, city.country)))})"
