"""What a city would best tell about itself next: the indicator that is not known and sharpens most.

The order follows what the likeness of cities and the fit of solutions ask for most often; see
``docs/framework.md``. The words are those of the profile, in the vocabulary ``profile``.
"""

from shared.facts import CityProfile

ORDER: tuple[str, ...] = (
    "population",
    "staff_per_1000",
    "digital_maturity",
    "procurement_route",
    "budget_per_head",
    "innovation_unit",
    "barrier_buster",
    "density",
    "local_suppliers",
    "participation",
)


def next_datum(profile: CityProfile | None) -> str | None:
    """Return the name of the first indicator in ``ORDER`` that ``profile`` does not give."""
    if profile is None:
        return ORDER[0]
    indicators = profile.indicators
    for name in ORDER:
        known = getattr(indicators, name)
        if known is None and not (name == "population" and profile.population is not None):
            return name
    return None
