"""Letters that offer a meeting: who agrees learns whom to ask once somebody elsewhere has agreed, too.

An offer names cities, never a person; an introduction names those who agreed, to each other alone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.officials import Address, Official
from shared.facts import Fact, Line


class Met(Fact):
    """Somebody in another city who agreed, too."""

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


class Consent(NamedTuple):
    """Somebody agreed: the letter that offered the meeting, who holds the post now, and when it was."""

    letter: Meeting
    official: Official
    at: datetime


def introductions(consents: Sequence[Consent], of: str) -> Iterator[Meeting]:
    """Return the letters that the consent of one official leads to, among all, in the order they were given.

    Whoever agrees reads in one letter of all who had agreed, and each of those of whoever is new. Agreeing
    again gives the same letters.
    """
    for place, new in enumerate(consents):
        before = [consent for consent in consents[:place] if consent.letter.city != new.letter.city]
        letters = [(new, before), *((consent, [new]) for consent in before)] if before else []
        for reader, others in letters:
            if of in {consent.official.id for consent in (reader, *others)}:
                yield _introduced(reader, others, new.at)


def _introduced(reader: Consent, others: Sequence[Consent], at: datetime) -> Meeting:
    """The offer again, with whom to ask; two who agreed want to know it whatever the deadline was."""
    letter, ids = reader.letter, ",".join(sorted(other.official.id for other in others))
    return letter.model_copy(
        update={
            **envelope(reader.official, letter.city_name).model_dump(),
            "id": letter_id(letter.kind, letter.official, letter.about, f"met {ids}"),
            "written": at,
            "expires": None,
            "met": tuple(_met(other) for other in others),
        }
    )


def _met(consent: Consent) -> Met:
    person = consent.official
    return Met(city_name=consent.letter.city_name, name=person.name, post=person.post, email=person.email)
