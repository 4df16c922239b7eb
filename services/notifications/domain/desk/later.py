"""What a procurement system says of a record after the city's own word: shown, taken over, or not."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from services.notifications.domain.desk.records import MODELS, OwnRecord
from services.notifications.domain.desk.sent import confirmed
from shared.events import Event, keys_in

UNSEEN = frozenset({"language"})
"""Fields that are taken over with the others, and are no difference that anybody has to look at."""


def with_later(record: OwnRecord) -> OwnRecord | None:
    """Return ``record`` with what was said since; None where nothing was said, or nothing that fits."""
    if record.later is None or record.fact is None:
        return None
    fact = record.later.on(record.fact.model_dump(mode="json"))
    try:
        return record._replace(fact=MODELS[record.kind].model_validate(fact))
    except ValidationError:  # of a newer version
        return None


def taken_over(record: OwnRecord, post: str) -> Event | None:
    """Return the message by which ``post`` confirms what was said since; None where there is nothing."""
    if with_later(record) is None:
        return None
    return confirmed(record, post).model_copy(update={"takes_over": True})


def later_values(record: OwnRecord) -> list[tuple[str, Any, Any]]:
    """Return the path of each field that differs, with what is recorded and what was said since, as JSON."""
    after = with_later(record)
    if after is None or record.later is None or record.fact is None or after.fact is None:
        return []
    was, now = (fact.model_dump(mode="json") for fact in (record.fact, after.fact))
    return [(path, _at(was, path), _at(now, path)) for path in record.later.fields if path not in UNSEEN]


def _at(fact: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a JSON value
    value: Any = fact
    for key in keys_in(path):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
