"""Here's how it could work here: the eight parts, each taken from what cities said or left empty.

Nothing is written for the city: an empty part is shown as "not known".
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.events import Brief, Gap, Match, Peer
from shared.facts import (
    Cause,
    Contact,
    Fact,
    FailureRecord,
    Implementation,
    Kpi,
    Language,
    Money,
    Outcome,
    Provider,
    Share,
)

FAILED = (Outcome.FAILED, Outcome.ABANDONED)


class Said(Fact):
    """Words of a city, verbatim, and the language they are in."""

    text: str
    language: Language


class Missing(Fact):
    """A unit the city lacks: how much of it is there, who closed the gap and how."""

    unit: str
    name: str
    critical: bool
    have: Share | None
    how_to_close: str | None = None
    closed_by: str | None = None
    training: str | None = None


class Asked(Fact):
    """Whom to ask: the sharing city, or a city like this one where it worked."""

    city: str
    outcome: Outcome | None = None
    similarity: Share | None = None
    contact: Contact | None = None


class Attempt(Fact):
    """What went wrong in a city, as far as that city told."""

    city: str
    outcome: Outcome
    similarity: Share | None = None
    more_like_you_than: str | None = Field(
        None, description="Where it worked, if the reader is less like that"
    )
    cause: Cause | None = None
    why: str | None = None
    first_warning_sign: str | None = None
    decision_to_change: str | None = None


class Purchase(Fact):
    """The route, the price and the provider."""

    route: str | None = None
    cost: Money | None = None
    months: float | None = None
    provider: Provider | None = None


class Here(Fact):
    """Keep / Adapt / Build first / Ask / Beware / Buy / First step / KPI."""

    language: Language
    keep: tuple[str, ...] = ()
    adapt: tuple[str, ...] = ()
    build_first: tuple[Missing, ...] = ()
    ask: tuple[Asked, ...] = ()
    beware: Annotated[tuple[Attempt, ...], Field(max_length=3)] = ()
    buy: Purchase | None = None
    first_step: str | None = None
    kpi: Kpi | None = None


def how_it_could_work(brief: Brief, match: Match) -> Here:
    """The eight parts for one solution and one need of one city."""
    solution = brief.solution
    return Here(
        language=solution.language,
        keep=tuple(part.name for part in solution.components if part.core),
        adapt=tuple(part.name for part in solution.components if not part.core),
        build_first=tuple(_missing(gap) for gap in sorted(match.gaps, key=_urgency)),
        ask=whom_to_ask(brief, match.nearest_success),
        beware=failures_first(brief, match)[:3],
        buy=_purchase(brief),
        first_step=solution.first_step,
        kpi=next((kpi for kpi in sorted(solution.kpis, key=lambda kpi: not kpi.primary)), None),
    )


def whom_to_ask(brief: Brief, success: Peer | None) -> tuple[Asked, ...]:
    """The most similar city where it worked, then the sharing city's own contact."""
    peer = (
        Asked(city=success.name, outcome=success.outcome, similarity=success.similarity) if success else None
    )
    contact = brief.solution.contact
    willing = brief.solution.reuse.contact_willing
    sharer = Asked(city=brief.city_name, contact=contact) if contact or willing else None
    if peer and sharer and success and success.city == brief.solution.city:
        return (peer.model_copy(update={"contact": contact}),)
    return tuple(asked for asked in (peer, sharer) if asked)


def failures_first(brief: Brief, match: Match) -> tuple[Attempt, ...]:
    """The attempts that failed, the city most like the reader's first, then by city."""
    nearest = match.nearest_failure
    failed = sorted((one for one in brief.implementations if one.outcome in FAILED), key=_order)
    others = (attempt(one, brief) for one in failed if nearest is None or one.city != nearest.city)
    first = (attempt_of(nearest, brief, match.nearest_success),) if nearest else ()
    return (*first, *others)


def attempt(one: Implementation, brief: Brief) -> Attempt:
    """One implementation as a reader sees it, with its failure record where there is one."""
    return attempted(one, brief.city_names)


def attempted(one: Implementation, names: Mapping[str, str]) -> Attempt:
    """The same, where only the names of cities are known."""
    record = one.failure or FailureRecord()
    return Attempt(
        city=names.get(one.city, one.city),
        outcome=one.outcome,
        why=one.why,
        cause=record.cause,
        first_warning_sign=record.first_warning_sign,
        decision_to_change=record.decision_to_change,
    )


def attempt_of(peer: Peer, brief: Brief, success: Peer | None) -> Attempt:
    """The attempt of a similar city, with what it reported and whether the reader is more like it than like
    the city where it worked."""
    reported = [one for one in brief.implementations if one.city == peer.city and one.outcome in FAILED]
    told = attempt(reported[0], brief) if reported else Attempt(city=peer.name, outcome=peer.outcome)
    nearer = nearer_failure(peer, success)
    return told.model_copy(
        update={"city": peer.name, "similarity": peer.similarity, "more_like_you_than": nearer}
    )


def nearer_failure(failure: Peer, success: Peer | None) -> str | None:
    """The city where it worked, if the reader's city is more like the one where it failed; else ``None``."""
    if success is None or failure.similarity is None or success.similarity is None:
        return None
    return success.name if failure.similarity > success.similarity else None


def _order(one: Implementation) -> str:
    return one.city


def _urgency(gap: Gap) -> tuple[bool, float, str]:
    return (not gap.critical, gap.have if gap.have is not None else 0.0, gap.unit)


def _missing(gap: Gap) -> Missing:
    return Missing(**gap.model_dump(include=set(Missing.model_fields) - {"unit"}), unit=gap.unit)


def _purchase(brief: Brief) -> Purchase | None:
    solution = brief.solution
    known = Purchase(
        route=solution.buying_route, cost=solution.cost, months=solution.months, provider=solution.provider
    )
    return known if known != Purchase() else None
