"""On which line of a JSON text a path stands: what an editor can jump to."""

import json
import re

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
SPACE = re.compile(r"[ \t\r\n,:]*")
DECODER = json.JSONDecoder()


def line_of(text: str, path: str, start: int = 0) -> int:
    """The line (from 1) of the value at ``path`` (``releases[0].tender.status``) in a valid JSON ``text``.

    ``start`` is where its document begins. Where the path leads nowhere (a missing field, a name that was
    translated), it is the line of what is nearest above.
    """
    place = _past_space(text, start)
    try:
        for name, index in STEP.findall(path):
            found = _item(text, place, int(index)) if index else _field(text, place, name)
            if found is None:
                break
            place = found
    except (ValueError, IndexError, RecursionError):
        pass
    return text.count("\n", 0, place) + 1


def _past_space(text: str, place: int) -> int:
    found = SPACE.match(text, place)
    assert found is not None
    return found.end()


def _field(text: str, place: int, name: str) -> int | None:
    if text[place] != "{":
        return None
    place = _past_space(text, place + 1)
    while text[place] == '"':
        key, end = DECODER.raw_decode(text, place)
        value = _past_space(text, end)
        if key == name:
            return value
        place = _past_space(text, DECODER.raw_decode(text, value)[1])
    return None


def _item(text: str, place: int, index: int) -> int | None:
    if text[place] != "[":
        return place if index == 0 else None  # one object where a list was due
    place = _past_space(text, place + 1)
    for _ in range(index):
        if text[place] == "]":
            return None
        place = _past_space(text, DECODER.raw_decode(text, place)[1])
    return None if text[place] == "]" else place
