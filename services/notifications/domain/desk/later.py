"""What a procurement system says of a record after the city's own word: shown, taken over, or not."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from services.notifications.domain.desk.records import MODELS, OwnRecord
from services.notifications.domain.desk.sent import said_anew
from shared.events import Event

UNSEEN = frozenset({"language"})
"""Fields that are taken over with the others, and are no difference that anybody has to look at."""


def with_later(record: OwnRecord) -> OwnRecord | None:
    """Return ``record`` with what was said since; None where nothing was said, or nothing that fits."""
    if record.later is None or record.fact is None:
        return None
    fact = record.fact.model_dump(mode="json")
    for path, value in record.later.fields.items():
        _put(fact, path, value)
    try:
        return record._replace(fact=MODELS[record.kind].model_validate(fact))
    except ValidationError:  # of a newer version
        return None


def taken_over(record: OwnRecord) -> Event | None:
    """Return the message by which the city says what was said since as its own word; None where it cannot."""
    after = with_later(record)
    return said_anew(after) if after else None


def later_values(record: OwnRecord) -> list[tuple[str, Any, Any]]:
    """Return the path of each field that differs, with what is recorded and what was said since, as JSON."""
    after = with_later(record)
    if after is None or record.later is None or record.fact is None or after.fact is None:
        return []
    was, now = (fact.model_dump(mode="json") for fact in (record.fact, after.fact))
    return [(path, _at(was, path), _at(now, path)) for path in record.later.fields if path not in UNSEEN]


def _keys(path: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")]


def _put(fact: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - a JSON value
    *above, last = _keys(path)
    for key in above:
        if not isinstance(fact.get(key), dict):
            fact[key] = {}
        fact = fact[key]
    fact[last] = value


def _at(fact: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a JSON value
    value: Any = fact
    for key in _keys(path):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
