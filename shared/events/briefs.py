"""What a letter needs to know about a solution: its story, every attempt at it, how it spreads."""

from typing import Annotated

from pydantic import Field

from shared.facts import Fact, Id, Implementation, Line, Outcome, Share, Solution


class Peer(Fact):
    """A city that tried it, what came of it, and how alike it is.

    ``similarity`` rests on the ``known`` of ``asked`` indicators; it is absent where these are too few.
    """

    city: Id
    name: Line
    outcome: Outcome
    similarity: Share | None = None
    known: int | None = Field(None, description="Indicators both cities know; absent in older messages")
    asked: int | None = None
    clearly_nearer: bool | None = Field(
        None,
        description="Of a failure: whether the reader is more like it than like the nearest success, by a "
        "difference that means something",
    )
    reasons: tuple[Line, ...] = ()


class InYear(Fact):
    """How many cities took a solution up in a year."""

    year: int
    adoptions: Annotated[int, Field(ge=1)]


class Spread(Fact):
    """How a solution spreads: who took it up by year, and the days until a second city began.

    ``undated`` adoptions have no beginning that anybody told; ``by_letter`` were led to by a letter.
    """

    adoptions: Annotated[int, Field(ge=0)]
    per_year: tuple[InYear, ...] = ()
    undated: Annotated[int, Field(ge=0)] = 0
    days_to_second: int | None = None
    by_letter: Annotated[int, Field(ge=0)] = 0


class Brief(Fact):
    """What a letter needs to know about a solution: its story and every attempt at it."""

    solution: Solution
    city_name: Line
    implementations: tuple[Implementation, ...] = ()
    city_names: dict[str, str] = {}
    spread: Spread | None = Field(None, description="Absent where nobody looked at who took it up")
