"""Readers of single JSON values: each takes a value and its path, and raises ``InputError`` with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

Choice = TypeVar("Choice")

LARGEST = 1e100
"""Nothing a city counts is larger, and what is computed from such numbers stays finite."""
LINE, TEXT = 500, 10_000
"""Characters that a line and a text may have at most."""
YES = frozenset({"yes", "y", "true", "good", "ok", "settled", "done", "present"})
NO = frozenset({"no", "n", "false", "bad", "absent", "missing"})
UNKNOWN = frozenset({"unknown", "?", "", "n/a", "not known"})


class InputError(ValueError):
    """The value at ``path`` cannot be used; ``message`` says what would be."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def mapping(value: object, path: str) -> Mapping[str, object]:
    """A JSON object; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(path, f"must be an object, not {_kind(value)}")
    return value


def sequence(value: object, path: str) -> Sequence[object]:
    """A JSON array; null is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InputError(path, f"must be an array, not {_kind(value)}")
    return value


def items(value: object, path: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The objects of an array, each with its own path."""
    for index, item in enumerate(sequence(value, path)):
        yield f"{path}[{index}]", mapping(item, f"{path}[{index}]")


def once(names: Iterable[set[str]], path: str) -> None:
    """Raise :class:`InputError` for the first item of an array that has a name of an earlier one."""
    seen: set[str] = set()
    for index, spellings in enumerate(names):
        if twice := sorted(spellings & seen):
            raise InputError(f"{path}[{index}]", f"names {twice[0]!r} a second time; say it once")
        seen |= spellings


def pick(given: Mapping[str, object], *names: str) -> object:
    """The first of several spellings that is there and not null."""
    return next((given[name] for name in names if given.get(name) is not None), None)


def spelled(given: Mapping[str, object], path: str, *names: str) -> tuple[object, str]:
    """The same, with its path in the spelling that was given."""
    name = next((name for name in names if given.get(name) is not None), names[0])
    return given.get(name), f"{path}.{name}" if path else name


def number(value: object, path: str, low: float | None = None, high: float | None = None) -> float:
    """A finite number within bounds; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(path, f"must be a number, not {_kind(value)}")
    if not -LARGEST <= value <= LARGEST:  # not a number is not between them either
        raise InputError(path, f"must be a finite number, {LARGEST:g} at most")
    if (low is not None and value < low) or (high is not None and value > high):
        raise InputError(path, f"must lie {_range(low, high)}, not at {value:g}")
    return float(value)


def optional(value: object, path: str, low: float | None = None, high: float | None = None) -> float | None:
    """A number, or None where it is null."""
    return None if value is None else number(value, path, low, high)


def whole(value: object, path: str, low: int, high: int | None = None) -> int | None:
    """A whole number within bounds, or None where it is null."""
    if value is None:
        return None
    parsed = number(value, path, low, high)
    if parsed != int(parsed):
        raise InputError(path, f"must be a whole number, not {parsed:g}")
    return int(parsed)


def answer(value: object, path: str) -> bool | None:
    """Yes, no or not known, as a word, a boolean or null."""
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in YES or value == 1:
        return True
    if word in NO or value == 0:
        return False
    if word in UNKNOWN:
        return None
    raise InputError(path, f"must be yes, no or unknown, not {value!r}")


def choice(value: object, path: str, words: Mapping[str, Choice]) -> Choice:
    """One of several words, in any case and with blanks for underscores."""
    word = str(value).strip().lower().replace(" ", "_").replace("-", "_") or str(value)
    chosen = words.get(str(value).strip(), words.get(word))
    if chosen is None:
        raise InputError(path, f"must be one of {', '.join(sorted(set(words)))}, not {value!r}")
    return chosen


def day(value: object, path: str) -> date:
    """A date, written as ISO 8601."""
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).date()
    except ValueError:
        raise InputError(path, f"must be a date such as 2026-11-22, not {value!r}") from None


def text(value: object, path: str, longest: int = LINE) -> str | None:
    """A text, or None where it is null; true stands for a text that is there, false for one that is not."""
    if value is None or isinstance(value, str):
        return value and _sound(value.strip(), path, longest)
    if isinstance(value, bool):
        return "given" if value else ""
    if isinstance(value, int | float):
        return f"{number(value, path):g}"
    raise InputError(path, f"must be a text, not {_kind(value)}")


def _sound(value: str, path: str, longest: int) -> str:
    if len(value) > longest:
        raise InputError(path, f"must have at most {longest:,} characters, not {len(value):,}")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InputError(path, "holds half of a surrogate pair, which is no character; write it as UTF-8")
    return value


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at or below {high:g}"
    return f"at or above {low:g}" if high is None else f"between {low:g} and {high:g}"


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "an array"}
    return names.get(type(value), "an object" if isinstance(value, dict) else "null")
