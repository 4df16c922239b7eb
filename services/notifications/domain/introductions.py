"""Letters that offer a meeting: who says yes learns whom to ask once somebody elsewhere has said it, too.

An offer names cities, never a person; an introduction names those who said yes, to each other alone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.officials import Address, Official
from shared.facts import Fact, Line


class Met(Fact):
    """Somebody in another city who said yes, too."""

    city_name: Line
    name: Line
    post: Line
    email: Address


class Meeting(Letter):
    """An offer to meet; ``met`` are those who agreed, and nobody while it is an offer."""

    met: tuple[Met, ...] = ()

    @property
    def about(self) -> str:
        """What all who are offered this meeting have in common."""
        raise NotImplementedError


class Yes(NamedTuple):
    """Somebody agreed: the letter that offered the meeting, who holds the post now, and when it was."""

    letter: Meeting
    official: Official
    at: datetime


def introductions(yeses: Sequence[Yes], of: str) -> Iterator[Meeting]:
    """The letters that the yes of one official leads to, among all ``yeses`` in the order they were said.

    Whoever says yes reads in one letter of all who had said it, and each of those of whoever is new. Saying
    it again gives the same letters.
    """
    for place, new in enumerate(yeses):
        before = [one for one in yeses[:place] if one.letter.city != new.letter.city]
        letters = [(new, before), *((one, [new]) for one in before)] if before else []
        for reader, others in letters:
            if of in {one.official.id for one in (reader, *others)}:
                yield _introduced(reader, others, new.at)


def _introduced(reader: Yes, others: Sequence[Yes], at: datetime) -> Meeting:
    """The offer again, with whom to ask; two who agreed want to know it whatever the deadline was."""
    letter, ids = reader.letter, ",".join(sorted(one.official.id for one in others))
    return letter.model_copy(
        update={
            **envelope(reader.official, letter.city_name).model_dump(),
            "id": letter_id(letter.kind, letter.official, letter.about, f"met {ids}"),
            "written": at,
            "expires": None,
            "met": tuple(_met(one) for one in others),
        }
    )


def _met(yes: Yes) -> Met:
    person = yes.official
    return Met(city_name=yes.letter.city_name, name=person.name, post=person.post, email=person.email)
