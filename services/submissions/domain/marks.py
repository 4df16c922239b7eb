"""What happens to a record beside its content: confirmed, withdrawn, hidden, judged by citizens, asked."""

from datetime import date

from pydantic import AwareDatetime, Field

from shared.facts import Fact, Id, Line


class Mark(Fact):
    """Somebody confirmed or withdrew a record."""

    when: AwareDatetime
    who: Line
    reason: Line | None = None


class Embargo(Fact):
    """Until when a solution is hidden; with neither day nor transition it is hidden no longer."""

    when: AwareDatetime
    until: date | None = None
    until_transition: bool = False


class Opinion(Fact):
    """What citizens of the city answered on one platform, by the platform's reference."""

    reference: Id
    when: AwareDatetime
    answers: int
    positive: int


class Marks(Fact):
    """What happened to a record beside its content; ``day`` is the newest day the clock told it of."""

    confirmed: Mark | None = None
    withdrawn: Mark | None = None
    embargo: Embargo | None = None
    transition: date | None = None
    day: date | None = None
    asked: tuple[int, ...] = Field((), description="Check-ins asked, in months after the start")
    opinions: tuple[Opinion, ...] = ()
