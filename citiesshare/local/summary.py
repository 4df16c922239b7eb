"""The results of the input, queried from the services over HTTP."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel

from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage


class MessageResult(BaseModel):
    """The result of one message; ``fate`` is that of ``GET /v1/events``, or unknown."""

    source: str
    id: str
    fate: str
    records: list[str] = []
    complaints: list[dict[str, str]] = []


class Summary(BaseModel):
    """Counts of the whole system, and the result of each message that was sent."""

    fed: int
    recorded: int
    rejected: int
    scored: int
    matched: int
    letters: int
    letters_by_state: dict[str, int]
    records: dict[str, int]
    seconds: float
    releases: list[MessageResult]

    def counts(self) -> dict[str, object]:
        """Return the most important counts."""
        return self.model_dump(
            include={"fed", "recorded", "rejected", "scored", "matched", "letters", "seconds"}
        )


async def summarise(stack: Stack, messages: Sequence[OutgoingMessage], seconds: float) -> Summary:
    """Query the three services for the results of ``messages``; ``seconds`` is the duration of the run."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        status = {
            name: (await client.get(f"{stack.ports.operations(name)}/v1/status")).json()
            for name in stack.services
        }
        results = [await _result(client, stack.ports.page("submissions"), message) for message in messages]
    by_fate = Counter(result.fate for result in results)
    by_state: dict[str, int] = status["notifications"]
    records = {name: n for name, n in status["submissions"].items() if name not in {"recorded", "rejected"}}
    return Summary(
        fed=len(messages),
        recorded=by_fate["recorded"],
        rejected=by_fate["rejected"],
        scored=status["scoring"]["scored"],
        matched=status["scoring"]["matched"],
        letters=by_state.get("accepted", 0),
        letters_by_state=by_state,
        records=records,
        seconds=round(seconds, 1),
        releases=results,
    )


async def _result(client: httpx.AsyncClient, base: str, message: OutgoingMessage) -> MessageResult:
    response = await client.get(f"{base}/v1/events", params={"source": message.source, "id": message.id})
    if response.status_code == 404:
        return MessageResult(source=message.source, id=message.id, fate="unknown")
    status: dict[str, Any] = response.json()
    return MessageResult(
        source=message.source,
        id=message.id,
        fate=status["fate"],
        records=status["records"],
        complaints=status["complaints"],
    )
