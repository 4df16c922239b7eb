"""What a reader was told of a solution: from the letters about it, and how far each of them came."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from services.notifications.domain.letters.alert import AlertLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.update import UpdateLetter

State = Literal["claimed", "held", "handing", "accepted", "unknown", "rejected", "skipped"]
WAITS: frozenset[State] = frozenset({"claimed", "held"})
WENT: frozenset[State] = frozenset({"handing", "accepted", "unknown"})
"""It reached its reader, or nobody knows that it did not."""
UNTOLD: frozenset[State] = frozenset({"skipped", "rejected"})
ABOUT_A_MATCH = frozenset({"alert", "update"})
CHECK_AGAIN = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class EarlierLetter(NamedTuple):
    """A letter that was kept before: what it is about, when it was written, and how far it came.

    ``revision`` and ``band`` are those of the match an alert tells of; 0 and None where they are not known.
    """

    id: str
    kind: str
    need: str | None
    state: State
    written: datetime
    claimed: datetime
    revision: int = 0
    band: str | None = None
    not_before: datetime | None = None
    lease: datetime | None = None
    ended: datetime | None = None


def alert_or_update(
    alert: AlertLetter, about: Collection[EarlierLetter], *, in_digest: bool
) -> AlertLetter | UpdateLetter:
    """The letter that tells what ``alert`` tells: an update where its reader was told of the solution before.

    ``about`` are the letters to its reader about its solution; ``in_digest``: whether a digest told of it.
    Whoever hears an event again finds the alert that it wrote before. While an older alert about the same
    match waits, there is nothing to update: the newer alert is folded into it or goes in its place.
    """
    again = alert.again()
    for own in (again, alert):
        if any(one.id == own.id and one.written == own.written for one in about):
            return own
    before = [one for one in about if one.kind in ABOUT_A_MATCH and is_before(one, alert)]
    alerted = any(one.state in WENT for one in before)
    waits = any(one.kind == "alert" and one.need == alert.need and one.state in WAITS for one in before)
    if not alerted and waits:
        return alert
    if alerted or in_digest or any(one.state in WAITS for one in before):
        return alert.as_update() or alert
    ended = any(one.id == alert.id and one.state in UNTOLD for one in before)
    return again if ended else alert


def is_before(earlier: EarlierLetter, letter: Letter) -> bool:
    """Whether a kept letter was written before this one, or is another of the same time."""
    if earlier.written == letter.written:
        return earlier.id != letter.id
    return earlier.written < letter.written


def takes_its_place(other: EarlierLetter, letter: Letter) -> bool:
    """Whether ``letter`` has nothing left to tell, for the other is newer and went or will go.

    An alert gives way to an alert about the same need, an update to any update, and to an alert about its
    need into which a newer event was folded; the answer to a watch gives way to no alert. Of two alerts that
    were written at one time the one of the higher revision goes. That an older one goes once is seen to by
    ``Letter.goes_once``, and what it did not tell follows it.
    """
    if other.id == letter.id or other.state in UNTOLD:
        return False
    if isinstance(letter, AlertLetter):
        newer = (other.written, other.revision) > (letter.written, letter.revision)
        return newer and other.kind == "alert" and other.need == letter.need
    if other.kind == "alert":
        changed = isinstance(letter, UpdateLetter) and bool(letter.changes)
        return changed and other.need == letter.need and other.written > letter.written
    return other.kind == letter.kind and _goes_instead(other, letter)


def _goes_instead(other: EarlierLetter, letter: Letter) -> bool:
    """Of two of one kind the newer; of the same time the one that went, else that with the greater id."""
    if other.written == letter.written:
        return other.state == "accepted" or other.id > letter.id
    return other.written > letter.written


def last_sent(about: Iterable[EarlierLetter], now: datetime) -> datetime | None:
    """When a letter last went, by a clock that was not ahead."""
    ended = (one.ended for one in about if one.state == "accepted" and one.ended is not None)
    return max((at for at in ended if at <= now), default=None)


def unclear_until(
    letter: Letter, about: Iterable[EarlierLetter], now: datetime, most: timedelta
) -> datetime | None:
    """Until when an update waits for letters about the same of which nobody knows yet what becomes of them.

    One that is being handed over is known when its lease ends. An alert that waits goes first; one that was
    claimed longer than ``most`` ago was left behind, and nothing waits for it.
    """
    waits = [_clear_at(one, now, most) for one in about if one.id != letter.id]
    return max((at for at in waits if at is not None), default=None)


def _clear_at(one: EarlierLetter, now: datetime, most: timedelta) -> datetime | None:
    if one.state == "handing":
        return one.lease if one.lease is not None and now < one.lease <= now + most else None
    if one.kind != "alert" or one.state not in WAITS:
        return None
    if one.state == "claimed":
        return now + CHECK_AGAIN if abs(now - one.claimed) < most else None
    goes = one.not_before or now
    return min(max(goes, now + CHECK_AGAIN), now + LONGEST_WAIT)


def has_more_to_tell(letter: Letter, earlier: EarlierLetter) -> bool:
    """Whether ``letter`` tells what the alert that went in its place did not know."""
    if not isinstance(letter, AlertLetter) or earlier.need != letter.need:
        return False
    mine, theirs = (letter.written, letter.revision), (earlier.written, earlier.revision)
    band = letter.change.band if letter.change else None
    return mine > theirs or (mine == theirs and band != earlier.band)
