"""Reads Beta distributions of success: a track record, and the prior of a service area."""

from datetime import date

from services.scoring.domain.input_parser.json_values import InputError, day, mapping, number, text, whole
from shared.events import AreaPrior

COMPUTABLE = 1e-6, 1e9
"""Within these alpha and beta the interval of a Beta distribution can be computed."""


def beta(value: object, path: str) -> tuple[float, float]:
    """Alpha and beta, as a pair or by name."""
    if isinstance(value, list) and len(value) == 2:
        pair = {f"{path}[{place}]": each for place, each in enumerate(value)}
    elif isinstance(value, dict):
        pair = {f"{path}.{name}": value.get(name) for name in ("alpha", "beta")}
    else:
        raise InputError(path, 'must be [alpha, beta] or {"alpha": …, "beta": …}')
    alpha, lost = (number(each, place, *COMPUTABLE) for place, each in pair.items())
    return alpha, lost


def prior(value: object, path: str, today: date) -> AreaPrior | None:
    """The prior of a service area, as the API and every assessment show it; a pair is one without a name.

    Where they are not said, it was frozen today, and nobody knows from how many (0).
    """
    if value is None:
        return None
    alpha, lost = beta(value, path)
    said = mapping(value, path) if isinstance(value, dict) else {}
    return AreaPrior(
        area=text(said.get("area"), f"{path}.area") or "the case",
        day=today if said.get("day") is None else day(said["day"], f"{path}.day"),
        ended=whole(said.get("ended"), f"{path}.ended", 0) or 0,
        alpha=alpha,
        beta=lost,
    )
