"""Here's how it could work here: the eight parts, each taken from what cities said or left empty.

Nothing is written for the city: an empty part is shown as "not known".
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol

from pydantic import Field

from services.notifications.domain.city_names import real_name
from services.notifications.domain.text_cleanup import AllShown, MaybeShown, Shown
from services.notifications.domain.vocabulary import band_key
from shared.events import Assessment, Brief, Gap, Peer, Price
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
WORKED = (Outcome.SUCCEEDED, Outcome.PARTIAL)
LEARN = "Learn, do not copy"
IN_PLACE = 0.995
Vague = Literal["answers", "risk"]


class MissingUnit(Fact):
    """A unit the city lacks: how much of it is there, how ``told_by`` says it is closed, who has it in place.

    ``how_to_close`` and ``training`` are the words of ``told_by``, never of ``closed_by``.
    """

    unit: str
    name: Shown
    critical: bool
    have: Share | None
    told_by: str | None = None
    how_to_close: MaybeShown = None
    closed_by: str | None = None
    training: MaybeShown = None


class ContactPerson(Fact):
    """Whom to ask: the sharing city, or a city like this one where it worked."""

    city: str
    outcome: Outcome | None = None
    similarity: Share | None = None
    known: int | None = None
    asked: int | None = None
    contact: Contact | None = None


class FailedAttempt(Fact):
    """What went wrong in a city, as far as that city told: all words are its own."""

    city: str = Field(description="Its name; empty where that is not known")
    outcome: Outcome
    similarity: Share | None = None
    known: int | None = Field(None, description="Indicators that likeness rests on, of ``asked``")
    asked: int | None = None
    more_like_you_than: str | None = Field(
        None, description="Where it worked, if the reader is less like that"
    )
    cause: Cause | None = None
    why: MaybeShown = None
    first_warning_sign: MaybeShown = None
    decision_to_change: MaybeShown = None
    language: Language | None = Field(None, description="Of the city's words, where it is known")


class PurchaseOptions(Fact):
    """The route, the price and the provider."""

    route: MaybeShown = None
    cost: Money | None = None
    months: float | None = None
    provider: Provider | None = None


class LetterContent(Fact):
    """Keep / Adapt / Build first / Ask / Beware / Buy / First step / KPI."""

    language: Language
    keep: AllShown = ()
    adapt: AllShown = ()
    build_first: tuple[MissingUnit, ...] = ()
    ask: tuple[ContactPerson, ...] = ()
    beware: Annotated[tuple[FailedAttempt, ...], Field(max_length=3)] = ()
    buy: PurchaseOptions | None = None
    first_step: MaybeShown = None
    kpi: Kpi | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of the solution's city in it."""
        buy = self.buy.route if self.buy else None
        gaps = (text for gap in self.build_first for text in (gap.how_to_close, gap.training))
        others = (*gaps, buy, self.first_step, self.kpi.name if self.kpi else None)
        return (*self.keep, *self.adapt, *(text for text in others if text))

    @property
    def parts_known(self) -> int:
        """How many of the eight parts are not empty."""
        parts = (self.keep, self.adapt, self.build_first, self.ask, self.beware)
        return sum(map(bool, parts)) + sum(part is not None for part in (self.buy, self.first_step, self.kpi))


class ForCity(Protocol):
    """A solution as one city sees it: a match, or what scoring answers for that city."""

    @property
    def city(self) -> str:
        """The city."""
        ...

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What it lacks."""
        ...

    @property
    def nearest_failure(self) -> Peer | None:
        """The most similar city where it failed."""
        ...

    @property
    def nearest_success(self) -> Peer | None:
        """The most similar city where it worked."""
        ...


def how_it_could_work(brief: Brief, match: ForCity) -> LetterContent:
    """The eight parts for one solution and one city."""
    solution = brief.solution
    return LetterContent(
        language=solution.language,
        keep=tuple(part.name for part in solution.components if part.core),
        adapt=tuple(part.name for part in solution.components if not part.core),
        build_first=tuple(_missing(gap, brief) for gap in sorted(filter(_open, match.gaps), key=_urgency)),
        ask=whom_to_ask(brief, match.nearest_success),
        beware=failures_first(brief, match)[:3],
        buy=_purchase(brief),
        first_step=solution.first_step,
        kpi=next((kpi for kpi in sorted(solution.kpis, key=lambda kpi: not kpi.primary)), None),
    )


def whom_to_ask(brief: Brief, success: Peer | None) -> tuple[ContactPerson, ...]:
    """The most similar city where it worked, then the sharing city's own contact."""
    peer = (
        ContactPerson(
            city=_name_of(success),
            outcome=success.outcome,
            similarity=success.similarity,
            known=success.known,
            asked=success.asked,
        )
        if success
        else None
    )
    contact = brief.solution.contact
    willing = brief.solution.reuse.contact_willing
    sharer = ContactPerson(city=brief.city_name, contact=contact) if contact or willing else None
    if peer and sharer and success and success.city == brief.solution.city:
        return (peer.model_copy(update={"contact": contact}),)
    return tuple(asked for asked in (peer, sharer) if asked)


