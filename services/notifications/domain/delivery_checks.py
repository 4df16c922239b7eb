"""The last check before a letter is handed over: what was right to write may no longer be right to send."""

from datetime import datetime

from services.notifications.domain.addresses import same_address
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_access import same_holder
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import wants_kind
from services.notifications.domain.recipients import wants_topic

SUPPRESSED_ONLY = frozenset({"account", "confirmation"})


def why_not_now(
    letter: Letter, official: Official | None, status: AddressStatus, now: datetime, *, withdrawn: bool
) -> str | None:
    """Return why this letter is skipped, as a key of the vocabulary ``not_told``; ``None`` where it may go.

    ``withdrawn`` says that its solution was withdrawn or is under an embargo. Account mail asks only whether
    the address works: an unsubscribe from letters must not lock anybody out.
    """
    if status.stopped is not None:
        return "suppressed"
    if letter.expires is not None and now >= letter.expires:
        return "withdrawn"
    if letter.kind in SUPPRESSED_ONLY:
        return None if official is not None and same_holder(letter, official) else "away"
    return "withdrawn" if withdrawn else _not_wanted(letter, official, now)


def _not_wanted(letter: Letter, official: Official | None, now: datetime) -> str | None:
    if official is None or not same_address(official.email, letter.to) or official.away(now.date()):
        return "away"  # also where the post was handed over since: its new holder is written to
    if official.status == "pending":
        return "not_confirmed"
    if official.cadence == "off":
        return "off"
    if not wants_kind(official, letter.kind):
        return "kind_off"
    topics = letter.topics or ((letter.topic,) if letter.topic else ())
    return "other_topic" if topics and not wants_topic(official, topics) else None
