"""The data about a solution that letters need: the solution, every attempt, and how it spreads."""

from typing import Annotated

from pydantic import Field

from shared.facts import Fact, Id, Implementation, Line, Outcome, Share, Solution


class Peer(Fact):
    """A city that tried a solution, the outcome, and its similarity to another city (0 to 1).

    ``similarity`` is computed from the ``known`` of ``asked`` indicators; absent where too few are known.
    """

    city: Id
    name: Line
    outcome: Outcome
    similarity: Share | None = None
    known: int | None = Field(None, description="Indicators both cities know; absent in older messages")
    asked: int | None = None
    clearly_nearer: bool | None = Field(
        None,
        description="Of a failure: whether the reader's city is significantly more similar to it than to the "
        "nearest success",
    )
    reasons: tuple[Line, ...] = ()


class InYear(Fact):
    """How many cities adopted a solution in a year."""

    year: int
    adoptions: Annotated[int, Field(ge=1)]


class Spread(Fact):
    """How a solution spreads: adoptions by year, and the days until the second city started.

    ``undated`` counts adoptions without a known start; ``by_letter`` those that a letter led to.
    """

    adoptions: Annotated[int, Field(ge=0)]
    per_year: tuple[InYear, ...] = ()
    undated: Annotated[int, Field(ge=0)] = 0
    days_to_second: int | None = None
    by_letter: Annotated[int, Field(ge=0)] = 0


class Brief(Fact):
    """The data about a solution that a letter needs: the solution and every attempt at it."""

    solution: Solution
    city_name: Line
    implementations: tuple[Implementation, ...] = ()
    city_names: dict[str, str] = {}
    spread: Spread | None = Field(None, description="Absent where adoptions were not evaluated")
