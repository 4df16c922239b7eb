"""The parts of messages: needs, solutions, outcomes and profiles of cities.

A field that a city may not know is optional, and ``None`` means *not known*: never zero, never "no". Unknown
fields are ignored, so that messages of newer publishers stay readable.
"""

from shared.facts.attempts import Adoption, Attempt, Cause, Effect, FailureRecord, Implementation, Outcome
from shared.facts.base import (
    Fact,
    Id,
    Language,
    Line,
    Money,
    Share,
    Text,
    Topic,
)
from shared.facts.blueprint import Blueprint, Funding, SharedDocument, offered
from shared.facts.cities import UNRESOLVED, CityProfile, Indicators, Rating
from shared.facts.days import EARLIEST_YEAR, LATEST_YEAR, Day, Moment, day_in, moment_in, year_error
from shared.facts.errors import ErrorType
from shared.facts.evidence import Baseline, Citizens, Delivery, Kpi, Study, Verification
from shared.facts.languages import is_language
from shared.facts.money import (
    CURRENCY_SIGNS,
    MOST_MONEY,
    Currency,
    currencies,
    currency_error,
    decimals_error,
    decimals_of,
    is_currency,
    plain_amount,
)
from shared.facts.needs import Need, Stage
from shared.facts.numbers import MOST_COUNTED, Count, Within
from shared.facts.reuse import Component, Contact, Legal, LockIn, Maturity, Provider, Reuse, Unit
from shared.facts.solutions import Problem, Solution
from shared.facts.text import FROM_OUTSIDE, bad_character, many_lines, one_line
from shared.facts.translations import Phrase, Texts, Translation, in_languages

__all__ = [
    "CURRENCY_SIGNS",
    "EARLIEST_YEAR",
    "FROM_OUTSIDE",
    "LATEST_YEAR",
    "MOST_COUNTED",
    "MOST_MONEY",
    "UNRESOLVED",
    "Adoption",
    "Attempt",
    "Baseline",
    "Blueprint",
    "Cause",
    "Citizens",
    "CityProfile",
    "Component",
    "Contact",
    "Count",
    "Currency",
    "Day",
    "Delivery",
    "Effect",
    "ErrorType",
    "Fact",
    "FailureRecord",
    "Funding",
    "Id",
    "Implementation",
    "Indicators",
    "Kpi",
    "Language",
    "Legal",
    "Line",
    "LockIn",
    "Maturity",
    "Moment",
    "Money",
    "Need",
    "Outcome",
    "Phrase",
    "Problem",
    "Provider",
    "Rating",
    "Reuse",
    "Share",
    "SharedDocument",
    "Solution",
    "Stage",
    "Study",
    "Text",
    "Texts",
    "Topic",
    "Translation",
    "Unit",
    "Verification",
    "Within",
    "bad_character",
    "currencies",
    "currency_error",
    "day_in",
    "decimals_error",
    "decimals_of",
    "in_languages",
    "is_currency",
    "is_language",
    "many_lines",
    "moment_in",
    "offered",
    "one_line",
    "plain_amount",
    "year_error",
]
