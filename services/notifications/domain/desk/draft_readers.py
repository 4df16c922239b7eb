"""Which drafts that procurement data made an official is told of by letter."""

from collections.abc import Iterable, Sequence

from services.notifications.domain.desk.permissions import Permission, concerns, permissions
from services.notifications.domain.desk.records import DraftGroup, departments
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import wants_kind
from services.notifications.domain.recipients import one_per_address, wants_topic


def who_may_confirm(present: Iterable[Official]) -> list[Official]:
    """Return who may send for the city and wants these letters, of officials who read letters now.

    Deputies are among ``present`` only while the person they stand in for is away.
    """
    return one_per_address(
        official
        for official in sorted(present, key=lambda official: official.id)
        if Permission.SEND in permissions(official, stands_in=True) and wants_kind(official, "drafts")
    )


def told_of(group: DraftGroup, officials: Sequence[Official]) -> list[Official]:
    """Return who of ``officials`` is told of a draft: who may confirm it and wants its topics.

    Where nobody wants its topics all who may confirm it are told: else nobody would be.
    """
    solutions = [record for record in group.records if record.kind == "solution"]
    named = [departments(record, solutions) for record in group.records]
    may = [official for official in officials if all(concerns(official, each) for each in named)]
    topics = topics_of(group)
    return [official for official in may if wants_topic(official, topics)] or may


def topics_of(group: DraftGroup) -> tuple[str, ...]:
    """Return the codes of what was bought or is sought."""
    fact = group.solution or group.need
    return tuple(f"{topic.scheme}:{topic.id}" for topic in fact.topics) if fact else ()
