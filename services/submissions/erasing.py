"""Erasing a person: a name or an address, out of everything the service keeps."""

import re
from collections.abc import Callable
from typing import Any

import orjson

from services.submissions.deposit import Deposit
from shared.json_text import NotJson, parse
from shared.mongo import Database

ERASED = "[erased]"
KEPT = ("records", "revisions", "messages", "comments", "held", "releases")


def eraser(words: list[str]) -> Callable[[Any], Any]:
    """Return what takes ``words`` (whole, in any case) out of a stored value, whatever its shape."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)

    def erase(value: Any) -> Any:  # noqa: ANN401 - any stored value
        match value:
            case str():
                return pattern.sub(ERASED, value)
            case bytes():
                return _in_bytes(value, erase)
            case dict():
                return {key if key == "_id" else erase(key): erase(item) for key, item in value.items()}
            case list():
                return [erase(item) for item in value]
            case _:
                return value

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
    if dropped := await _drop_deposits(Deposit(database), take_out):
        changed["deposits"] = dropped
    return changed


async def _drop_deposits(deposit: Deposit, take_out: Callable[[Any], Any]) -> list[str]:
    """Drop whole what waits to be claimed and names the person: its sender deposits it again, mended."""
    dropped = []
    for key in await deposit.waiting():
        data = await deposit.take(key)
        if data is None or take_out(data) != data:
            await deposit.clear(key)
            dropped.append(key.digest)
    return dropped


def _in_bytes(data: bytes, erase: Callable[[Any], Any]) -> bytes:
    """Erase in JSON as it is meant, whatever its escapes; in any other bytes as they stand."""
    try:
        meant = parse(data)
    except NotJson:
        text = data.decode("utf-8", "surrogateescape")
        return str(erase(text)).encode("utf-8", "surrogateescape")
    after = erase(meant)
    return data if after == meant else orjson.dumps(after)
