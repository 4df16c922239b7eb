"""Who is told of a match, who is not, and why.

Leads and barrier-busters hear of everything in their city, owners of what touches their departments, members
of everything or, where they name departments, of what touches those, deputies while the person they stand in
for is away. Each gets one mail, however many of their departments are touched and however many posts they
hold.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

from services.notifications.domain.addresses import normal_address
from services.notifications.domain.letter_content import to_learn
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.topics import covers, understood
from shared.events import Match
from shared.facts import Fact


class SkipReason(StrEnum):
    """Why an official is not written to; the words are in the vocabulary."""

    OTHER_CITY = "other_city"
    NOT_CONFIRMED = "not_confirmed"
    AWAY = "away"
    STANDING_BY = "standing_by"
    OFF = "off"
    KIND_OFF = "kind_off"
    OTHER_DEPARTMENT = "other_department"
    OTHER_TOPIC = "other_topic"
    FAILURES_UNWANTED = "failures_unwanted"
    BELOW_FIT = "below_fit"
    ABOVE_RISK = "above_risk"
    BELOW_EVIDENCE = "below_evidence"
    ALREADY_TOLD = "already_told"


BELOW_LIMITS = frozenset({SkipReason.BELOW_FIT, SkipReason.ABOVE_RISK, SkipReason.BELOW_EVIDENCE})


class NotifiedOfficial(Fact):
    """This official is told, now or in the next digest."""

    official: Official
    when: Literal["now", "digest"]


class SkippedOfficial(Fact):
    """This official is not told, and may read here why."""

    official: Official
    why: SkipReason


class Recipients(Fact):
    """Everybody of the city, divided."""

    notified: tuple[NotifiedOfficial, ...] = ()
    skipped: tuple[SkippedOfficial, ...] = ()

    @property
    def below_limits(self) -> int:
        """How many are not told only because of the limits they set: counted in their next digest."""
        return sum(one.why in BELOW_LIMITS for one in self.skipped)


def recipients(
    officials: Iterable[Official], match: Match, today: date, *, enough: bool = True
) -> Recipients:
    """Divide ``officials`` for one match; ``today`` is the event's own day.

    ``enough``: whether enough is known of it for a letter of its own; else it waits for the digest.
    """
    everybody = sorted(officials, key=lambda official: official.id)
    away = frozenset(official.id for official in everybody if official.away(today))
    notified: list[NotifiedOfficial] = []
    skipped: list[SkippedOfficial] = []
    for official in everybody:
        why = why_not(official, match, today, away)
        if why is None:
            notified.append(
                NotifiedOfficial(official=official, when=timing_of(official, match) if enough else "digest")
            )
        elif why is not SkipReason.OTHER_CITY:
            skipped.append(SkippedOfficial(official=official, why=why))
    return _once_each(notified, skipped)


def _once_each(notified: list[NotifiedOfficial], skipped: list[SkippedOfficial]) -> Recipients:
    """Who holds several posts is told once: at once if any of the posts is, else by the first of them."""
    first = one_per_address([one.official for one in sorted(notified, key=lambda one: one.when != "now")])
    ids = {official.id for official in first}
    again = [
        SkippedOfficial(official=one.official, why=SkipReason.ALREADY_TOLD)
        for one in notified
        if one.official.id not in ids
    ]
    left = tuple(one for one in notified if one.official.id in ids)
    return Recipients(notified=left, skipped=(*skipped, *again))


def one_per_address(officials: Iterable[Official]) -> list[Official]:
    """The first official at each address: two posts of one person get one letter."""
    first: dict[str, Official] = {}
    for official in officials:
        first.setdefault(normal_address(official.email), official)
    return list(first.values())


def why_not(official: Official, match: Match, today: date, away: frozenset[str]) -> SkipReason | None:
    """The first reason not to tell this official, or ``None``."""
    return (
        why_not_anything(official, match.city, today, away)
        or _not_their_concern(official, match)
        or _below_limits(official, match)
    )


def why_not_anything(official: Official, city: str, today: date, away: frozenset[str]) -> SkipReason | None:
    """Reasons that hold for every kind of letter."""
    if official.city != city:
        return SkipReason.OTHER_CITY
    if official.status == "pending":
        return SkipReason.NOT_CONFIRMED
    if official.away(today):
        return SkipReason.AWAY
    if official.role is Role.DEPUTY and official.stands_in_for not in away:
        return SkipReason.STANDING_BY
    return SkipReason.OFF if official.cadence == "off" else None


def timing_of(official: Official, match: Match) -> Literal["now", "digest"]:
    """At once for those who asked, and for a very good fit to one of the needs that matter most to them."""
    if official.cadence == "instant":
        return "now"
    limit = official.thresholds.instant_min_fit
    matters = not official.top_needs or match.need in official.top_needs
    return "now" if limit is not None and matters and match.fit >= limit else "digest"


def departments_touched(match: Match) -> frozenset[str]:
    """All departments of the need and of the units that are missing, compared without case."""
    named = (*match.departments, *(gap.department for gap in match.gaps if gap.department))
    return frozenset(name.casefold() for name in named)


def wants_topic(official: Official, topics: tuple[str, ...]) -> bool:
    """Whether any topic is wanted: no list means all; a topic switched off never counts."""
    left = [topic for topic in topics if not covers(official.topics_off, topic)]
    if topics and not left:
        return False
    wished = understood(official.topics)
    return not wished or any(covers(wished, topic) for topic in left)


def _not_their_concern(official: Official, match: Match) -> SkipReason | None:
    if "alert" in official.kinds_off:
        return SkipReason.KIND_OFF
    owns = {department.casefold() for department in official.departments}
    only_theirs = official.role is Role.OWNER or (official.role is Role.MEMBER and owns)
    if only_theirs and not owns & departments_touched(match):
        return SkipReason.OTHER_DEPARTMENT
    if not wants_topic(official, match.topics):
        return SkipReason.OTHER_TOPIC
    return (
        SkipReason.FAILURES_UNWANTED if to_learn(match.assessment) and not official.include_failures else None
    )


def _below_limits(official: Official, match: Match) -> SkipReason | None:
    limits, judged = official.thresholds, match.assessment
    if match.fit < limits.min_fit:
        return SkipReason.BELOW_FIT
    if judged.risk.value > limits.max_risk:
        return SkipReason.ABOVE_RISK
    return SkipReason.BELOW_EVIDENCE if judged.evidence_level < limits.min_evidence else None
