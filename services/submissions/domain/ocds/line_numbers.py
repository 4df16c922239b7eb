"""On which line of a JSON text a path stands: what an editor can jump to."""

import json
import re
from bisect import bisect_left
from contextlib import suppress
from functools import cached_property

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
SPACE = re.compile(r"[ \t\r\n,:]*")
LINE_BREAK = re.compile("\n")
DECODER = json.JSONDecoder()


class LineNumbers:
    """The lines of one valid JSON text. Each object and list is looked through once, whatever is asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: dict[int, dict[str, int]] = {}
        self._items: dict[int, list[int]] = {}

    def line_of(self, path: str, line: int = 1) -> int:
        """The line (from 1) of the value at ``path`` (``releases[0].tender.status``).

        ``line`` is that on which its document begins. Where the path leads nowhere (a missing field, a name
        that was translated), it is the line of what is nearest above.
        """
        place = self._past_space(self._breaks[line - 2] + 1 if 1 < line <= len(self._breaks) + 1 else 0)
        with suppress(RecursionError):
            for name, index in STEP.findall(path):
                found = self._item(place, int(index)) if index else self._field(place, name)
                if found is None:
                    break
                place = found
        return bisect_left(self._breaks, place) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        """Where the lines end."""
        return [found.start() for found in LINE_BREAK.finditer(self._text)]

    def _past_space(self, place: int) -> int:
        found = SPACE.match(self._text, place)
        assert found is not None
        return found.end()

    def _field(self, place: int, name: str) -> int | None:
        if self._text[place : place + 1] != "{":
            return None
        if place not in self._fields:
            self._fields[place] = self._fields_of(place)
        return self._fields[place].get(name)

    def _fields_of(self, place: int) -> dict[str, int]:
        """Where the values of an object begin, by name; of a name that stands twice the first."""
        fields: dict[str, int] = {}
        place = self._past_space(place + 1)
        with suppress(ValueError):
            while self._text[place : place + 1] == '"':
                key, end = DECODER.raw_decode(self._text, place)
                value = self._past_space(end)
                fields.setdefault(key, value)
                place = self._past_space(DECODER.raw_decode(self._text, value)[1])
        return fields

    def _item(self, place: int, index: int) -> int | None:
        if self._text[place : place + 1] != "[":
            return place if index == 0 else None  # one object where a list was due
        if place not in self._items:
            self._items[place] = self._items_of(place)
        items = self._items[place]
        return items[index] if index < len(items) else None

    def _items_of(self, place: int) -> list[int]:
        """Where the entries of a list begin."""
        items: list[int] = []
        place = self._past_space(place + 1)
        with suppress(ValueError):
            while self._text[place : place + 1] not in ("]", ""):
                items.append(place)
                place = self._past_space(DECODER.raw_decode(self._text, place)[1])
        return items
