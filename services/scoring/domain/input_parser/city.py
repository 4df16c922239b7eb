"""Reads a city: its indicators, what it has, its ratings, its election and what it agreed to risk."""

from collections.abc import Mapping
from datetime import date
from typing import get_args

from pydantic import ValidationError

from services.scoring.domain.case import MONTH, Anchor
from services.scoring.domain.framework import Transfer
from services.scoring.domain.input_parser.json_values import (
    InputError,
    answer,
    choice,
    day,
    mapping,
    number,
    optional,
    spelled,
    text,
    whole,
)
from shared.facts import CityProfile, Indicators, Rating

FLAGS = {name for name, field in Indicators.model_fields.items() if bool in get_args(field.annotation)}
ANCHORS: tuple[Anchor, ...] = get_args(Anchor)


def city(given: Mapping[str, object], path: str, needs: Mapping[str, float]) -> CityProfile:
    """A city; ``needs`` turns what it has into a share of what each unit needs; null is not known."""
    name = text(*spelled(given, path, "name", "id")) or "The city"
    have = mapping(given.get("have"), f"{path}.have")
    rated = mapping(given.get("ratings"), f"{path}.ratings")
    return CityProfile(
        id=text(given.get("id"), f"{path}.id") or name,
        name=name,
        country="XX",
        agreed_risk=optional(*spelled(given, path, "agreed_risk", "phi", "φ"), 0, 1),
        anchors=anchors(given.get("anchors"), f"{path}.anchors"),
        indicators=indicators(given, path),
        have={
            unit: owned(value, f"{path}.have.{unit}", needs.get(unit, 1.0))
            for unit, value in have.items()
            if value is not None
        },
        ratings={
            unit: rating(value, f"{path}.ratings.{unit}")
            for unit, value in rated.items()
            if value is not None
        },
    )


def owned(value: object, path: str, need: float) -> float:
    """What the city has of one unit, as a share of the need; true and false stand for all and nothing."""
    if isinstance(value, bool):
        return float(value)
    return min(1.0, number(value, path, 0) / need)


def indicators(given: Mapping[str, object], path: str) -> Indicators:
    """Indicators flat, by dimension, or beside the city's name; an unknown name is an error."""
    path = f"{path}.indicators"
    beside = {name: given[name] for name in Indicators.model_fields if name in given}
    flat: dict[str, object] = {**beside}
    for name, value in mapping(given.get("indicators"), path).items():
        if name in get_args(Transfer):
            flat.update(mapping(value, f"{path}.{name}"))
        else:
            flat[name] = value
    values = {name: _indicator(name, value, f"{path}.{name}") for name, value in flat.items()}
    try:
        return Indicators.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(".".join([path, *map(str, first["loc"])]), first["msg"]) from None


def _indicator(name: str, value: object, path: str) -> bool | str | float | None:
    """Yes or no, a language, or a number; whether it lies in its range is asked afterwards."""
    if name not in Indicators.model_fields:
        raise InputError(path, f"is no indicator; there are {', '.join(Indicators.model_fields)}")
    if name in FLAGS:
        return answer(value, path)
    return text(value, path) if name == "language" else optional(value, path)


def rating(value: object, path: str) -> Rating:
    """A rating −2 … +2, alone or with its author and reason."""
    given = value if isinstance(value, dict) else {"value": value}
    points = whole(*spelled(given, path, "value", "rating"), -2, 2)
    if points is None:
        raise InputError(f"{path}.value", "is needed: a whole number from -2 to 2")
    return Rating(
        value=points,
        author=text(given.get("author"), f"{path}.author") or "not named",
        reason=text(given.get("reason"), f"{path}.reason") or "not given",
    )


def anchors(value: object, path: str) -> tuple[Anchor, ...]:
    """The anchors by name, or how many of the four there are."""
    if value is None:
        return ()
    if isinstance(value, list):
        words: dict[str, Anchor] = {name: name for name in ANCHORS}
        return tuple(choice(item, f"{path}[{index}]", words) for index, item in enumerate(value))
    count = whole(value, path, 0, len(ANCHORS)) or 0
    return ANCHORS[:count]


def election(given: Mapping[str, object], path: str, today: date) -> float | None:
    """Months until the next election, from a number of months or from a date; None when past or not known."""
    months = spelled(given, path, "months_to_election", "election_months", "months", "m")
    when = spelled(given, path, "next_election", "election")
    if months[0] is None and not isinstance(when[0], str):
        months = when
    if months[0] is not None:
        return number(*months, 0)
    if when[0] is None:
        return None
    left = (day(*when) - today).days
    return left / MONTH if left >= 0 else None
