"""The city's own description as a form: from a profile to what stands in the fields, and back to a message.

What the form does not ask (what the city has, ratings, anchors) stays as it was recorded. Every limit is the
message's own; only the words beside the fields are the desk's.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from services.notifications.domain.desk.form_fields import FieldKind, FormField
from services.notifications.domain.desk.form_values import LocaleNumbers, Mistake, names_of, read, written
from services.notifications.domain.desk.forms import MISTAKES
from shared.events import CityDescribed
from shared.facts import FROM_OUTSIDE, CityProfile

Kind = Literal["line", "number", "percent", "date", "flag", "country", "language"]
Values = Mapping[str, Sequence[str]]
FLAGS = {"yes": True, "no": False}
UNKNOWN = "unknown"
READ_AS: Mapping[Kind, FieldKind] = {"number": "number", "percent": "number", "date": "date"}


class ProfileField(NamedTuple):
    """One question; ``inside`` is the part of the profile in which its answer stands, if any."""

    name: str
    kind: Kind
    inside: str = "indicators"

    @property
    def form_field(self) -> FormField:
        """The same as the forms of records have it, with numbers and dates as the reader writes them."""
        return FormField(self.name, READ_AS.get(self.kind, "line"), ())


def _of(kind: Kind, *names: str, inside: str = "indicators") -> tuple[ProfileField, ...]:
    return tuple(ProfileField(name, kind, inside) for name in names)


SECTIONS: Mapping[str, tuple[ProfileField, ...]] = {
    "city": (
        ProfileField("name", "line", ""),
        ProfileField("country", "country", ""),
        ProfileField("population", "number", ""),
        ProfileField("next_election", "date", ""),
    ),
    "agreed": _of("percent", "agreed_risk", "sharing_pledge", inside=""),
    "organisation": (
        *_of("number", "staff_per_1000"),
        *_of("flag", "innovation_unit", "barrier_buster"),
        *_of("number", "mandate", "digital_maturity", "procurement_route"),
        *_of("flag", "existing_process"),
    ),
    "resources": (
        *_of("number", "budget_per_head"),
        *_of("percent", "budget_to_cost", "skills_present", "standards_present"),
        *_of("flag", "external_funding"),
    ),
    "economy": _of("number", "gdp_per_head", "unemployment", "local_suppliers", "debt_ratio"),
    "citizens": (
        *_of("number", "density", "age_dependency", "digital_inclusion", "participation"),
        *_of("language", "language"),
    ),
}
FIELDS = tuple(field for fields in SECTIONS.values() for field in fields)


class Described(NamedTuple):
    """What a form says: the message, or mistakes by field (keys of the vocabulary ``mistake``)."""

    event: CityDescribed | None
    mistakes: Mapping[str, str]


def values_of(profile: CityProfile | None, numbers: LocaleNumbers) -> dict[str, tuple[str, ...]]:
    """Return what stands in the fields; what is not known is empty, or ``unknown`` where it is chosen."""
    known = profile.model_dump(mode="json") if profile else {}
    if known.get("population") is None:
        # An older message had it among the indicators alone.
        known["population"] = (known.get("indicators") or {}).get("population")
    values: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        place = known.get(field.inside) or {} if field.inside else known
        values |= _written(field, place.get(field.name), numbers)
    return values


def _written(field: ProfileField, value: Any, numbers: LocaleNumbers) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    if field.kind == "flag":
        return {field.name: ({True: "yes", False: "no"}.get(value, UNKNOWN),)}
    if field.kind == "percent" and value is not None:
        value = round(100 * float(value), 9)
    return written(field.form_field, value, numbers)


def described(
    profile: CityProfile | None,
    city: str,
    typed: Values,
    based_on: int | None,
    numbers: LocaleNumbers,
    choices: tuple[Collection[str], Collection[str]],
) -> Described:
    """Return the message that the city described itself as ``typed``, on top of its ``profile``.

    An answer that was not changed stays as it was recorded, to the last decimal. ``choices`` are the codes of
    countries and of languages. A message without ``based_on`` is about a city that was not described before.
    """
    data: dict[str, Any] = profile.model_dump(mode="json") if profile else {"id": city}
    data["indicators"] = dict(data.get("indicators") or {})
    mistakes: dict[str, str] = {}
    changed, population = differences(typed, values_of(profile, numbers)), data.get("population")
    for field in (field for field in FIELDS if field.name in changed):
        place = data[field.inside] if field.inside else data
        try:
            place[field.name] = _read(field, typed, numbers, choices)
        except Mistake as error:
            mistakes[field.name] = error.key
    if data.get("population") != population:
        data["indicators"]["population"] = data.get("population")
    try:
        event = CityDescribed.model_validate({**data, "based_on": based_on}, context=FROM_OUTSIDE)
    except ValidationError as error:
        return Described(None, _beside(error) | mistakes)
    return Described(None if mistakes else event, mistakes)


def _read(
    field: ProfileField,
    typed: Values,
    numbers: LocaleNumbers,
    choices: tuple[Collection[str], Collection[str]],
) -> Any:  # noqa: ANN401 - a JSON value
    if field.kind == "flag":
        return FLAGS.get(_first(typed, field.name))
    value = read(field.form_field, typed, numbers)
    known = {"country": choices[0], "language": choices[1]}.get(field.kind)
    if known is not None and value is not None and value not in known:
        raise Mistake("choose")
    if field.kind == "number" and value is not None and value.is_integer():
        return int(value)
    if field.kind == "percent" and value is not None:
        if not 0 <= value <= 100:
            raise Mistake("percent")
        return value / 100
    return value


def _first(typed: Values, name: str) -> str:
    return next(iter(typed.get(name, ())), "").strip()


def _beside(error: ValidationError) -> dict[str, str]:
    """The mistakes by field; one whose field the form does not have stands beside the name."""
    asked, mistakes = {field.name: field for field in FIELDS}, dict[str, str]()
    for one in error.errors(include_url=False):
        name = next((str(part) for part in reversed(one["loc"]) if part in asked), "name")
        empty = one["input"] in (None, "")
        number = asked[name].kind == "number" and not one["type"].startswith(("greater", "less"))
        mistake = "say_something" if empty else "number" if number else "not_accepted"
        mistakes.setdefault(name, MISTAKES.get(one["type"], mistake))
    return mistakes


def differences(typed: Values, recorded: Values) -> dict[str, tuple[str, ...]]:
    """Return what is recorded in the fields that were typed differently, by field; empty where not known."""
    found = {}
    for field in FIELDS:
        names = names_of(field.form_field)
        mine, theirs = ([_first(values, name) for name in names] for values in (typed, recorded))
        if mine != theirs:
            found[field.name] = tuple(theirs)
    return found
