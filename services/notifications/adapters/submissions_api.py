"""The client of the moderation queue of submissions: bounded in size and time, never an error for a page."""

import asyncio
from typing import Literal, TypeVar
from urllib.parse import quote

import httpx
import structlog
from pydantic import TypeAdapter, ValidationError

from services.notifications.domain.desk.moderation import Answer, NewDecision, Queue, QueueItem
from shared.city_keys import OPEN, CityKeys
from shared.http.bounded_body import bounded_body

SECONDS = 5.0
MOST_BYTES = 8_000_000
log = structlog.get_logger()
A = TypeVar("A")
_QUEUE, _ITEM = TypeAdapter(Queue), TypeAdapter(QueueItem)
ANSWERS: dict[int, Answer] = {200: "decided", 409: "changed_meanwhile"}


class SubmissionsApi:
    """Submissions at ``url``; ``keys`` open a city's share of the queue, or all of it for an operator."""

    def __init__(self, url: str | None, keys: CityKeys = OPEN, seconds: float = SECONDS) -> None:
        self._url, self._keys, self._seconds = url and url.rstrip("/"), keys, seconds
        self._client: httpx.AsyncClient | None = None

    async def queue(self, city: str | None, state: Literal["waiting", "decided"]) -> Queue | None:
        answer = await self._ask("GET", "/v1/moderation", city, {"state": state})
        return _read(_QUEUE, answer)

    async def item(self, item: str, city: str | None) -> QueueItem | Literal["not_there"] | None:
        answer = await self._ask("GET", _address(item), city)
        if answer is not None and answer.status_code == httpx.codes.NOT_FOUND:
            return "not_there"
        return _read(_ITEM, answer)

    async def decide(self, item: str, city: str | None, decision: NewDecision) -> Answer:
        answer = await self._ask("POST", _address(item), city, decision=decision)
        if answer is None or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return "not_sent"
        return ANSWERS.get(answer.status_code, "not_decided")

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self,
        method: str,
        path: str,
        city: str | None,
        query: dict[str, str] | None = None,
        decision: NewDecision | None = None,
    ) -> httpx.Response | None:
        """The answer with its whole body, or None where there is none in time."""
        if self._url is None:
            return None
        parameters = {**(query or {}), **({"city": city} if city else {})}
        body = None if decision is None else {k: v for k, v in decision._asdict().items() if v is not None}
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._connections().stream(
                    method, self._url + path, params=parameters, headers=self._headers(city), json=body
                ) as answer,
            ):
                data = await bounded_body(answer, MOST_BYTES)
                if data is None:
                    raise httpx.DecodingError(f"the answer has more than {MOST_BYTES} bytes")
                return httpx.Response(answer.status_code, content=data)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("submissions_not_answered", about=path.split("/")[2], reason=type(error).__name__)
            return None

    def _headers(self, city: str | None) -> dict[str, str]:
        if not self._keys.required:
            return {}
        key = self._keys.operator_key if city is None else self._keys.key(city)
        return {"Authorization": f"Bearer {key}"}

    def _connections(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._seconds)
        return self._client


def _address(item: str) -> str:
    return f"/v1/moderation/{quote(item, safe='')}"


def _read(model: TypeAdapter[A], answer: httpx.Response | None) -> A | None:
    if answer is None or answer.status_code != httpx.codes.OK:
        return None
    try:
        return model.validate_json(answer.content)
    except ValidationError as error:
        log.warning("submissions_not_answered", about="moderation", reason=type(error).__name__)
        return None
