"""The scorecard of a solution for a city: every number with its interval, every point with its sentence."""

from datetime import date, datetime
from typing import Literal

from services.notifications.domain.city_names import real_name
from services.notifications.domain.letter_content import (
    FailedAttempt,
    ForCity,
    LetterContent,
    Vague,
    attempt,
    band_for,
    how_it_could_work,
    only_failed_in,
    others_that_tried,
    priced,
    to_learn,
    why_vague,
)
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.domain.localized_texts import LocalizedText, need_phrases, phrases_in
from services.notifications.domain.minimum_evidence import sources
from services.notifications.domain.score_bars import Bar, adding_up, bars, bars_of
from shared.events import Assessment, Brief, Contribution, Estimate, Match, Price, Spread
from shared.facts import Fact, Language, Money, Study, Verification

MOST_COMPARED = 4
OF_THE_CITY = frozenset({"description", "claim"})
Origin = Literal["city", "procurement", "catalogue"]


class ScoreSection(Fact):
    """One of the three numbers, with all that adds up to it; a risk starts from its ``base``."""

    key: Literal["evaluation", "transferability", "risk"]
    estimate: Estimate
    base: float | None = None
    contributions: tuple[Contribution, ...]


class AttemptRow(Fact):
    """One attempt, with when it ended, what it cost and who vouches for it."""

    city: str
    attempt: FailedAttempt
    ended: date | None = None
    cost: Money | None = None
    verification: Verification


class Scorecard(Fact):
    """What the page shows; without a match it is the solution's own card, for nobody in particular."""

    title: LocalizedText
    summary: LocalizedText | None
    language: Language
    need_title: str | None = None
    need_language: Language | None = None
    city_name: str | None = None
    fit: float | None = None
    band: str
    vague: Vague | None = None
    learn: bool = False
    failed_in: tuple[str, ...] = ()
    robust: bool
    evidence_level: int
    sources: int
    framework: str
    as_of: datetime
    next_best_datum: str | None
    bars: tuple[Bar, ...]
    here: LetterContent | None = None
    sections: tuple[ScoreSection, ...]
    own_attempts: tuple[AttemptRow, ...]
    elsewhere: tuple[AttemptRow, ...]
    studies: tuple[Study, ...]
    city_names: dict[str, str]
    prices: tuple[Price, ...] = ()
    spread: Spread | None = None
    others_tried: int = 0
    phrases: tuple[LocalizedText, ...] = ()

    def city_of(self, study: Study) -> str | None:
        """Return the name of the city of a study, which gives its id or its name; None where not known."""
        return real_name(self.city_names.get(study.city or "", study.city))


def scorecard(brief: Brief, judged: Assessment, languages: tuple[str, ...], match: Match | None) -> Scorecard:
    """The card of a solution in the reader's languages, for the city of ``match`` where there is one."""
    own_city = match.city if match else None
    attempts = records(brief)
    return Scorecard(
        title=title_for(brief.solution, languages),
        summary=summary_for(brief.solution, languages),
        language=brief.solution.language,
        need_title=match.need_title if match else None,
        need_language=match.need_language if match else None,
        city_name=match.city_name if match else None,
        fit=match.fit if match else None,
        band=band_for(judged, brief),
        vague=why_vague(judged, brief),
        learn=to_learn(judged, brief),
        failed_in=only_failed_in(brief),
        robust=judged.robust,
        evidence_level=judged.evidence_level,
        sources=sources(brief),
        framework=judged.framework,
        as_of=judged.as_of,
        next_best_datum=judged.next_best_datum,
        bars=bars(match) if match else bars_of(judged),
        here=how_it_could_work(brief, match) if match else None,
        sections=sections(judged, brief.solution.origin),
        own_attempts=tuple(row for row in attempts if row.city == own_city),
        elsewhere=tuple(row for row in attempts if row.city != own_city),
        studies=brief.solution.studies,
        city_names=brief.city_names,
        prices=priced(match.prices, brief) if match else (),
        spread=brief.spread,
        others_tried=others_that_tried(brief, own_city),
        phrases=(*phrases_in(brief, languages), *(need_phrases(match, languages) if match else ())),
    )


def scorecard_for(
    brief: Brief, judged: Assessment, languages: tuple[str, ...], view: ForCity, city_name: str
) -> Scorecard:
    """The card as one city sees it, where no need of it was matched; ``judged`` is personal to that city."""
    general = scorecard(brief, judged, languages, None)
    return general.model_copy(update={"city_name": city_name, "here": how_it_could_work(brief, view)})


def sections(judged: Assessment, origin: Origin = "city") -> tuple[ScoreSection, ...]:
    """Evaluation, transferability where there is a city, and risk; never merged.

    The points shown add up to the number shown. What was read from records is not called a city's words.
    """
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
    return tuple(
        _section(key, one, judged.base_risk if key == "risk" else None, _with_origin(parts[key], origin))
        for key, one in numbers
        if one
    )


def _section(
    key: Literal["evaluation", "transferability", "risk"],
    estimate: Estimate,
    base: float | None,
    contributions: tuple[Contribution, ...],
) -> ScoreSection:
    own = () if base is None else (base,)
    points = [*own, *(one.points for one in contributions)]
    shown = iter(adding_up(points, estimate.value))
    start = next(shown) if own else None
    adjusted = (
        _with_points(contribution, points) for contribution, points in zip(contributions, shown, strict=True)
    )
    return ScoreSection(key=key, estimate=estimate, base=start, contributions=tuple(adjusted))


def _with_points(one: Contribution, points: float) -> Contribution:
    parameters = one.parameters | ({"points": points} if "points" in one.parameters else {})
    return one.model_copy(update={"points": points, "parameters": parameters})


def _with_origin(contributions: tuple[Contribution, ...], origin: Origin) -> tuple[Contribution, ...]:
    if origin == "city":
        return contributions
    return tuple(
        one.model_copy(update={"parameters": one.parameters | {"source": origin}})
        if one.parameters.get("source") in OF_THE_CITY
        else one
        for one in contributions
    )


def records(brief: Brief) -> tuple[AttemptRow, ...]:
    """Every attempt there was, by city; failures are not left out."""
    return tuple(
        AttemptRow(
            city=one.city,
            attempt=attempt(one, brief),
            ended=one.ended,
            cost=one.cost,
            verification=one.verification,
        )
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
