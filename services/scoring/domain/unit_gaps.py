"""What a city lacks for a solution, how its source says that is closed, and who has it in place."""

from collections.abc import Sequence

from services.scoring.domain.city_similarity import all_indicators, likeness
from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Framework
from services.scoring.domain.units import UnitFit, fits, unit_fit
from shared.events import Gap
from shared.facts import CityProfile, Outcome, Unit

ENOUGH = 1.0


def gaps_of(dossier: Dossier, city: CityProfile, framework: Framework) -> tuple[Gap, ...]:
    """Units the city lacks or has not spoken of, critical ones first, and how another city closed each."""
    helpers = _helpers(dossier, city, framework)
    found = [each for each in fits(dossier.solution.fact.units, city) if _open(each)]
    told_by = dossier.name_of(dossier.solution.fact.city)
    gaps = [_gap(each, dossier, helpers, told_by) for each in found]
    return tuple(sorted(gaps, key=lambda gap: (not gap.critical, gap.unit)))


def _open(found: UnitFit) -> bool:
    return found.fit is None or found.fit < ENOUGH


def _gap(found: UnitFit, dossier: Dossier, helpers: Sequence[str], told_by: str) -> Gap:
    unit = found.unit
    return Gap(
        unit=unit.id,
        name=unit.name,
        critical=unit.critical,
        have=found.fit,
        how_to_close=unit.how_to_close,
        told_by=told_by if unit.how_to_close or unit.training else None,
        closed_by=_closed_by(unit, dossier, helpers),
        training=unit.training,
        department=unit.department,
    )


def _helpers(dossier: Dossier, city: CityProfile, framework: Framework) -> list[str]:
    """The other cities where it succeeded, the most alike first."""
    indicators = all_indicators(framework.transferability)

    def alike(name: str) -> float:
        other = dossier.peers.get(name)
        return (likeness(city, other, indicators).value or 0.0) if other else 0.0

    worked = {each.city for each in dossier.attempts if each.outcome is Outcome.SUCCEEDED} - {city.id}
    return sorted(worked, key=lambda name: (-alike(name), name))


def _closed_by(unit: Unit, dossier: Dossier, helpers: Sequence[str]) -> str | None:
    """The first of them that says of itself that it has the unit: silence is no proof."""
    peers = dossier.peers
    return next((peers[name].name for name in helpers if name in peers and _has(unit, peers[name])), None)


def _has(unit: Unit, city: CityProfile) -> bool:
    have = unit_fit(unit, city).fit
    return have is not None and have >= ENOUGH
