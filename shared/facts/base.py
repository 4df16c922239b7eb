"""What every fact is made of: texts, shares, topics, money."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=10_000)]
Line = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1, max_length=500)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en", "pt-AO"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Share = Annotated[float, Field(ge=0, le=1)]


class Fact(BaseModel):
    """A frozen piece of what was said."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True, allow_inf_nan=False)


class Topic(Fact):
    """A code of a public classification, e.g. CPV 90500000."""

    scheme: Annotated[str, Field(min_length=1, max_length=40, examples=["CPV", "COFOG", "SDG"])]
    id: Annotated[str, Field(min_length=1, max_length=40)]
    confidence: Share | None = None


class Money(Fact):
    """An amount as published; an unknown amount is an absent ``Money``, never 0."""

    amount: Decimal
    currency: Currency
