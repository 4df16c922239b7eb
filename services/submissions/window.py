"""A JSON text of any length, read value by value: no more is held than the next value needs."""

from io import TextIOWrapper
from typing import BinaryIO

from services.submissions.domain.ocds.decode import Decoded, Unreadable, decode_at
from services.submissions.domain.ocds.several import next_document
from shared.events import Complaint

PIECE = 1 << 16


class Window:
    """What is seen of a UTF-8 file: it grows while a value does not fit, up to ``largest`` characters."""

    piece = PIECE

    def __init__(self, stream: BinaryIO, largest: int) -> None:
        self._file = TextIOWrapper(stream, "utf-8-sig", newline="")
        self._largest = largest
        self._text = ""
        self._place = 0
        self._before = 0

    def next(self) -> str:
        """The next sign that is neither white space nor a comma; nothing at the end."""
        while (place := next_document(self._text, self._place)) == len(self._text):
            self._place = place
            if not self._grow():
                break
        self._place = place
        return self._text[place : place + 1]

    def take(self, sign: str) -> None:
        """Go past ``sign``; raises Unreadable where another stands."""
        if self.next() != sign:
            raise self._stopped(f"{sign!r} is due there")
        self._place += 1

    def value(self) -> Decoded | Complaint:
        """The value that begins here, or what is wrong inside it; raises Unreadable where none does."""
        self.next()
        while True:
            try:
                found, end = decode_at(self._text, self._place)
            except Unreadable as error:
                if not self._grow():
                    raise self._stopped(error.complaint.message.partition(": ")[2]) from None
            else:
                if end + len("e+5") <= len(self._text) or not self._grow():  # a number may go on
                    self._place = end
                    return found

    def _grow(self) -> bool:
        """Let go of what was read, and hold twice as much of what follows."""
        rest = self._text[self._place :]
        more = self._file.read(max(self.piece, len(rest))) if len(rest) <= self._largest else ""
        if more:
            self._before += self._place
            self._text, self._place = rest + more, 0
        return bool(more)

    def _stopped(self, why: str) -> Unreadable:
        where = f"reading stopped at character {self._before + self._place + 1:,}"
        return Unreadable("", f"{where}: {why or 'no whole JSON value begins there'}")
