"""A call about a question: the asked city offers up to three times, who asked chooses one, either cancels.

The calendar file of a call keeps its UID through all changes, and its SEQUENCE grows with each (RFC 5545,
RFC 5546). Times are written in UTC, so that no file needs the rules of a time zone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.facts import Fact, Id, Line

MOST_SLOTS = 3
MINUTES = 30
LONGEST_LINE = 75
"""Octets of a line of a calendar file, without its end."""


class Call(Fact):
    """Times that were offered, each of half an hour, and where it is; ``chosen`` is one of them."""

    slots: Annotated[tuple[AwareDatetime, ...], Field(min_length=1, max_length=MOST_SLOTS)]
    where: Line
    official: Id
    post: Line
    offered: AwareDatetime
    chosen: AwareDatetime | None = None
    cancelled: AwareDatetime | None = None
    sequence: Annotated[int, Field(ge=0)] = 0

    @property
    def stands(self) -> bool:
        """Whether it was not cancelled."""
        return self.cancelled is None

    def open_slots(self, now: datetime) -> tuple[datetime, ...]:
        """The times that may be chosen now; none once one is, or once it is cancelled."""
        return tuple(slot for slot in self.slots if slot > now) if self.stands and not self.chosen else ()

    def may_cancel(self, now: datetime) -> bool:
        """Whether it is still to come, or waits for a choice."""
        return self.stands and (self.chosen or max(self.slots)) > now


def offer(
    slots: Iterable[datetime], where: str, by: tuple[str, str], now: datetime, earlier: Call | None
) -> Call | None:
    """Return the offer of these times by an official, given by id and post.

    None where a time is over, none or too many are given, or a call stands already.
    """
    times = tuple(sorted({slot.astimezone(UTC) for slot in slots}))
    if not times or len(times) > MOST_SLOTS or min(times) <= now or not where:
        return None
    if earlier is not None and earlier.may_cancel(now):
        return None
    sequence = earlier.sequence + 1 if earlier else 0
    return Call(slots=times, where=where, official=by[0], post=by[1], offered=now, sequence=sequence)


def choose(call: Call, slot: datetime, now: datetime) -> Call | None:
    """Return the call at ``slot``; None where that was not offered or is over."""
    if slot not in call.open_slots(now):
        return None
    return call.model_copy(update={"chosen": slot, "sequence": call.sequence + 1})


def cancel(call: Call, now: datetime) -> Call | None:
    """Return the call as cancelled; None where it is over or was cancelled."""
    if not call.may_cancel(now):
        return None
    return call.model_copy(update={"cancelled": now, "sequence": call.sequence + 1})


class Invitation(Fact):
    """What the calendar file of a call says to one reader: nobody else's address is in it."""

    uid: Line
    start: AwareDatetime
    where: Line
    sequence: int
    stamp: AwareDatetime
    cancelled: bool = False

    @property
    def method(self) -> str:
        """The method of RFC 5546."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar(
    invitation: Invitation, title: str, organizer: tuple[str, str], attendee: tuple[str, str]
) -> str:
    """Return the file (text/calendar); ``organizer`` and ``attendee`` are each a name and an address."""
    end = invitation.start + timedelta(minutes=MINUTES)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CitiesShare//calls//EN",
        f"METHOD:{invitation.method}",
        "BEGIN:VEVENT",
        f"UID:{_text(invitation.uid)}",
        f"SEQUENCE:{invitation.sequence}",
        f"DTSTAMP:{_utc(invitation.stamp)}",
        f"DTSTART:{_utc(invitation.start)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(invitation.where)}",
        f"STATUS:{'CANCELLED' if invitation.cancelled else 'CONFIRMED'}",
        f"ORGANIZER;CN={_parameter(organizer[0])}:mailto:{organizer[1]}",
        f"ATTENDEE;CN={_parameter(attendee[0])};PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{attendee[1]}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _parameter(text: str) -> str:
    """A quoted parameter, which may have no quotation mark in it."""
    return f'"{" ".join(text.split()).replace(chr(34), chr(39))}"'


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, those after the first with a space before; no sign is cut."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part
