"""Reads the JSON that commands are given; every way in which it can be broken has a sentence."""

import json
import sys
from collections import Counter
from collections.abc import ItemsView, Iterator, KeysView


class UnreadableInput(ValueError):
    """What was given is not JSON: ``where`` (line and column, if they are known), and why."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


class Named(dict[str, object]):
    """A JSON object that remembers which of its names it was asked for; whoever takes all asks for all."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        if len(self) < len(pairs):
            raise UnreadableInput(
                f"says {_twice(pairs)!r} twice in one object; two readers would see two cases"
            )
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: object = None) -> object:
        """The value of a name, which counts as asked for."""
        self.asked.add(name)
        return super().get(name, default)

    def items(self) -> ItemsView[str, object]:  # type: ignore[override]
        """All of it."""
        self.asked.update(self)
        return super().items()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """All of its names, as they are taken when it is copied into another object."""
        self.asked.update(self)
        return super().keys()

    def __iter__(self) -> Iterator[str]:
        # Without a way of its own to be walked through, Python copies a dict past all of the above.
        return super().__iter__()


def _twice(pairs: list[tuple[str, object]]) -> str:
    return Counter(name for name, _ in pairs).most_common(1)[0][0]


def standard_input() -> str:
    """All of standard input, with or without a byte order mark."""
    return decoded(sys.stdin.buffer.read())


def decoded(content: bytes) -> str:
    """UTF-8 as text, with or without a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"byte {error.start + 1} is not UTF-8; save it as UTF-8") from None


def parsed(text: str) -> object:
    """JSON, its objects as :class:`Named`; raise :class:`UnreadableInput`."""
    try:
        whole: object = json.loads(text, object_pairs_hook=Named)
    except json.JSONDecodeError as error:
        raise UnreadableInput(f"is not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise UnreadableInput("is nested too deeply; a case has five levels") from None
    except UnreadableInput:
        raise
    except ValueError:
        raise UnreadableInput("holds a number of more than 4,300 digits") from None
    return whole


def unread(value: object, path: str = "") -> Iterator[str]:
    """The paths of all names that nobody asked for, outermost only."""
    if isinstance(value, Named):
        for name, item in dict.items(value):
            place = f"{path}.{name}" if path else name
            if name in value.asked:
                yield from unread(item, place)
            else:
                yield place
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unread(item, f"{path}[{index}]")
