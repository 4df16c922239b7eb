"""How a letter stands in the store: whom it is for, how far it came, and how it ended."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from services.notifications.domain.letter_history import EarlierLetter, State
from services.notifications.domain.letters.base import Letter

OpenState = Literal["claimed", "held"]
FINAL: frozenset[str] = frozenset({"accepted", "unknown", "rejected", "skipped"})


class Postponement(NamedTuple):
    """Since when the relay puts a held letter off, and how often it did."""

    since: datetime
    tries: int = 0


class LetterEnd(NamedTuple):
    """How a letter ended: its state, the relay's last answer or the reason, and when."""

    state: State
    text: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class LetterStatus:
    """A letter without its content. ``held`` is when it was put on hold; ``end`` is None while it is open."""

    official: str
    city: str
    solution: str | None
    progress: EarlierLetter
    held: datetime | None = None
    end: LetterEnd | None = None

    @property
    def id(self) -> str:
        """The id of the letter."""
        return self.progress.id

    @property
    def state(self) -> State:
        """How far the letter came."""
        return self.progress.state

    def is_due(self, now: datetime) -> bool:
        """Return whether it is held and its time has come, or was held by a clock that was ahead."""
        if self.state != "held" or self.progress.not_before is None:
            return False
        return self.progress.not_before <= now or (self.held is not None and self.held > now)

    def ended_by(self, end: LetterEnd) -> "LetterStatus":
        """Return the status after ``end``."""
        return replace(self, progress=self.progress._replace(state=end.state, ended=end.ended), end=end)


class UnsentLetter(NamedTuple):
    """What is still to be sent: the letter as it is stored, and its bytes."""

    letter: Letter
    message: bytes


class DueLetter(NamedTuple):
    """A held letter whose time has come; ``put_off`` is None where the relay has not put it off."""

    letter: Letter
    message: bytes
    put_off: Postponement | None


class ClaimedLetter(NamedTuple):
    """A letter that somebody wanted to send, and how it stands in the store, whoever claimed it.

    ``unsent`` is what is to be sent: the store may hold an older or a newer version of the letter. None where
    it waits, is being handed over or has ended.
    """

    letter: Letter
    status: LetterStatus
    unsent: UnsentLetter | None
