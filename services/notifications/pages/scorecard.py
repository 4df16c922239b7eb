"""The scorecard of a solution for a city: every number with its interval, every point with its sentence."""

from datetime import date, datetime
from typing import Literal

from services.notifications.domain.bars import Bar, bars, bars_of
from services.notifications.domain.here import Attempt, Here, Said, attempt, how_it_could_work
from services.notifications.domain.letters import summary_for, title_for
from shared.events import Assessment, Brief, Contribution, Estimate, Match, Price, Spread
from shared.facts import Fact, Language, Money, Study, Verification

MOST_COMPARED = 4


class Section(Fact):
    """One of the three numbers, with all that adds up to it."""

    key: Literal["evaluation", "transferability", "risk"]
    estimate: Estimate
    contributions: tuple[Contribution, ...]


class Record(Fact):
    """One attempt, with when it ended, what it cost and who vouches for it."""

    attempt: Attempt
    ended: date | None = None
    cost: Money | None = None
    verification: Verification


class Scorecard(Fact):
    """What the page shows; without a match it is the solution's own card, for nobody in particular."""

    title: Said
    summary: Said | None
    language: Language
    need_title: str | None = None
    need_language: Language | None = None
    city_name: str | None = None
    fit: float | None = None
    band: str
    robust: bool
    evidence_level: int
    sources: int
    framework: str
    as_of: datetime
    next_best_datum: str | None
    bars: tuple[Bar, ...]
    here: Here | None = None
    sections: tuple[Section, ...]
    elsewhere: tuple[Record, ...]
    studies: tuple[Study, ...]
    city_names: dict[str, str]
    prices: tuple[Price, ...] = ()
    spread: Spread | None = None


def scorecard(brief: Brief, judged: Assessment, languages: tuple[str, ...], match: Match | None) -> Scorecard:
    """The card of a solution in the reader's languages, for the city of ``match`` where there is one."""
    return Scorecard(
        title=title_for(brief.solution, languages),
        summary=summary_for(brief.solution, languages),
        language=brief.solution.language,
        need_title=match.need_title if match else None,
        need_language=match.need_language if match else None,
        city_name=match.city_name if match else None,
        fit=match.fit if match else None,
        band=judged.band,
        robust=judged.robust,
        evidence_level=judged.evidence_level,
        sources=len(brief.solution.studies) + len(brief.implementations),
        framework=judged.framework,
        as_of=judged.as_of,
        next_best_datum=judged.next_best_datum,
        bars=bars(match) if match else bars_of(judged),
        here=how_it_could_work(brief, match) if match else None,
        sections=sections(judged),
        elsewhere=records(brief),
        studies=brief.solution.studies,
        city_names=brief.city_names,
        prices=match.prices if match else (),
        spread=brief.spread,
    )


def sections(judged: Assessment) -> tuple[Section, ...]:
    """Evaluation, transferability where there is a city, and risk; never merged."""
    numbers: tuple[tuple[Literal["evaluation", "transferability", "risk"], Estimate | None], ...] = (
        ("evaluation", judged.evaluation),
        ("transferability", judged.transferability),
        ("risk", judged.risk),
    )
    parts = {
        "evaluation": judged.evaluation_contributions,
        "transferability": judged.transfer_contributions,
        "risk": judged.risk_contributions,
    }
    return tuple(Section(key=key, estimate=one, contributions=parts[key]) for key, one in numbers if one)


def records(brief: Brief) -> tuple[Record, ...]:
    """Every attempt there was, by city; failures are not left out."""
    return tuple(
        Record(attempt=attempt(one, brief), ended=one.ended, cost=one.cost, verification=one.verification)
        for one in sorted(brief.implementations, key=lambda one: one.city)
    )


def side_by_side(cards: list[Scorecard]) -> tuple[Scorecard, ...]:
    """Up to four cards in alphabetical order: the page must not suggest a winner.

    Raises ``ValueError`` where more are asked for.
    """
    if len(cards) > MOST_COMPARED:
        raise ValueError(
            f"{len(cards)} solutions cannot be compared on one page; choose up to {MOST_COMPARED}"
        )
    return tuple(sorted(cards, key=lambda card: (card.title.text.casefold(), card.title.text)))
