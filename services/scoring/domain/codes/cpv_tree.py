"""The CPV tree: division 90000000, group 90500000, class 90510000, category 90511000, and finer."""

from collections.abc import Iterable

CODE_LENGTH = 8


class CpvTree:
    """Every known code with its parent; a code's *number* is its place in sorted order."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes: tuple[str, ...] = tuple(sorted(set(codes)))
        self.numbers: dict[str, int] = {code: number for number, code in enumerate(self.codes)}
        self.paths: tuple[tuple[int, ...], ...] = tuple(self._path(code) for code in self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def number(self, code: str) -> int | None:
        """The number of a code as published (``90511000`` or ``90511000-2``); ``None`` if unknown."""
        return self.numbers.get(code.strip().partition("-")[0])

    def parent(self, number: int) -> int | None:
        """The next code up that exists; ``None`` for a division."""
        path = self.paths[number]
        return path[-2] if len(path) > 1 else None

    def division(self, number: int) -> str:
        """The first two digits of a code."""
        return self.codes[number][:2]

    def _path(self, code: str) -> tuple[int, ...]:
        """From the division down to the code itself."""
        known = [code[:end].ljust(CODE_LENGTH, "0") for end in range(2, CODE_LENGTH + 1)]
        return tuple(self.numbers[name] for name in dict.fromkeys(known) if name in self.numbers)
