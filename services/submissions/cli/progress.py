"""How far a sending is: what was confirmed, what had been sent before, and how much of the files was read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from services.submissions.application.outgoing_message import OutgoingMessage


class Meter:
    """Counts letters, and moves a bar by the bytes of ``files``: a letter is about as long as its release."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files
        self.letters = self.bytes = self.skipped = self.too_large = 0
        self._behind = self._within = 0
        bar = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        self._progress = Progress(*bar, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        self._bar = self._progress.add_task(self.words, total=sum(map(_size, files)))

    def shown(self) -> AbstractContextManager[object]:
        """Show the bar while the block lasts."""
        return self._progress

    @property
    def words(self) -> str:
        """What the sending came to."""
        already = f", {self.skipped:,} were sent before" if self.skipped else ""
        large = f", {self.too_large:,} too large to send" if self.too_large else ""
        return f"{self.letters:,} messages, {self.bytes / 1e6:,.1f} MB{already}{large}"

    def read(self, file: Path, letters: Iterable[OutgoingMessage]) -> Iterator[OutgoingMessage]:
        """Give the ``letters`` of one file on, and move the bar along."""
        size = _size(file)
        for letter in letters:
            self._within = min(size, self._within + len(letter.body))
            yield letter
        self._behind, self._within = self._behind + size, 0

    def skip(self) -> None:
        """Count a letter that was sent before."""
        self.skipped += 1
        self._move()

    def confirm(self, letter: OutgoingMessage) -> None:
        """Count a letter that the broker confirmed."""
        self.letters += 1
        self.bytes += len(letter.body)
        self._move()

    def _move(self) -> None:
        self._progress.update(self._bar, description=self.words, completed=self._behind + self._within)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
