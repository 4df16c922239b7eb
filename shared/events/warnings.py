"""Warnings to a city about failures elsewhere, and notifications that it asked for."""

from typing import Literal

from pydantic import AwareDatetime

from shared.events.base import Event
from shared.events.briefs import Brief, Peer
from shared.facts import Cause, Id, Line, Need


class WarningRaised(Event):
    """A city plans or tenders a solution that failed in another city."""

    key = "warning.raised"
    city: Id
    city_name: Line
    need: Need
    brief: Brief
    failed_in: Peer
    worked_in: Peer | None = None
    cause: Cause | None = None
    raised: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        return f"{self.need.ocid or self.need.id}|{self.subject}"


class WatchFired(Event):
    """The condition of a city's watch is met: three attempts have ended, or one failed."""

    key = "watch.fired"
    city: Id
    condition: Literal["three_ended", "failed_somewhere"]
    brief: Brief
    fired: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        return f"{self.city}|{self.subject}|{self.condition}"
