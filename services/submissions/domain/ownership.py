"""Whose a record is, and who may change it.

A record belongs to a city, and is bound to it by the first word that was accepted. It has two layers: drafts,
which wait for their city, and the city's own word. Only the publisher that opened a layer may change it;
officials of the city may change both. Only an operator moves a record.
"""

from services.submissions.domain.publishers import OURS, Caller
from shared.events import Complaint, Conflict
from shared.facts import UNRESOLVED, Fact, Id, Line

# Beginnings of ids that are drawn from releases, catalogues and proposals: nobody else opens a record there.
DRAWN = ("urn:ocid:", "urn:citiesshare:", "urn:publiccode:", "urn:citizen:")
DRAFT, OWN_WORD = 0, 1
OPERATOR = "operator"


class Ownership(Fact):
    """The city a record belongs to, and the publishers that opened its drafts and its city's own word.

    None stands for nobody yet, for an official, and for who spoke while the doors were open.
    """

    city: Id
    drafted_by: Line | None = None
    spoken_by: Line | None = None

    def opener(self, rank: int) -> str | None:
        """The publisher that opened the layer of words of ``rank``."""
        return self.spoken_by if rank else self.drafted_by

    def after(self, city: str, rank: int, publisher: str | None) -> "Ownership":
        """What it is after an accepted word: a layer that nobody opened is opened, an unclear city named."""
        layer = "spoken_by" if rank else "drafted_by"
        opened = {} if self.opener(rank) else {layer: publisher}
        named = {"city": city} if self.city == UNRESOLVED else {}
        return self.model_copy(update={**opened, **named})


class Contested(Exception):
    """A word on a record, or on a process, that is not its sender's."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict.record)
        self.conflict = conflict


def opened(city: str, rank: int, publisher: str | None) -> Ownership:
    """The ownership of a record that is said for the first time."""
    return Ownership(city=city).after(city, rank, publisher)


def inherited(city: str, first_city: str, first_state: str, first_who: str) -> Ownership:
    """The ownership of a record that was kept before there was one: that of its first revision.

    ``city`` is the record's own, which counts where the first revision has none.
    """
    rank = DRAFT if first_state == "draft" else OWN_WORD
    registered = None if first_who in OURS or ":" in first_who else first_who
    return opened(city if first_city == UNRESOLVED else first_city, rank, registered)


def conflict_of(
    record: str,
    owner: Ownership | None,
    city: str | None,
    rank: int,
    caller: Caller,
    opener: str | None = None,
) -> Conflict | None:
    """What stands against a word of ``rank`` for ``city`` on ``record``; its ``owner`` is None if it is new.

    ``city`` is None where the word names none; ``opener`` is the publisher in whose name it is said, where an
    operator let another one speak too.
    """
    if owner is None:
        return None
    publisher, first = opener or caller.opener, owner.opener(rank)
    if owner.city != (city or UNRESOLVED) and not _may_place(owner, publisher, first, caller):
        return Conflict(record=record, owner=owner.city, city=city or UNRESOLVED)
    if caller.publisher is None or first in (None, publisher):
        return None
    return Conflict(record=record, owner=owner.city, city=city or UNRESOLVED, opened_by=first)


def change_conflict(record: str, owner: Ownership, city: str | None, caller: Caller) -> Conflict | None:
    """What stands against a step on ``record`` that is said for ``city``; None is the service itself.

    A step is the city's own word, but that platforms count what citizens answer, each beside the others.
    """
    if city is None:
        return None
    counted = caller.kind == "platform"
    owner = owner.model_copy(update={"spoken_by": None}) if counted else owner
    return conflict_of(record, owner, city, OWN_WORD, caller)


def complaint_of(conflict: Conflict) -> Complaint:
    """What the sender is told: whose it is, and what to do."""
    if conflict.opened_by:
        wrong = f"{conflict.record!r} of city {conflict.owner!r} was opened by {conflict.opened_by!r}"
        mend = "only it may change this: have it do so, or an operator move the record (`ownership move`)"
        return Complaint(path="record", message=f"{_short(wrong)}: {mend}")
    wrong = f"{conflict.record!r} is of city {conflict.owner!r}, not of {conflict.city!r}"
    mend = "take an id of your own, or have an operator move it (`ownership move`)"
    return Complaint(path="city", message=f"{_short(wrong)}, and only its own city may say so: {mend}")


def drawn_complaint(identifier: str, rank: int, caller: Caller) -> Complaint | None:
    """What is said of a new record, if its id is one of those that only drafts have."""
    if rank == DRAFT or caller.trusted or not identifier.startswith(DRAWN):
        return None
    wrong = f"{identifier[:200]!r} is not known: such ids are drawn from releases, catalogues and proposals"
    return Complaint(path="id", message=f"{wrong}; take an id of your own")


def name_space_complaint(identifier: str, caller: Caller) -> Complaint | None:
    """What is said of a new record of an official whose id is not below the id of its city.

    So the desk of one city never takes an id that another city could take.
    """
    if caller.actor is None or identifier.startswith(f"{caller.actor.city}/"):
        return None
    wrong = f"{identifier[:200]!r} is not known, and new ids of officials begin with their city"
    return Complaint(path="id", message=f"{wrong}: '{caller.actor.city[:100]}/…'")


def _may_place(owner: Ownership, publisher: str | None, first: str | None, caller: Caller) -> bool:
    """What could not be placed is its publisher's to place, and anybody's where the doors are open."""
    if owner.city != UNRESOLVED:
        return False
    return publisher == first if caller.publisher else caller.trusted


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:299]}…"
