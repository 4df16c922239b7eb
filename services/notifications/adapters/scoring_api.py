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
    CityView,
    Comparison,
    FoundSolution,
    OwnLearning,
    PortfolioFigures,
    SharingFigures,
    SimilarCity,
    StartupShare,
)
from services.notifications.domain.catalogue.comparison import CriterionCell, ScoreName
from services.notifications.domain.catalogue.query import PAGE_SIZE, CatalogueQuery
from shared.city_keys import OPEN, CityKeys
from shared.events import Assessment, Gap, Peer
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


class _Suppliers(_Answer):
    startups: int
    suppliers: int
    not_known: int


class _Catalogue(_Answer):
    total: int
    limited: bool
    solutions: tuple[_Listed, ...]
    facets: tuple[_Facet, ...]
    suppliers: _Suppliers | None = None


class _Score(_Answer):
    assessment: Assessment


class _CityScore(_Answer):
    city: str
    assessment: Assessment
    gaps: tuple[Gap, ...]
    nearest_failure: Peer | None
    nearest_success: Peer | None


class _Assessed(_Score):
    solution: str


class _Cell(_Answer):
    solution: str
    known: bool
    points: float
    claim: bool


class _Row(_Answer):
    score: ScoreName
    key: str
    cells: tuple[_Cell, ...]


class _Sheet(_Answer):
    solutions: tuple[_Assessed, ...]
    rows: tuple[_Row, ...]


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
_CITY_SCORE = TypeAdapter(_CityScore)
_SHEET = TypeAdapter(_Sheet)
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
        # The order by fit is for one city alone, and needs its key.
        city = query.city if query.sorted_by == "fit" else None
        whose = {"city": city} if city else {}
        parameters = {**text, **query.wanted, **page, **whose}
        answer = await self._ask(_CATALOGUE, ("catalogue",), parameters, city)
        if answer is None:
            return None
        counts = {
            facet.facet: {value.value: value.solutions for value in facet.values} for facet in answer.facets
        }
        suppliers = StartupShare(**answer.suppliers.model_dump()) if answer.suppliers else None
        lines = tuple(map(_line, answer.solutions))
        return CataloguePage(lines, answer.total, answer.limited, counts, suppliers)

    async def score(self, solution: str) -> Assessment | None:
        answer = await self._ask(_SCORE, ("solutions", solution, "score"))
        return None if answer is None else answer.assessment

    async def score_for(self, solution: str, city: str) -> CityView | None:
        answer = await self._ask(_CITY_SCORE, ("solutions", solution, "score-for", city), city=city)
        if answer is None or answer.city != city:
            return None
        return CityView(
            answer.city, answer.assessment, answer.gaps, answer.nearest_failure, answer.nearest_success
        )

    async def compare(self, solutions: Sequence[str], city: str | None) -> Comparison | None:
        parameters: dict[str, str | Sequence[str]] = {"solution": [*solutions]}
        answer = await self._ask(
            _SHEET, ("compare",), parameters | ({"city": city} if city else {}), city=city
        )
        if answer is None:
            return None
        judged = {one.solution: one.assessment for one in answer.solutions}
        return Comparison(judged, tuple((row.score, row.key, _cells(row, judged)) for row in answer.rows))

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
        parameters: Mapping[str, str | Sequence[str]] | None = None,
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


def _cells(row: _Row, judged: Mapping[str, Assessment]) -> Mapping[str, CriterionCell]:
    """The cells of a criterion, each with the most points that it can have."""
    return {
        cell.solution: CriterionCell(cell.points, cell.known, cell.claim, _most(row, judged[cell.solution]))
        for cell in row.cells
        if cell.solution in judged
    }


def _most(row: _Row, judged: Assessment) -> float | None:
    parts = {"evaluation": judged.evaluation_contributions, "risk": judged.risk_contributions}
    contributions = parts.get(row.score, judged.transfer_contributions)
    return next((one.of for one in contributions if one.key == row.key), None)


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
