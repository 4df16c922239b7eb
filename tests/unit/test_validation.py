"""What a model says is wrong, in words of JSON: no error of a message is told in Python's words."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.submissions.domain.reports import READERS
from services.submissions.domain.validation import assess_report
from shared.events import Event
from shared.facts import FROM_OUTSIDE
from shared.validation_messages import KINDS, path_of, sentence
from tests.builders import a_need

Json = dict[str, Any]
WRONG: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 1.5, -0.5, 1e30, 10**40, "", " ", "x", "NaN", "1e999", "7" * 400, "yes",
    "x" * 20_000, "2026-13-40", "2026-12-31T10:00:00", "2026-12-31T25:00:00Z", "20261231", "44196", "ZZQ",
    "\ud800", "a\u200bb", [], [None], ["x", 1], [[]], {}, {"x": None}, {"": {}}, {"amount": "x"},
)  # fmt: skip
PYTHON = re.compile(r"tuple|dict|instance|\bint\b|float|str\b|None|True|False|Input should|datetime|pydantic")


def places(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """Every place of a document that the schema of ``model`` names."""
    schema = model.model_json_schema()
    yield from _places(schema, schema.get("$defs", {}), (), 0)


def _places(schema: Json, named: Json, path: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    if "$ref" in schema:
        schema = named[schema["$ref"].rsplit("/", 1)[1]]
    yield path
    if depth > 5:
        return
    for inner in schema.get("anyOf", ()):
        yield from _places(inner, named, path, depth + 1)
    for name, inner in schema.get("properties", {}).items():
        yield from _places(inner, named, (*path, name), depth + 1)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(inner := schema.get(key), dict):
            yield from _places(inner, named, (*path, mark), depth + 1)


def document(path: tuple[str, ...], value: object) -> object:
    """The smallest document with ``value`` at ``path``."""
    if not path:
        return value
    inside = document(path[1:], value)
    return {"[]": [inside], "{}": {"en": inside}}.get(path[0], {path[0]: inside})


@pytest.mark.parametrize("model", [model for model, _ in READERS.values()], ids=lambda model: model.key)
def test_every_error_that_a_message_can_raise_is_told_in_words_of_json(model: type[Event]) -> None:
    for path in sorted({*places(model)}):
        for value in WRONG:
            try:
                model.model_validate(document(path, value), context=FROM_OUTSIDE)
            except ValidationError as error:
                for problem in error.errors():
                    assert problem["type"] in KINDS, (problem["type"], path, value)
                    said = sentence(problem)
                    assert said, problem["type"]
                    if problem["type"] != "string_pattern_mismatch":
                        assert not PYTHON.search(said.replace(repr(value), "")), said
                    assert len(said) <= 500
                    assert len(path_of(problem)) <= 500


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"topics": "waste"}, "topics", "is a text: write a JSON array"),
        ({"title": None}, "title", "is null: write a text"),
        ({"stage": "opn"}, "stage", "is 'opn', which is not known: did you mean open?; known are exploring,"),
        ({"budget": 5}, "budget", "is a number: write a JSON object"),
        ({"budget": {"amount": "12,5", "currency": "EUR"}}, "budget.amount", "'12,5' is no number"),
        (
            {"budget": {"amount": 5, "currency": "eur"}},
            "budget.currency",
            "'eur' is no code of a currency: write",
        ),
        ({"language": "English"}, "language", "'English' is no code of a language: write it like en"),
        ({"agreed_risk": 3}, "agreed_risk", "3 is too large: write 1 or less"),
        ({"agreed_risk": "NaN"}, "agreed_risk", "'NaN' is no number of JSON"),
        ({"deadline": 1798675200}, "deadline", "is a number, and may mean a day or a count of seconds"),
        ({"deadline": "soon"}, "deadline", "'soon' is no time: write it like 2026-12-31T12:00:00Z"),
    ],
)
def test_a_complaint_says_what_is_there_and_what_to_write(
    changes: dict[str, object], path: str, message: str
) -> None:
    data = json.dumps({**a_need().model_dump(mode="json"), **changes}).encode()
    (complaint,) = assess_report("org.citiesshare.need.submitted.v1", data).complaints
    assert (complaint.path, complaint.message[: len(message)]) == (path, message)
