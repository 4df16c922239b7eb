"""The log of an official: what they were told, what not, and why; from what is kept and nothing else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.notifications.adapters.mongo.visible_records import VisibleRecordQueries
from services.notifications.application.page_queries import LogLine
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import Considered, LogEntry, Posted, explanation
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import Recipients
from shared.events import Match, SolutionMatched
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_many_once

MOST = 500
WITHOUT_THE_WORDS = {"raw": 0, "letter": 0}


class NotificationLog:
    """Who was thought of for which match, and how far each letter came."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._considered, self._letters = database["considered"], database["letters"]
        self._visible = VisibleRecordQueries(database)

    async def prepare(self) -> None:
        """Create what the queries below need."""
        index = IndexModel([("official", ASCENDING)], name="official")
        await self._database.ensure_indexes("considered", [index])

    async def think(self, event: SolutionMatched, match: Match, divided: Recipients) -> None:
        """Keep who was thought of for a match, and what was decided."""
        told = [_thought(one.official, event, match, one.when) for one in divided.told]
        not_told = [_thought(one.official, event, match, one.why.value) for one in divided.not_told]
        await keep_many_once(self._considered, [*told, *not_told])

    async def of(self, official: Official, today: date, *, stopped: bool) -> list[LogLine]:
        """What an official was told and what not, newest first; nothing of what may not be told of now."""
        mine = {"official": official.id}
        thoughts = await self._considered.find(mine).to_list(MOST)
        letters = await self._letters.find(mine, WITHOUT_THE_WORDS).to_list(MOST)
        titles = {str(one["solution"]): LocalizedText.model_validate(one["title"]) for one in thoughts}
        hidden = await self._visible.hidden([f"solution|{each}" for each in titles], official.city, today)
        lines = [
            LogLine(entry, title)
            for solution, title in titles.items()
            if f"solution|{solution}" not in hidden
            for entry in _explained(solution, thoughts, letters, stopped=stopped)
        ]
        return sorted(lines, key=lambda line: line.entry.at, reverse=True)

    async def about(self, official: Official, solution: str, *, stopped: bool) -> list[LogEntry]:
        """What an official was told of one solution and what not, oldest first."""
        wanted = {"official": official.id, "solution": solution}
        thoughts = await self._considered.find(wanted).to_list(None)
        letters = await self._letters.find(wanted, WITHOUT_THE_WORDS).to_list(None)
        return _explained(solution, thoughts, letters, stopped=stopped)


def _explained(
    solution: str, thoughts: list[dict[str, Any]], letters: list[dict[str, Any]], *, stopped: bool
) -> list[LogEntry]:
    considered = [Considered.model_validate(one) for one in thoughts]
    posted = [_posted(one) for one in letters]
    return list(explanation(solution, considered, posted, suppressed=stopped))


def _thought(official: Official, event: SolutionMatched, match: Match, decision: str) -> dict[str, Any]:
    solution = event.brief.solution
    return {
        "_id": f"{official.id}|{solution.id}|{match.need}|{event.revision}",
        "official": official.id,
        "solution": solution.id,
        "need": match.need,
        "decision": decision,
        "at": event.matched,
        "title": title_for(solution, official.speaks()).model_dump(mode="json"),
    }


def _posted(found: Mapping[str, Any]) -> Posted:
    said = found.get("smtp") or {}
    return Posted(
        letter=found["_id"],
        kind=found["kind"],
        solution=found["solution"],
        state=found["state"],
        detail=said.get("text") if found["state"] == "skipped" else None,
        at=said.get("ended") or found["claimed"],
    )
