"""The client of the scoring service's HTTP API: bounded in size and time, and never an error for a page."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.notifications.application.ports import (
    AlikeIndicator,
    CatalogueLine,
    CataloguePage,
    FoundSolution,
    OwnLearning,
    PortfolioFigures,
    SharingFigures,
    SimilarCity,
)
from services.notifications.domain.catalogue.query import PAGE_SIZE, CatalogueQuery
from shared.city_keys import OPEN, CityKeys
from shared.events import Assessment
from shared.facts import Outcome
from shared.http.bounded_body import bounded_body

SECONDS = 2.0
MOST_BYTES = 2_000_000
LONGEST_QUERY = 2_000
"""Characters of a text to search for; they are in an address, which servers bound."""
MOST_FOUND = 200

log = structlog.get_logger()
A = TypeVar("A")


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Found(_Answer):
    solution: str
    title: str
    city: str
    country: str | None
    language: str
    learning: float
    outcomes: tuple[Outcome, ...]
    similar: bool | None = None


class _Listed(_Found):
    evidence: int
    year: int | None


class _Value(_Answer):
    value: str
    solutions: int


class _Facet(_Answer):
    facet: str
    values: tuple[_Value, ...]


class _Catalogue(_Answer):
    total: int
    limited: bool
    solutions: tuple[_Listed, ...]
    facets: tuple[_Facet, ...]


class _Score(_Answer):
    assessment: Assessment


class _Portfolio(_Answer):
    agreed_risk: float
    projects: int
    expected: float
    agreed: float
    beyond: float
    running: tuple[str, ...]


class _Sharing(_Answer):
    pledge: float | None
    spent: float | None
    adopted: int
    survey: tuple[float, float]


class _Alike(_Answer):
    indicator: str
    here: str
    there: str


class _Peer(_Answer):
    city: str
    name: str
    country: str
    similarity: float
    known: int
    asked: int
    alike: tuple[_Alike, ...] = ()


_FOUND = TypeAdapter(tuple[_Found, ...])
_CATALOGUE = TypeAdapter(_Catalogue)
_SCORE = TypeAdapter(_Score)
_PORTFOLIO = TypeAdapter(_Portfolio)
_SHARING = TypeAdapter(_Sharing)
_PEERS = TypeAdapter(tuple[_Peer, ...])


class ScoringApi:
    """Scoring at ``url``; without one every answer is None. ``keys`` open what is for one city alone."""

    def __init__(self, url: str | None, keys: CityKeys = OPEN, seconds: float = SECONDS) -> None:
        self._url, self._keys, self._seconds = url and url.rstrip("/"), keys, seconds
        self._client: httpx.AsyncClient | None = None

    async def search(self, query: str, locale: str, limit: int) -> tuple[FoundSolution, ...] | None:
        text = " ".join(query.split())[:LONGEST_QUERY]
        if not text:
            return ()
        language = locale.replace("_", "-").split("-")[0] or "en"
        most = str(max(1, min(limit, MOST_FOUND)))
        parameters = {"text": text, "text_language": language, "most": most}
        answer = await self._ask(_FOUND, ("solutions",), parameters)
        return None if answer is None else tuple(_solution(result) for result in answer)

    async def catalogue(self, query: CatalogueQuery, locale: str) -> CataloguePage | None:
        language = locale.replace("_", "-").split("-")[0] or "en"
        text = {"text": query.text, "text_language": language} if query.text else {}
        page = {"sort": query.sorted_by, "skip": str(query.skip), "most": str(PAGE_SIZE)}
        answer = await self._ask(_CATALOGUE, ("catalogue",), {**text, **query.wanted, **page})
        if answer is None:
            return None
        counts = {
            facet.facet: {value.value: value.solutions for value in facet.values} for facet in answer.facets
        }
        return CataloguePage(tuple(map(_line, answer.solutions)), answer.total, answer.limited, counts)

    async def score(self, solution: str) -> Assessment | None:
        answer = await self._ask(_SCORE, ("solutions", solution, "score"))
        return None if answer is None else answer.assessment

    async def portfolio(self, city: str) -> PortfolioFigures | None:
        answer = await self._ask(_PORTFOLIO, ("cities", city, "portfolio"), city=city)
        if answer is None:
            return None
        return PortfolioFigures(
            answer.agreed_risk,
            answer.projects,
            answer.expected,
            answer.agreed,
            answer.beyond,
            answer.running,
        )

    async def learning(self, city: str) -> tuple[OwnLearning, ...] | None:
        answer = await self._ask(_FOUND, ("cities", city, "learning"))
        if answer is None:
            return None
        return tuple(
            OwnLearning(result.solution, result.title, result.language, result.learning) for result in answer
        )

    async def sharing(self, city: str) -> SharingFigures | None:
        answer = await self._ask(_SHARING, ("cities", city, "sharing"))
        return (
            None
            if answer is None
            else SharingFigures(answer.pledge, answer.spent, answer.adopted, answer.survey)
        )

    async def peers(self, city: str) -> tuple[SimilarCity, ...] | None:
        answer = await self._ask(_PEERS, ("cities", city, "peers"))
        return None if answer is None else tuple(map(_peer, answer))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self,
        model: TypeAdapter[A],
        path: Sequence[str],
        parameters: Mapping[str, str] | None = None,
        city: str | None = None,
    ) -> A | None:
        """The answer, or None where there is none in time, or not what was asked for."""
        if self._url is None:
            return None
        address = "/".join((self._url, "v1", *(quote(part, safe="") for part in path)))
        keyed = city is not None and self._keys.required
        headers = {"Authorization": f"Bearer {self._keys.key(city)}"} if city and keyed else {}
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._connections().stream("GET", address, params=parameters, headers=headers) as answer,
            ):
                if answer.status_code == httpx.codes.NOT_FOUND:  # it does not know the city (yet)
                    return None
                answer.raise_for_status()
                body = await bounded_body(answer, MOST_BYTES)
                if body is None:
                    raise httpx.DecodingError(f"the answer has more than {MOST_BYTES} bytes")
                return model.validate_json(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValidationError) as error:
            log.warning("scoring_not_answered", about=path[-1], reason=type(error).__name__)
            return None

    def _connections(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._seconds)
        return self._client


def _line(listed: _Listed) -> CatalogueLine:
    return CatalogueLine(
        listed.solution,
        listed.title,
        listed.language,
        listed.city,
        listed.country,
        listed.outcomes,
        listed.evidence,
        listed.year,
    )


def _peer(peer: _Peer) -> SimilarCity:
    alike = tuple(AlikeIndicator(one.indicator, one.here, one.there) for one in peer.alike)
    return SimilarCity(peer.city, peer.name, peer.country, peer.similarity, peer.known, peer.asked, alike)


def _solution(result: _Found) -> FoundSolution:
    return FoundSolution(
        result.solution,
        result.title,
        result.language,
        result.city,
        result.country,
        result.outcomes,
        bool(result.similar),
    )
