"""The types of the fields of facts: texts, ids, counts, shares, topics and money."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.facts.money import MoneyFields
from shared.facts.text import as_id, as_line, as_text

Text = Annotated[str, Field(max_length=10_000), BeforeValidator(as_text)]
Line = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(as_line)]
Id = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(as_id)]
Key = Annotated[str, BeforeValidator(as_id)]
"""A key of a mapping: the id of a unit or topic."""
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en", "pt-AO"])]
Share = Annotated[float, Field(ge=0, le=1)]


class Fact(BaseModel):
    """Base class of the immutable parts of messages."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True, allow_inf_nan=False)


class Topic(Fact):
    """A code of a public classification, such as CPV 90500000."""

    scheme: Annotated[
        str, Field(min_length=1, max_length=40, examples=["CPV", "COFOG", "SDG"]), BeforeValidator(as_line)
    ]
    id: Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(as_id)]
    confidence: Share | None = None


class Money(MoneyFields, Fact):
    """An amount as published; an unknown amount is an absent ``Money``, never 0."""
