"""Numbers from outside: every field has a largest value, which its schema tells, and no other is taken."""

import json
import math
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.submissions.domain.reports import READERS
from services.submissions.domain.validation import assess_report
from shared.events import CatalogueEntry, Event, RecordDue
from shared.facts import FROM_OUTSIDE, MOST_COUNTED, Within
from tests.unit.test_validation import document

Json = dict[str, Any]
MODELS = [model for model, _ in READERS.values() if model not in {CatalogueEntry, RecordDue}]
NUMBERS = {"number", "integer"}


def numeric_fields(model: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], Json]]:
    """The place and the schema of every number in a message, but amounts, which are decimals."""
    schema = model.model_json_schema()
    yield from _numeric(schema, schema.get("$defs", {}), ())


def _numeric(schema: Json, named: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    if "$ref" in schema:
        schema = named[schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("type") in NUMBERS:
        yield path, schema
    choices = schema.get("anyOf", ())
    if {choice.get("type") for choice in choices} >= {"number", "string"}:  # a decimal
        return
    for inner in choices:
        yield from _numeric(inner, named, path)
    for name, inner in schema.get("properties", {}).items():
        yield from _numeric(inner, named, (*path, name))
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(inner := schema.get(key), dict):
            yield from _numeric(inner, named, (*path, mark))


def complaints(model: type[BaseModel], path: tuple[str, ...], value: object) -> list[str]:
    """What is said about the field itself, of the smallest message that has ``value`` in it."""
    wanted = tuple(part for part in path if part not in {"[]", "{}"})
    try:
        model.model_validate(document(path, value), context=FROM_OUTSIDE)
    except ValidationError as error:
        places = (one["loc"] for one in error.errors())
        found = (tuple(str(key) for key in place if key not in {0, "en"}) for place in places)
        return [".".join(place) for place in found if place == wanted]
    return []


FIELDS = sorted({(model, path) for model in MODELS for path, _ in numeric_fields(model)}, key=repr)


def test_there_are_numbers_to_test() -> None:
    assert len(FIELDS) > 60


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_number_of_a_message_has_a_largest_value_that_its_schema_tells(model: type[Event]) -> None:
    unbounded = [
        path
        for path, schema in numeric_fields(model)
        if "maximum" not in schema and "other numbers are refused" not in schema.get("description", "")
    ]
    assert unbounded == []


@pytest.mark.parametrize("value", [1e25, -1e25, 1e308, 10**400, math.nan, math.inf, -math.inf])
def test_no_field_takes_a_number_that_nothing_in_a_city_has(value: float) -> None:
    taken = [(model.key, path) for model, path in FIELDS if not complaints(model, path, value)]
    assert taken == []


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        (Within(3_012), 3_012, ""),
        (Within(3_012), 3_013, "3013 is out of range: write a number up to 3,012"),
        (
            Within(10**15, -(10**15)),
            1e25,
            "1e+25 is out of range: write a number from -1,000,",
        ),
        (Within(10**15, -(10**15)), -1e16, "-1e+16 is out of range: write a number from"),
        (Within(10**10), 10**400, "1.000e+400 is out of range: write a number up to 10,000,000,000"),
    ],
)
def test_a_number_out_of_range_is_told_with_the_range(limit: Within, value: float, message: str) -> None:
    kind: Any = type(value)
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[kind, limit])
    if not message:
        assert adapter.validate_python(value, context=FROM_OUTSIDE) == value
        return
    with pytest.raises(ValidationError) as error:
        adapter.validate_python(value, context=FROM_OUTSIDE)
    assert error.value.errors()[0]["msg"].startswith(message)


def test_a_stored_number_out_of_range_stays_readable_unless_the_store_cannot_hold_it() -> None:
    adapter = TypeAdapter(Annotated[int, Within(5)])
    assert adapter.validate_python(6) == 6
    with pytest.raises(ValidationError):
        adapter.validate_python(MOST_COUNTED + 1)


def test_a_message_with_such_a_number_is_refused_with_its_path() -> None:
    solution = {
        "id": "s",
        "city": "c",
        "title": "t",
        "problem": {"baseline": {"kpi": "k", "value": 1e25, "unit": "u", "date": "2024-01-01"}},
        "attempt": {"outcome": "running", "months": 1e11},
    }
    judged = assess_report("org.citiesshare.solution.submitted.v1", json.dumps(solution).encode())
    told = {one.path: one.message for one in judged.complaints}
    assert told["problem.baseline.value"].startswith("1e+25 is out of range: write a number from")
    assert told["attempt.months"] == "100000000000 is out of range: write a number up to 3,012"
