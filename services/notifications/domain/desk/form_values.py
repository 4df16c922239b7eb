"""From what was typed to a value of a record, and back, as the reader's language writes numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from services.notifications.domain.desk.form_fields import FormField
from services.notifications.domain.topics import CPV, code_of, prefix_of
from shared.facts import EARLIEST_YEAR, LATEST_YEAR, Topic

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the name of the HTML field."""
DATE_PARTS = ("day", "month", "year")
MONEY_PARTS = ("amount", "currency")
DECIMALS = 9
LONGEST_PART = 8
"""Digits of a part of a date, more than any has."""
NONE_OF_THESE = "none"
"""The choice that no topic fits: an answer, and no topic."""


class LocaleNumbers(Protocol):
    """Numbers as the reader's language writes them."""

    def read_number(self, text: str) -> Decimal:
        """Return the number that was typed. Raises ``ValueError`` where it is none."""
        ...

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with at most ``digits`` decimals."""
        ...


class Mistake(ValueError):
    """What was typed is no value of its field; ``key`` is a key of the vocabulary ``mistake``."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def names_of(field: FormField) -> tuple[str, ...]:
    """Return the names of the HTML fields of ``field``: a date has three, money two."""
    parts = {"date": DATE_PARTS, "money": MONEY_PARTS}.get(field.kind)
    return tuple(f"{field.name}_{part}" for part in parts) if parts else (field.name,)


def typed_of(fields: Sequence[FormField], form: Typed) -> dict[str, tuple[str, ...]]:
    """Return what ``form`` has for ``fields``, without spaces around it; what is empty is left out."""
    names = (name for field in fields for name in names_of(field))
    stripped = {name: tuple(value.strip() for value in form.get(name, ())) for name in names}
    return {name: values for name, values in stripped.items() if any(values)}


def read(field: FormField, typed: Typed, numbers: LocaleNumbers) -> Any:  # noqa: ANN401 - a JSON value
    """Return the value of ``field`` as JSON; None where nothing was typed. Raises ``Mistake``."""
    if field.kind == "topics":
        codes = dict.fromkeys(typed.get(field.name, ()))
        if NONE_OF_THESE in codes and len(codes) > 1:
            raise Mistake("none_and_some")
        return [_topic(code) for code in codes if code != NONE_OF_THESE] or None
    given = [next(iter(typed.get(name, ())), "").strip() for name in names_of(field)]
    return _read(field, given, numbers) if any(given) else None


def _read(field: FormField, given: Sequence[str], numbers: LocaleNumbers) -> Any:  # noqa: ANN401
    match field.kind:
        case "number" | "months":
            return float(_number(given[0], numbers))
        case "date":
            return _day(given)
        case "money":
            return _money(given, numbers)
        case "choice":
            return _chosen(field, given[0])
        case "lines":
            return [line.strip() for line in given[0].splitlines() if line.strip()]
    return given[0]


def written(field: FormField, value: Any, numbers: LocaleNumbers) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    """Return what stands in the HTML fields of ``field`` for a ``value``; the reverse of ``read``."""
    if value in (None, "", [], ()):
        return {}
    values = _written(field, value, numbers)
    if field.kind == "topics":
        return {field.name: values}
    return {name: (text,) for name, text in zip(names_of(field), values, strict=True)}


def _written(field: FormField, value: Any, numbers: LocaleNumbers) -> tuple[str, ...]:  # noqa: ANN401
    match field.kind:
        case "number" | "months":
            return (numbers.number(float(value), DECIMALS),)
        case "date":
            day = date.fromisoformat(str(value)[:10])
            return str(day.day), str(day.month), f"{day.year:04d}"
        case "money":
            return numbers.number(float(value["amount"]), DECIMALS), str(value["currency"])
        case "topics":
            return tuple(code_of_topic(Topic.model_validate(topic)) for topic in value)
        case "lines":
            return ("\n".join(value),)
    return (str(value),)


def _number(text: str, numbers: LocaleNumbers) -> Decimal:
    try:
        number = numbers.read_number(text)
    except ValueError:
        raise Mistake("number") from None
    if not number.is_finite():
        raise Mistake("number")
    return number


def _day(given: Sequence[str]) -> str:
    if not all(part.isdecimal() and len(part) <= LONGEST_PART for part in given):
        raise Mistake("date")
    day, month, year = map(int, given)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Mistake("year")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Mistake("no_such_day") from None


def _money(given: Sequence[str], numbers: LocaleNumbers) -> dict[str, str]:
    amount, currency = given
    if not amount or not currency:
        raise Mistake("money")
    return {"amount": str(_number(amount, numbers)), "currency": currency.upper()}


def _chosen(field: FormField, key: str) -> str:
    if field.choices and key not in field.choices:
        raise Mistake("choose")
    return key


def _topic(code: str) -> dict[str, str]:
    if code.startswith(CPV):
        return {"scheme": "CPV", "id": code_of(code)}
    scheme, _, identifier = code.partition(":")
    return {"scheme": scheme, "id": identifier}


def code_of_topic(topic: Topic) -> str:
    """The code of a topic as topics are chosen by name: CPV without the zeros that only fill it up."""
    cpv = topic.scheme == "CPV" and topic.id.isdigit()
    return prefix_of(topic.id) if cpv else f"{topic.scheme}:{topic.id}"
