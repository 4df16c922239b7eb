"""A city: its portfolio, candour, learning, sharing, matches and peers, and partners for its needs."""

from fastapi import APIRouter, Request

from services.scoring.application.context import ScoringContext
from services.scoring.application.warnings import partners_of
from services.scoring.domain.assessment import assess
from services.scoring.domain.city_commitments import candour, portfolio, sharing
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.nearest_cities import PeerCity, peers
from services.scoring.domain.track_record import ENDED, FAILED
from services.scoring.http.auth import authorize
from services.scoring.http.lookups import city_of, found, need_of
from services.scoring.http.match_reasons import explained
from services.scoring.http.response_models import (
    PROBLEM,
    AlikeView,
    CandourView,
    Found,
    MatchView,
    PartnerView,
    PeerView,
    PortfolioView,
    SharingView,
)
from shared.events import Partner, PartnersFound
from shared.facts import CityProfile, Implementation, Outcome


def router(context: ScoringContext) -> APIRouter:
    """Return the routes to one city."""
    routes = APIRouter(prefix="/v1", tags=["cities"], responses=PROBLEM)

    @routes.get("/cities/{city}/portfolio")
    async def running(request: Request, city: str) -> PortfolioView:
        """How many of its running projects are likely to fail, against the risk it agreed to."""
        authorize(context.city_keys, request, city)
        profile = await city_of(context, city)
        names = sorted(
            attempt.solution
            for attempt in await _attempts(context, city)
            if attempt.outcome == Outcome.RUNNING
        )
        risks = [(name, risk) for name in names if (risk := await _risk(context, name, profile)) is not None]
        agreed = _agreed(context, profile)
        distribution = portfolio([risk for _, risk in risks], agreed)
        return PortfolioView(
            city=city, agreed_risk=agreed, running=tuple(name for name, _ in risks), **distribution._asdict()
        )

    @routes.get("/cities/{city}/candour")
    async def honest(request: Request, city: str) -> CandourView:
        """A notice to that city alone: none of its attempts failed, and that is hard to believe."""
        authorize(context.city_keys, request, city)
        profile = await city_of(context, city)
        ended = [attempt for attempt in await _attempts(context, city) if attempt.outcome in ENDED]
        failed = sum(attempt.outcome in FAILED for attempt in ended)
        agreed = _agreed(context, profile)
        notice = candour(len(ended), failed, agreed, context.framework)
        words = None if notice is None else say(notice.saying.message, notice.saying.parameters)
        return CandourView(city=city, ended=len(ended), failed=failed, agreed_risk=agreed, notice=words)

    @routes.get("/cities/{city}/learning")
    async def learning(city: str) -> list[Found]:
        """Its solutions by how much others learn from them; failures can come first."""
        await city_of(context, city)
        own = await context.store.solutions.of_city(city)
        scores = await context.store.scores.many(solution.fact.id for solution in own)
        lines = await found(context, [(score, None) for score in scores.values()])
        return sorted(lines, key=lambda line: (-line.learning, line.solution))

    @routes.get("/cities/{city}/sharing")
    async def pledge(city: str) -> SharingView:
        """What it pledged to spend on sharing, and what it did."""
        profile = await city_of(context, city)
        own = await context.store.solutions.of_city(city)
        took = [await context.store.adopters(solution.fact.id) for solution in own if solution.counts]
        adopted = sum(bool(cities - {city}) for cities in took)
        return SharingView(
            city=city, adopted=adopted, **sharing(profile, adopted, context.framework)._asdict()
        )

    @routes.get("/cities/{city}/matches")
    async def matches(request: Request, city: str) -> list[MatchView]:
        """What it was told of, best first; the first twenty are explained."""
        authorize(context.city_keys, request, city)
        await city_of(context, city)
        return await explained(context, await context.store.notifications.of_city(city), city)

    @routes.get("/cities/{city}/peers")
    async def alike(city: str, most: int = 10) -> list[PeerView]:
        """Cities like this one, each with the three best reasons."""
        profile = await city_of(context, city)
        others = [record.fact for record in await context.store.cities.all() if record.counts]
        return [_peer(peer) for peer in peers(profile, others, context.framework, most=min(most, 100))]

    @routes.get("/needs/{need:path}/partners")
    async def partners(need: str) -> list[PartnerView]:
        """Cities with the same need while both can still act, the most alike first."""
        record = await need_of(context, need)
        profile = await city_of(context, record.fact.city)
        return [_partner(pair, need) for pair in (await partners_of(context, record, profile)).values()]

    return routes


async def _attempts(context: ScoringContext, city: str) -> list[Implementation]:
    attempts = await context.store.implementations.of_city(city)
    return [attempt.fact for attempt in attempts if attempt.counts]


async def _risk(context: ScoringContext, solution: str, city: CityProfile) -> float | None:
    """The city's personal risk of one of its projects, 0–1; None where the solution may not be seen."""
    dossier = await context.store.dossier(solution)
    if dossier is None or not dossier.solution.counts:
        return None
    fact, attempts = dossier.solution.fact, dossier.attempts
    assessed = assess(
        fact, attempts, context.framework, dossier.as_of, city, dossier.peers, prior=dossier.prior
    )
    return assessed.risk.value / 100


def _agreed(context: ScoringContext, city: CityProfile) -> float:
    return context.framework.bands.agreed_risk if city.agreed_risk is None else city.agreed_risk


def _peer(peer: PeerCity) -> PeerView:
    return PeerView(
        city=peer.city.id,
        name=peer.city.name,
        country=peer.city.country,
        similarity=peer.similarity,
        known=peer.likeness.known,
        asked=peer.likeness.asked,
        reasons=tuple(say(reference.message, reference.parameters) for reference in peer.reasons),
        alike=tuple(AlikeView.model_validate(reference.parameters) for reference in peer.reasons),
    )


def _partner(pair: PartnersFound, need: str) -> PartnerView:
    other: Partner = pair.second if pair.first.need == need else pair.first
    return PartnerView(
        **other.model_dump(exclude={"deadline"}), similarity=pair.similarity, topics=pair.topics
    )
