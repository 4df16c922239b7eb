"""One hash for a set of facts, whatever the file format and the order."""

import json
from collections.abc import Iterable
from hashlib import sha256

from pydantic import JsonValue

from shared.facts import Fact


def digest(facts: Iterable[Fact]) -> str:
    """Return 64 hexadecimal digits; empty and not known are the same, the order does not count."""
    lines = sorted(
        json.dumps(pruned(fact.model_dump(mode="json")), sort_keys=True, ensure_ascii=True) for fact in facts
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def pruned(value: JsonValue) -> JsonValue:
    """Return ``value`` without keys that say nothing."""
    if isinstance(value, list):
        return [pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    members = {key: pruned(item) for key, item in value.items()}
    return {key: item for key, item in members.items() if item is not None and item not in ("", [], {})}
