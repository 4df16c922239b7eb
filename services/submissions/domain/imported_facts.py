"""A fact read from what somebody published, with what is known about its origin."""

from enum import StrEnum
from typing import Literal

from services.submissions.domain.places import Judgement, Place
from shared.facts import Fact, Id, Implementation, Line, Need, Share, Solution


class Finding(StrEnum):
    """What procurement records let one say of an attempt; *failed* is for the city alone to say."""

    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    NOT_TRIED = "not_tried"
    WITH_PROBLEMS = "delivered_with_problems"
    POSSIBLY_ENDED_EARLY = "possibly_ended_early"
    ENDED = "ended_result_unknown"
    STALE = "stale"
    RUNNING = "running"


Use = Literal["planned", "in_use", "ended", "withdrawn"]


class Origin(Fact):
    """Where a record comes from: the licence and the releases or file it can be checked against."""

    publisher: Line | None = None
    package: Line | None = None
    licence: Line | None = None
    releases: tuple[Id, ...] = ()


class Buyer(Fact):
    """Who buys, as far as it tells where that is: what a reviewer sees beside the candidates."""

    name: Line
    locality: Line | None = None
    region: Line | None = None
    country: Line | None = None
    currency: Line | None = None


class ImportedFact(Fact):
    """A fact with its whereabouts: always a draft that a city has yet to confirm.

    ``city`` is a GeoNames id only where the buyer is a city government and its city is clear; ``place`` and
    ``government`` say how both were judged. ``rung`` (1–9) and ``finding`` belong to outcomes, ``use`` to
    solutions; what the newest state of a process has no more is ``withdrawn``. ``defects`` are the codes of
    ``ocds/defects.py``.
    """

    fact: Need | Solution | Implementation
    id: Id
    process: Id
    ocid: Id | None = None
    city: Id | None = None
    buyer: Buyer | None = None
    place: Place
    government: Judgement
    rung: int | None = None
    finding: Finding | None = None
    confidence: Share | None = None
    use: Use | None = None
    defects: tuple[Line, ...] = ()
    related: tuple[tuple[Line, Id], ...] = ()
    origin: Origin = Origin()

    @property
    def waits(self) -> bool:
        """Whether a person has to decide which city it is."""
        return self.government.of_a_city and self.place.doubt is not None

    @property
    def kind(self) -> Literal["need", "solution", "outcome"]:
        """The word for it in every output."""
        if isinstance(self.fact, Need):
            return "need"
        return "solution" if isinstance(self.fact, Solution) else "outcome"
