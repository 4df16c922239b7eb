"""Validation errors in the words of JSON instead of Python.

pydantic writes "Input should be a valid tuple"; ``sentence`` returns one plain sentence for each type of
error that the models of messages can raise. ``tests/unit/test_validation.py`` finds types without a sentence.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core import ErrorDetails

from shared.facts import ErrorType

_SENTENCES: Mapping[str, str] = {
    "missing": "is missing: add it",
    "model_type": "is {here}: write a JSON object",
    "model_attributes_type": "is {here}: write a JSON object",
    "dict_type": "is {here}: write a JSON object",
    "tuple_type": "is {here}: write a JSON array",
    "list_type": "is {here}: write a JSON array",
    "string_type": "is {here}: write a text",
    "string_unicode": "is no Unicode text: write it in UTF-8",
    "string_too_short": "is shorter than {min_length} characters: write a text",
    "string_too_long": "is longer than {max_length} characters: shorten it",
    "string_pattern_mismatch": "'{short}' is not of the form {pattern}",
    "bool_type": "is {here}: write true or false",
    "bool_parsing": "'{short}' is neither yes nor no: write true or false",
    "int_type": "is {here}: write a whole number",
    "int_parsing": "'{short}' is no whole number",
    "int_parsing_size": "'{short}' has too many digits",
    "int_from_float": "{short} is no whole number",
    "float_type": "is {here}: write a number",
    "float_parsing": "'{short}' is no number",
    "finite_number": "'{short}' is no number of JSON: leave it out where it is not known",
    "decimal_type": "is {here}: write a number",
    "decimal_parsing": "'{short}' is no number: write digits with a point, such as 1250.50",
    "decimal_max_digits": "'{short}' has too many digits",
    "greater_than": "{short} is too small: write a number above {gt}",
    "greater_than_equal": "{short} is too small: write {ge} or more",
    "less_than": "{short} is too large: write a number below {lt}",
    "less_than_equal": "{short} is too large: write {le} or less",
    "date_type": "is {here}: write a day, such as 2026-12-31",
    "date_parsing": "'{short}' is no day: write it like 2026-12-31",
    "date_from_datetime_parsing": "'{short}' is no day: write it like 2026-12-31",
    "date_from_datetime_inexact": "'{short}' has a time of day: write the day alone, such as 2026-12-31",
    "datetime_type": "is {here}: write a time, such as 2026-12-31T12:00:00Z",
    "datetime_parsing": "'{short}' is no time: write it like 2026-12-31T12:00:00Z",
    "datetime_from_date_parsing": "'{short}' is no time: write it like 2026-12-31T12:00:00Z",
    "datetime_object_invalid": "'{short}' is no time: write it like 2026-12-31T12:00:00Z",
    "timezone_aware": "'{short}' has no time zone: add Z or an offset such as +01:00",
    "too_long": "has more than {max_length} items: leave some out",
    "too_short": "has fewer than {min_length} items: add some",
    "extra_forbidden": "is not known here: check the name",
    "json_invalid": "is no JSON: {error}",
}
_PATTERN_SENTENCES: Mapping[str, str] = {
    r"^[A-Z]{3}$": "'{short}' is no code of a currency: write three capital letters, such as EUR",
    r"^[A-Z]{2}$": "'{short}' is no code of a country: write two capital letters, such as FI",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "'{short}' is no code of a language: write it like en or pt-AO",
}
"""Sentences that replace a regular expression, which only programmers can read."""
KINDS = frozenset(_SENTENCES) | {"literal_error", "enum", "value_error"} | frozenset(get_args(ErrorType))
"""The pydantic error types that have a sentence."""
_CHOICES = ("literal_error", "enum")
LONGEST = 500


def sentence(problem: ErrorDetails) -> str:
    """Return the error ``problem``, one of ``ValidationError.errors()``, as a sentence of at most 500
    characters without its path.
    """
    kind = problem["type"]
    if kind in _CHOICES:
        return _choice_sentence(problem)[:LONGEST]
    if kind == "value_error":  # raised by our validators; pydantic adds "Value error, "
        return problem["msg"].removeprefix("Value error, ")[:LONGEST]
    pattern = str(problem.get("ctx", {}).get("pattern"))
    template = _PATTERN_SENTENCES.get(pattern) if kind == "string_pattern_mismatch" else None
    template = template or _SENTENCES.get(kind)
    return (template.format(**_placeholders(problem)) if template else problem["msg"])[:LONGEST]


def path_of(problem: ErrorDetails) -> str:
    """Return where the error is: keys and array indexes joined by points, at most 500 characters."""
    return ".".join(map(str, problem["loc"]))[:LONGEST]


def did_you_mean(word: str, choices: list[str]) -> str:
    """Return ``: did you mean …?`` with up to three similar words of ``choices``, or an empty string."""
    similar = get_close_matches(word[:100], choices, n=3)
    return f": did you mean {' or '.join(similar)}?" if similar else ""


def _placeholders(problem: ErrorDetails) -> dict[str, object]:
    """Return the values for a sentence: the limits of the model, and the input in words and shortened."""
    limits = {
        name: f"{limit:g}" if isinstance(limit, float) else limit
        for name, limit in problem.get("ctx", {}).items()
    }
    return {**limits, "here": _type_name(problem.get("input")), "short": _short(problem.get("input"))}


def _choice_sentence(problem: ErrorDetails) -> str:
    expected = str(problem.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    choices, value = [choice.strip() for choice in expected.split(",")], problem.get("input")
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    here = f"'{_short(value)}'" if isinstance(value, str) else _type_name(value)
    return f"is {here}, which is not known{hint}{';' if hint else ':'} known are {', '.join(choices)}"


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _type_name(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "an array" if isinstance(value, list | tuple) else "an object"
