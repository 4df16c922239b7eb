"""Errors of values that have a type of their own, so that a form can say in its own words what is wrong."""

from typing import Literal

from pydantic_core import PydanticCustomError

ErrorType = Literal[
    "number_too_large",
    "number_too_small",
    "amount_too_large",
    "amount_negative",
    "too_many_decimals",
    "currency_unknown",
    "year_out_of_range",
]
"""What a validator of a value can find; the sentence for the sender of a message is in the error."""


def value_error(kind: ErrorType, message: str) -> PydanticCustomError:
    """Return the error that a validator raises; ``message`` is the sentence for the sender."""
    return PydanticCustomError(kind, "{message}", {"message": message})
