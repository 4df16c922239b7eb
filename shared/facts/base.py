"""What every fact is made of: texts, shares, topics, money."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.facts.money import MoneyFields
from shared.facts.text import as_id, as_line, as_text

Text = Annotated[str, Field(max_length=10_000), BeforeValidator(as_text)]
Line = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(as_line)]
Id = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(as_id)]
Key = Annotated[str, BeforeValidator(as_id)]
"""A name that something is kept under; ids of units and topics."""
MOST_COUNTED = 2**63 - 1
"""The largest whole number that the store keeps."""


def _countable(number: int) -> int:
    """In no schema: nothing larger was ever kept, and a schema may not become narrower."""
    if number > MOST_COUNTED:
        raise ValueError(f"a number above {MOST_COUNTED} is a mistake: nothing has so many")
    return number


Count = Annotated[int, Field(ge=0), AfterValidator(_countable)]
Population = Annotated[int, Field(gt=0), AfterValidator(_countable)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en", "pt-AO"])]
Share = Annotated[float, Field(ge=0, le=1)]


class Fact(BaseModel):
    """A frozen piece of what was said."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True, allow_inf_nan=False)


class Topic(Fact):
    """A code of a public classification, e.g. CPV 90500000."""

    scheme: Annotated[
        str, Field(min_length=1, max_length=40, examples=["CPV", "COFOG", "SDG"]), BeforeValidator(as_line)
    ]
    id: Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(as_id)]
    confidence: Share | None = None


class Money(MoneyFields, Fact):
    """An amount as published; an unknown amount is an absent ``Money``, never 0."""
