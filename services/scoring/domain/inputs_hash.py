"""Replay: one hash of everything a score is a function of, the same for the same facts in any order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b

from shared.events import AreaPrior
from shared.facts import CityProfile, Fact, Implementation, Solution

ORDERLESS = ("topics", "studies", "kpis", "components", "units")


def inputs_hash(
    solution: Solution,
    implementations: Iterable[Implementation] | None,
    version: str,
    as_of: datetime,
    city: CityProfile | None,
    peers: Mapping[str, CityProfile] | None,
    *,
    agreed_risk: float | None,
    prior: AreaPrior | None,
) -> str:
    """32 hexadecimal digits; the same facts in another order give the same ones."""
    parts = [
        version,
        as_of.isoformat(),
        solution.model_dump_json(exclude=set(ORDERLESS), exclude_defaults=True),
        *(f"{name}{_sorted(getattr(solution, name))}" for name in ORDERLESS),
        "not asked" if implementations is None else f"tried{_sorted(implementations)}",
        "no city" if city is None else city.model_dump_json(exclude_defaults=True),
        *(f"{name}={_json(peer)}" for name, peer in sorted((peers or {}).items())),
        repr(agreed_risk),
        "None" if prior is None else _json(prior),
    ]
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _sorted(facts: Iterable[Fact]) -> list[str]:
    return sorted(_json(fact) for fact in facts)


def _json(fact: Fact) -> str:
    return fact.model_dump_json(exclude_defaults=True)
