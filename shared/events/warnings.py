"""What a city should hear before it goes on: a failure elsewhere, or what it waited for."""

from typing import Literal

from pydantic import AwareDatetime

from shared.events.base import Event
from shared.events.briefs import Brief, Peer
from shared.facts import Cause, Id, Line, Need


class WarningRaised(Event):
    """A city is about to do what failed elsewhere."""

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
    """What a city waited for has come about: three attempts have ended, or one failed somewhere."""

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
