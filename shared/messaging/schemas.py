"""The JSON Schema of every message, one per type and version.

``python -m shared.messaging.schemas`` writes them.

They use the subset of draft 2020-12 that older validators support: no ``prefixItems``,
``unevaluatedProperties`` or ``$dynamicRef``. A released schema may only get new optional properties.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from shared.events import Event
from shared.messaging.catalogue import ALL

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://citiesshare.example/schemas/"
FOLDER = Path("schemas")
Schema = dict[str, Any]


def file_name(event: type[Event]) -> str:
    """Return the file name of a message's schema, such as ``need.submitted.v1.json``."""
    return f"{event.key}.v{event.version}.json"


def schema_of(event: type[Event]) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a message's data."""
    name = file_name(event)
    head = {"$schema": DIALECT, "$id": BASE + name}
    return {**head, **event.model_json_schema(), "title": event.message_type()}


@cache
def all_schemas() -> dict[str, Schema]:
    """Return all schemas by file name."""
    return {file_name(event): schema_of(event) for event in ALL}


def written(schema: Schema) -> str:
    """Return the text of a schema file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def breaches(released: Schema, now: Schema) -> Iterator[str]:
    """Yield each incompatible change: what ``now`` refuses that ``released`` accepted, or lacks."""
    yield from _breaches(released, now, released, now, "", ())


def _breaches(
    old: Schema, new: Schema, whole_old: Schema, whole_new: Schema, at: str, above: tuple[str, ...]
) -> Iterator[str]:
    old, reference = _resolved(old, whole_old)
    new, _ = _resolved(new, whole_new)
    if reference in above:
        return
    above = (*above, reference) if reference else above
    yield from (f"{at}: {name!r} is required now" for name in _added(old, new, "required"))
    yield from (f"{at}: {value!r} is refused now" for value in _added(new, old, "enum") if "enum" in new)
    if _types(old) - _types(new):
        yield f"{at}: {sorted(_types(old) - _types(new))} is refused now"
    yield from (f"{at}: {limit} is narrower now" for limit in _narrower(old, new))
    properties = new.get("properties", {})
    for key, inner in old.get("properties", {}).items():
        if key in properties:
            yield from _breaches(inner, properties[key], whole_old, whole_new, f"{at}.{key}", above)
        else:
            yield f"{at}.{key}: is not known any more"
    for part in ("items", "additionalProperties"):
        if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
            yield from _breaches(old[part], new[part], whole_old, whole_new, f"{at}[]", above)


def _resolved(schema: Schema, whole: Schema) -> tuple[Schema, str]:
    """Return the schema behind "or null" and a reference, and the name of the reference or ""."""
    choices = schema.get("anyOf", [])
    not_null = [choice for choice in choices if choice.get("type") != "null"]
    if len(not_null) == 1:
        schema = {**schema, **not_null[0]}
        schema.pop("anyOf")
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return whole["$defs"][name], name
    return schema, ""


def _added(old: Schema, new: Schema, part: str) -> list[Any]:
    return [item for item in new.get(part, []) if item not in old.get(part, [])]


def _types(schema: Schema) -> set[str]:
    choices = schema.get("anyOf", [schema])
    return {str(choice.get("type", "any")) for choice in choices}


def _narrower(old: Schema, new: Schema) -> Iterator[str]:
    for limit, sign in (
        ("maximum", 1),
        ("maxLength", 1),
        ("maxItems", 1),
        ("minimum", -1),
        ("minLength", -1),
    ):
        before, after = old.get(limit), new.get(limit)
        if after is not None and (before is None or sign * after < sign * before):
            yield limit


def main(folder: Path = FOLDER) -> None:
    """Write all schemas into ``schemas/``."""
    folder.mkdir(exist_ok=True)
    for name, schema in all_schemas().items():
        (folder / name).write_text(written(schema))
    sys.stdout.write(f"{len(all_schemas())} schemas written to {folder}/\n")


if __name__ == "__main__":
    main()
