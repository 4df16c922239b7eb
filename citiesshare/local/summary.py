"""What came of what was fed: asked from the services, as anybody could."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel

from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage


class Fate(BaseModel):
    """What became of one message."""

    source: str
    id: str
    fate: str
    records: list[str] = []
    complaints: list[dict[str, str]] = []


class Summary(BaseModel):
    """Counts of the whole system, and the fate of each message that was fed."""

    fed: int
    recorded: int
    rejected: int
    scored: int
    matched: int
    letters: int
    letters_by_state: dict[str, int]
    records: dict[str, int]
    seconds: float
    releases: list[Fate]

    def counts(self) -> dict[str, object]:
        """The figures a person looks for first."""
        return self.model_dump(
            include={"fed", "recorded", "rejected", "scored", "matched", "letters", "seconds"}
        )


async def summarise(stack: Stack, letters: Sequence[OutgoingMessage], seconds: float) -> Summary:
    """Ask the three services what became of ``letters``."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        status = {
            name: (await client.get(f"{stack.ports.operations(name)}/v1/status")).json()
            for name in stack.services
        }
        fates = [await _fate(client, stack.ports.page("submissions"), letter) for letter in letters]
    by_fate = Counter(fate.fate for fate in fates)
    by_state: dict[str, int] = status["notifications"]
    records = {name: n for name, n in status["submissions"].items() if name not in {"recorded", "rejected"}}
    return Summary(
        fed=len(letters),
        recorded=by_fate["recorded"],
        rejected=by_fate["rejected"],
        scored=status["scoring"]["scored"],
        matched=status["scoring"]["matched"],
        letters=by_state.get("accepted", 0),
        letters_by_state=by_state,
        records=records,
        seconds=round(seconds, 1),
        releases=fates,
    )


async def _fate(client: httpx.AsyncClient, base: str, letter: OutgoingMessage) -> Fate:
    answer = await client.get(f"{base}/v1/events", params={"source": letter.source, "id": letter.id})
    if answer.status_code == 404:
        return Fate(source=letter.source, id=letter.id, fate="unknown")
    told: dict[str, Any] = answer.json()
    return Fate(
        source=letter.source,
        id=letter.id,
        fate=told["fate"],
        records=told["records"],
        complaints=told["complaints"],
    )
