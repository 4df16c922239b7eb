"""Reads a failure record: ten fields, of which some may only be said to be there."""

from collections.abc import Mapping
from decimal import Decimal

from services.scoring.domain.input_parser.json_values import TEXT, choice, mapping, number, pick, text
from shared.facts import Cause, FailureRecord, Money

FIELDS: Mapping[str, tuple[str, ...]] = {
    "expectation": ("expectation", "expected"),
    "result": ("result",),
    "cause": ("cause", "cause_code"),
    "first_warning_sign": ("first_warning_sign", "warning_sign", "warning"),
    "decision_to_change": ("decision_to_change", "decision"),
    "conditions": ("conditions",),
    "sunk_cost": ("sunk_cost", "cost"),
    "kept": ("kept",),
    "evidence": ("evidence",),
    "contact": ("contact",),
}
MOST_SUNK = 1e17
"""More than any project ever cost, in any currency."""


def failure(value: object, path: str) -> FailureRecord | None:
    """The failure record; true, or any value that is not empty, stands for a field that is filled in."""
    if value is None:
        return None
    said = mapping(value, path)
    found = {name: pick(said, *spellings) for name, spellings in FIELDS.items()}
    return FailureRecord.model_validate(
        {
            name: _field(name, each, f"{path}.{name}")
            for name, each in found.items()
            if each is not None and each is not False and each != ""  # zero is an answer
        }
    )


def _field(name: str, value: object, path: str) -> object:
    if name == "cause":
        return choice(value, path, _causes())
    if name == "sunk_cost":
        return Money(amount=_amount(value, path), currency="XXX")
    return text(value, path, TEXT)


def _causes() -> dict[str, Cause]:
    return {**{cause.value: cause for cause in Cause}, "true": Cause.NOT_MEASURED}


def _amount(value: object, path: str) -> Decimal:
    if isinstance(value, dict):
        value = value.get("amount")
    if value is True or isinstance(value, str):
        return Decimal(0)
    return Decimal(repr(number(value, path, 0, MOST_SUNK)))
