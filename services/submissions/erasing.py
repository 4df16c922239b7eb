"""Erasing a person: a name or an address, out of everything the service keeps."""

import re
from collections.abc import Callable
from typing import Any

from shared.mongo import Binary, Database

ERASED = "[erased]"
KEPT = ("records", "revisions", "messages", "comments", "held", "releases", "deposits")


def eraser(words: list[str]) -> Callable[[Any], Any]:
    """Return what takes ``words`` (whole, in any case) out of a stored value, whatever its shape."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    as_bytes = re.compile(
        b"|".join(re.escape(each) for word in words for each in _written(word)), re.IGNORECASE
    )

    def erase(value: Any) -> Any:  # noqa: ANN401 - any stored value
        if isinstance(value, str):
            return pattern.sub(ERASED, value)
        if isinstance(value, bytes):
            return Binary(as_bytes.sub(ERASED.encode(), value))
        if isinstance(value, dict):
            return {key if key == "_id" else erase(key): erase(item) for key, item in value.items()}
        return [erase(item) for item in value] if isinstance(value, list) else value

    return erase


async def erase(database: Database, words: list[str]) -> dict[str, list[str]]:
    """Erase ``words`` from all that is kept; return the keys of what changed, by collection."""
    take_out, changed = eraser(words), dict[str, list[str]]()
    for name in KEPT:
        async for found in database[name].find({}):
            after = take_out(found)
            if after != found:
                body = {key: value for key, value in after.items() if key != "_id"}
                await database[name].replace_one({"_id": found["_id"]}, body)
                changed.setdefault(name, []).append(str(found["_id"]))
    return changed


def _written(word: str) -> list[bytes]:
    """A word as it stands in JSON: as it is, and escaped."""
    return [word.encode(), word.encode("ascii", "backslashreplace")]
