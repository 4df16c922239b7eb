"""The largest numbers that messages from outside may have.

A released schema must not become narrower, so the limit stands in the description of a field, not in
``maximum``. Stored documents with larger numbers stay readable.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.facts.errors import ErrorType, value_error
from shared.facts.text import FROM_OUTSIDE

MOST_COUNTED = 2**63 - 1
"""The largest integer that the store can hold (64 bits, signed)."""
MOST_PEOPLE = 10_000_000_000
"""More than people on earth."""
MOST_INHABITANTS = 100_000_000
"""More than any city has."""
MOST_MEASURED = 10**15
"""Whole numbers up to here are exact as a number of 64 bits (IEEE 754)."""
MOST_PAID = 10**18
"""As for ``Money``: no real payment in any currency is that large."""
MOST_MONTHS = 3_012
"""From the first to the last day that a message may name: 1950 to 2200."""


@dataclass(frozen=True)
class Within:
    """Limits a number from outside to ``least`` … ``most``; None is no lower limit of its own."""

    most: int
    least: int | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "description": f"{self._range()}; other numbers are refused"}

    def _check(self, number: float, info: ValidationInfo) -> float:
        if isinstance(number, int) and abs(number) > MOST_COUNTED:
            raise self._error("number_too_large", number)  # the store cannot hold it, whoever says it
        if info.context != FROM_OUTSIDE:
            return number
        if number > self.most:
            raise self._error("number_too_large", number)
        if self.least is not None and number < self.least:
            raise self._error("number_too_small", number)
        return number

    def _error(self, kind: ErrorType, number: float) -> PydanticCustomError:
        where = self._range()
        message = f"{_short(number)} is out of range: write a number {where[0].lower()}{where[1:]}"
        return value_error(kind, message)

    def _range(self) -> str:
        if self.least is None:
            return f"Up to {self.most:,}"
        return f"From {self.least:,} to {self.most:,}"


def _short(number: float) -> str:
    if isinstance(number, int):
        return str(number) if abs(number) <= MOST_COUNTED else f"{Decimal(number):.3e}"
    return f"{number:.15g}"


Count = Annotated[int, Field(ge=0), Within(MOST_PEOPLE)]
Population = Annotated[int, Field(gt=0), Within(MOST_INHABITANTS)]
Measured = Annotated[float, Within(MOST_MEASURED, -MOST_MEASURED)]
Months = Annotated[float, Field(ge=0), Within(MOST_MONTHS)]
LastingMonths = Annotated[float, Field(gt=0), Within(MOST_MONTHS)]