def failures_first(brief: Brief, match: ForCity) -> tuple[FailedAttempt, ...]:
    """The attempts of other cities that failed, the city most like the reader's first, then by city."""
    nearest = match.nearest_failure
    elsewhere = (one for one in brief.implementations if one.city != match.city)
    failed = sorted((one for one in elsewhere if one.outcome in FAILED), key=_order)
    others = (attempt(one, brief) for one in failed if nearest is None or one.city != nearest.city)
    first = (attempt_of(nearest, brief, match.nearest_success),) if nearest else ()
    return (*first, *others)


def attempt(one: Implementation, brief: Brief) -> FailedAttempt:
    """One implementation as a reader sees it, with its failure record where there is one."""
    shown = attempted(one, brief.city_names)
    return shown.model_copy(update={"language": one.language or brief.solution.language})


def attempted(one: Implementation, names: Mapping[str, str]) -> FailedAttempt:
    """The same, where only the names of cities are known."""
    record = one.failure or FailureRecord()
    return FailedAttempt(
        city=name_in(names, one.city),
        outcome=one.outcome,
        why=one.why,
        cause=record.cause,
        first_warning_sign=record.first_warning_sign,
        decision_to_change=record.decision_to_change,
        language=one.language,
    )


def name_in(names: Mapping[str, str], city: str) -> str:
    """The name of a city; empty where it is not known, and never its id."""
    return real_name(names.get(city), city) or ""


def attempt_of(peer: Peer, brief: Brief, success: Peer | None) -> FailedAttempt:
    """The attempt of a similar city, with what it reported and whether the reader is more like it than like
    the city where it worked."""
    reported = [one for one in brief.implementations if one.city == peer.city and one.outcome in FAILED]
    failed = (
        attempt(reported[0], brief) if reported else FailedAttempt(city=_name_of(peer), outcome=peer.outcome)
    )
    nearer = nearer_failure(peer, success)
    return failed.model_copy(
        update={
            "city": _name_of(peer),
            "similarity": peer.similarity,
            "known": peer.known,
            "asked": peer.asked,
            "more_like_you_than": nearer,
        }
    )


def nearer_failure(failure: Peer, success: Peer | None) -> str | None:
    """The city where it worked, if the reader's is clearly more like the one where it failed; else ``None``.

    Only scoring can tell: two likenesses may rest on different indicators.
    """
    if success is None or failure.similarity is None or success.similarity is None:
        return None
    return _name_of(success) if failure.clearly_nearer else None


def only_failed_in(brief: Brief) -> tuple[str, ...]:
    """The cities where it failed or was stopped, by name, if it is not known to have worked anywhere."""
    if any(one.outcome in WORKED for one in brief.implementations):
        return ()
    names = brief.city_names
    return tuple(sorted(name_in(names, one.city) for one in brief.implementations if one.outcome in FAILED))


def to_learn(judged: Assessment, brief: Brief | None = None) -> bool:
    """Whether this is to be learned from, not copied: it did harm, or failed and never worked.

    The framework says so since its version 2; of what an older one scored the attempts speak.
    """
    harmful = judged.harm or band_key(judged.band) == "learn"
    return harmful or (brief is not None and bool(only_failed_in(brief)))


def band_for(judged: Assessment, brief: Brief) -> str:
    """The band a reader is shown."""
    return LEARN if to_learn(judged, brief) else judged.band


def why_vague(judged: Assessment, brief: Brief) -> Vague | None:
    """Of what not enough is known, where that is the band shown: one of the two things its rule looks at."""
    if band_key(band_for(judged, brief)) != "not":
        return None
    return "answers" if judged.grade == "D" else "risk"


def others_that_tried(brief: Brief, reader: str | None = None) -> int:
    """How many cities tried it beside its own and the reader's."""
    return len({one.city for one in brief.implementations} - {brief.solution.city, reader})


def _name_of(peer: Peer) -> str:
    return "" if peer.name == peer.city else peer.name


def _order(one: Implementation) -> str:
    return one.city


def _urgency(gap: Gap) -> tuple[bool, float, str]:
    return (not gap.critical, gap.have if gap.have is not None else 0.0, gap.unit)


def _open(gap: Gap) -> bool:
    """Whether anything is left to build: what rounds to all of it is in place."""
    return gap.have is None or gap.have < IN_PLACE


def _missing(gap: Gap, brief: Brief) -> MissingUnit:
    """The words are those of the solution's city; what an older version called closed, nobody had said."""
    unit = gap.model_dump(include=set(MissingUnit.model_fields))
    if gap.told_by is None:
        unit |= {"told_by": brief.city_name, "closed_by": None}
    for field in ("told_by", "closed_by"):
        unit[field] = _name_for(unit[field], brief)
    return MissingUnit.model_validate(unit)


def _name_for(name: str | None, brief: Brief) -> str | None:
    """``name``, which is an id where scoring knew no name, as the name of that city; empty where unknown."""
    ids = {brief.solution.city, *(one.city for one in brief.implementations), *brief.city_names}
    return name_in(brief.city_names, name) if name in ids and name is not None else name


def priced(prices: tuple[Price, ...], brief: Brief) -> tuple[Price, ...]:
    """``prices`` with the names of their cities where only scoring did not know them."""
    return tuple(
        price.model_copy(update={"city_name": _name_for(price.city_name, brief) or price.city_name})
        for price in prices
    )


def _purchase(brief: Brief) -> PurchaseOptions | None:
    solution = brief.solution
    options = PurchaseOptions(
        route=solution.buying_route, cost=solution.cost, months=solution.months, provider=solution.provider
    )
    return options if options != PurchaseOptions() else None
