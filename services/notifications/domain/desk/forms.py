"""Forms as records: a new form, a form filled from a record, and the events that a form says.

All limits are those of the models of the API: the event is built from the form, and what its model refuses
stands beside the field in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.notifications.domain.desk.begun_forms import BegunForm, FormPart
from services.notifications.domain.desk.form_fields import (
    COMPONENT,
    FormField,
    FormKind,
    Part,
    every_field,
)
from services.notifications.domain.desk.form_values import (
    NONE_OF_THESE,
    LocaleNumbers,
    Mistake,
    names_of,
    read,
    written,
)
from services.notifications.domain.desk.records import OwnRecord
from services.notifications.domain.officials import Official
from shared.events import AdoptionDeclared, Event, NeedSubmitted, OutcomeReported, SolutionSubmitted
from shared.facts import FROM_OUTSIDE, Adoption, Fact, Outcome, Solution
from shared.right_of_reply import FAILURES
from shared.visibility import UNTIL_TRANSITION

EVENTS: Mapping[Part, type[SolutionSubmitted | OutcomeReported | NeedSubmitted | AdoptionDeclared]] = {
    "solution": SolutionSubmitted,
    "outcome": OutcomeReported,
    "need": NeedSubmitted,
    "adoption": AdoptionDeclared,
}
LAST_SECOND = "T23:59:59"
"""Without a zone, so that submissions takes that of the city."""
LONGEST_ID = 500
LACKING = {"code": "topics", "service_owner": "service_owner", "baseline": "baseline_kpi"}
"""The field that asks for each part of a problem without which no solution is accepted."""
MISTAKES = {
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "number_too_large": "too_large",
    "number_too_small": "too_small",
    "amount_too_large": "too_large",
    "amount_negative": "too_small",
    "too_many_decimals": "decimals",
    "currency_unknown": "currency",
    "year_out_of_range": "year",
}
EMPTY, NO_TOPIC = "say_something", "no_topic"
MISSING = {"choice": "choose", "date": "date", "number": "number", "money": "money", "topics": "choose_topic"}


class Built(NamedTuple):
    """The events that a form says, none with mistakes: keys of the vocabulary ``mistake`` by field."""

    events: tuple[Event, ...]
    mistakes: dict[str, str]


class Difference(NamedTuple):
    """A field that two people filled differently: what the form has, and what the record says by now."""

    field: FormField
    mine: Mapping[str, tuple[str, ...]]
    theirs: Mapping[str, tuple[str, ...]]


def begun(kind: FormKind, token: str, official: Official, now: datetime) -> BegunForm:
    """Return a new form about a record whose id is below that of the city; what is known is filled in."""
    identifier = f"{official.city}/{token}"
    own = {"city": official.city, "language": official.locale.partition("-")[0]}
    parts: dict[FormKind, dict[Part, FormPart]] = {
        "report": {
            "solution": FormPart(base={"id": identifier, **own}),
            "outcome": FormPart(base={"solution": identifier, **own}),
        },
        "need": {"need": FormPart(base={"id": identifier, **own})},
    }
    known: dict[FormKind, dict[str, tuple[str, ...]]] = {
        "report": {
            "service_owner": official.departments[:1],
            "contact": (official.post,),
            "embargo": ("none",),
        },
        "need": {"departments": ("\n".join(official.departments),), "stage": ("exploring",)},
    }
    return BegunForm(
        token=token,
        city=official.city,
        kind=kind,
        parts=parts[kind],
        fields={name: values for name, values in known[kind].items() if any(values)},
        begun_by=official.post,
        updated=now,
    )


def begun_adoption(
    token: str, official: Official, now: datetime, parent: str, title: str, components: Iterable[str]
) -> BegunForm:
    """Return a new form about what was taken over from the solution ``parent``.

    The city's own version has an id of its own; the record of the original is not the city's to change.
    """
    own = f"{official.city}/{parent}"[:LONGEST_ID]
    base = {"solution": own, "city": official.city, "parent": parent}
    return BegunForm(
        token=token,
        city=official.city,
        kind="adopt",
        parts={"adoption": FormPart(base=base)},
        components=tuple(components),
        parent_title=title,
        begun_by=official.post,
        updated=now,
    )


def of_records(
    kind: FormKind,
    token: str,
    official: Official,
    now: datetime,
    records: Sequence[OwnRecord],
    solution: Solution | None,
    numbers: LocaleNumbers,
) -> BegunForm:
    """Return a form that is filled with what records say; what the form does not ask stays as it was.

    ``records`` are one, or a solution and its city's attempt; ``solution`` is what the city tried or took
    over, where it is known.
    """
    form = BegunForm(
        token=token,
        city=official.city,
        kind=kind,
        parts={record.kind: part_of(record) for record in records},
        components=_components(records[0].fact, solution),
        parent_title=solution.title if solution else "",
        begun_by=official.post,
        updated=now,
    )
    return form.model_copy(update={"fields": fields_of(form, numbers)})


def _components(fact: Fact | None, solution: Solution | None) -> tuple[str, ...]:
    """The components of what was taken over: its city's, and those that the adoption names besides."""
    if not isinstance(fact, Adoption):
        return ()
    theirs = (component.name for component in solution.components) if solution else ()
    return tuple(dict.fromkeys((*theirs, *fact.kept, *fact.changed, *fact.dropped)))


def part_of(record: OwnRecord) -> FormPart:
    """Return a record of the city as what part of a form is about."""
    base = record.fact.model_dump(mode="json", exclude_none=True) if record.fact else {}
    if record.kind == "solution" and record.embargo_until:
        base["embargo_until"] = record.embargo_until.isoformat()
    return FormPart(base=base, based_on=record.revision)


def record_id(part: Part, of_form: FormPart) -> str:
    """Return the id of the record that part of a form is about."""
    base = of_form.base
    return str(base["id"]) if part in {"solution", "need"} else f"{base['solution']}|{base['city']}"


def with_experience(form: BegunForm, solution: str) -> BegunForm:
    """Return a report as one of the city's own attempt at another's ``solution``; what was typed stays."""
    base = {**form.parts["outcome"].base, "solution": solution}
    return form.model_copy(update={"parts": {"outcome": FormPart(base=base)}, "version": form.version + 1})


def fields_of(form: BegunForm, numbers: LocaleNumbers) -> dict[str, tuple[str, ...]]:
    """Return what stands in the fields for what the records of ``form`` say."""
    fields: dict[str, tuple[str, ...]] = {}
    for part, record in form.parts.items():
        for field in every_field(form.kind, form.parts, form.components):
            found = [_value(record.base, path) for path in field.paths_in(part) if path]
            value = next((one for one in found if one not in (None, "", [])), None)
            if field.kind == "choice" and value not in field.choices:
                value = None  # such as an outcome that is not known: no answer yet
            fields = written(field, value, numbers) | fields
        if part == "solution":
            fields |= _embargo_fields(record.base)
        if part == "adoption":
            fields |= _component_fields(record.base, form.components)
    return fields


def build(form: BegunForm, numbers: LocaleNumbers) -> Built:
    """Return the events that ``form`` says; each is valid for the models of the API."""
    records, mistakes = _records(form, numbers)
    events: list[Event] = []
    for part, record in records.items():
        data = {**record, "based_on": form.parts[part].based_on}
        try:
            event = EVENTS[part].model_validate(data, context=FROM_OUTSIDE)
        except ValidationError as error:
            refused = [_beside(form, part, problem) for problem in error.errors(include_url=False)]
            mistakes = dict(refused) | mistakes
        else:
            events.append(event)
            lacking = event.lacking if isinstance(event, SolutionSubmitted) else ()
            missed = [LACKING[name] for name in lacking]
            mistakes = {name: _missing(form, name) for name in missed} | mistakes
            if isinstance(event, OutcomeReported) and event.ends_before_it_starts:
                mistakes.setdefault("ended", "days_in_wrong_order")
    if form.fields.get("embargo") == ("day",) and not (records.get("solution") or {}).get("embargo_until"):
        mistakes.setdefault("embargo_until", "date")
    return Built(() if mistakes else tuple(events), _in_order(form, mistakes))


def _missing(form: BegunForm, name: str) -> str:
    """The mistake that a field is empty; who chose none of the topics is told why one is asked for."""
    if form.fields.get(name) == (NONE_OF_THESE,):
        return NO_TOPIC
    return MISSING.get(_kind(form, name), EMPTY)


def _records(form: BegunForm, numbers: LocaleNumbers) -> tuple[dict[Part, dict[str, Any]], dict[str, str]]:
    """The records as JSON with what was typed, and what of it is no value of its field."""
    records: dict[Part, dict[str, Any]] = {part: dict(one.base) for part, one in form.parts.items()}
    mistakes: dict[str, str] = {}
    shown = fields_of(form, numbers)
    for field in (field for step in form.asked for field in step.fields):
        both = sum(bool([*field.paths_in(part)]) for part in records) > 1
        if both and _of_field(field, form.fields) == _of_field(field, shown):
            continue  # a solution and its attempt may say different things, of which one was shown
        if field.name == "embargo_until" and form.fields.get("embargo") != ("day",):
            continue  # a day that was typed before another choice was made, or that stands for a transition
        try:
            value = read(field, form.fields, numbers)
        except Mistake as error:
            mistakes[field.name] = error.key
            continue
        for part, record in records.items():
            for path in field.paths_in(part):
                _put(record, path, value)
    _complete(form, records)
    return records, mistakes


def mistakes_of_step(form: BegunForm, step: str, numbers: LocaleNumbers) -> dict[str, str]:
    """Return what cannot be used of what was typed in a step.

    An empty field is no mistake yet, nor is that no topic fits: both are asked for before sending.
    """
    asked = form.step(step)
    fields = asked.fields if asked else ()
    names = {field.name for field in fields if any(name in form.fields for name in names_of(field))}
    mistakes = build(form, numbers).mistakes
    return {name: key for name, key in mistakes.items() if name in names and key != NO_TOPIC}


def rebased(
    form: BegunForm, newest: Mapping[Part, FormPart], numbers: LocaleNumbers
) -> tuple[BegunForm, list[Difference]]:
    """Return ``form`` on top of what its records say by now, and what both sides changed differently.

    What only others changed is taken over; where both changed a field the form keeps its own.
    """
    before = fields_of(form, numbers)
    moved = form.model_copy(update={"parts": {**form.parts, **newest}})
    after, fields = fields_of(moved, numbers), dict(form.fields)
    differences = []
    for field in every_field(form.kind, form.parts, form.components):
        old, new, mine = (_of_field(field, values) for values in (before, after, form.fields))
        if new in (old, mine):
            continue
        if mine != old:
            differences.append(Difference(field, mine, new))
            continue
        fields = {name: values for name, values in fields.items() if name not in names_of(field)} | new
    return moved.model_copy(update={"fields": fields, "version": form.version + 1}), differences


def _of_field(field: FormField, values: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: values[name] for name in names_of(field) if values.get(name)}


def _complete(form: BegunForm, records: Mapping[Part, dict[str, Any]]) -> None:
    """Add what follows from the answers: the problem's code, the embargo, the components, no failure."""
    if solution := records.get("solution"):
        _complete_solution(solution)
    if outcome := records.get("outcome"):
        if form.parts["outcome"].base.get("outcome") == Outcome.UNKNOWN:
            outcome.setdefault("outcome", Outcome.UNKNOWN)  # records did not say, and need not be answered
        outcome["verification"] = "self"  # now it is the city's own word, whatever records said before
        if outcome.get("outcome") not in FAILURES:
            outcome.pop("failure", None)
    if (need := records.get("need")) and len(str(need.get("deadline", ""))) == len("2027-01-31"):
        need["deadline"] += LAST_SECOND
    if adoption := records.get("adoption"):
        for taken in ("kept", "changed", "dropped"):
            adoption[taken] = [
                name
                for number, name in enumerate(form.components)
                if form.fields.get(f"{COMPONENT}{number}") == (taken,)
            ]


def _complete_solution(solution: dict[str, Any]) -> None:
    when = solution.pop("embargo", None) or "none"
    solution["embargo_until_transition"] = when == "transition"
    if when != "day":
        solution.pop("embargo_until", None)
    topics, problem = solution.get("topics") or [], dict(solution.get("problem") or {})
    code = problem.get("code")
    codes = [(topic["scheme"], topic["id"]) for topic in topics]
    if topics and (not code or (code["scheme"], code["id"]) not in codes):
        problem["code"] = topics[0]
    solution["problem"] = problem


def _embargo_fields(base: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    until = base.get("embargo_until")
    if base.get("embargo_until_transition") or until == UNTIL_TRANSITION.isoformat():
        return {"embargo": ("transition",)}
    if not until:
        return {"embargo": ("none",)}
    day = date.fromisoformat(until)
    parts = {"day": str(day.day), "month": str(day.month), "year": f"{day.year:04d}"}
    return {"embargo": ("day",), **{f"embargo_until_{name}": (value,) for name, value in parts.items()}}


def _component_fields(base: Mapping[str, Any], components: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {
        f"{COMPONENT}{number}": (taken,)
        for number, name in enumerate(components)
        for taken in ("kept", "changed", "dropped")
        if name in base.get(taken, ())
    }


def _value(record: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a JSON value
    value: Any = record
    for key in path.split("/"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _put(record: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - a JSON value
    """Set the value at ``path``; None removes it, and what is empty then."""
    first, _, rest = path.partition("/")
    if rest:
        inside = dict(record.get(first) or {})
        _put(inside, rest, value)
        value = inside or None
    if not first:
        return
    if value is None:
        record.pop(first, None)
    else:
        record[first] = value


def _beside(form: BegunForm, part: Part, problem: Mapping[str, Any]) -> tuple[str, str]:
    """Return the field where an error of a model belongs, and the key of its words."""
    place = "/".join(str(key) for key in problem["loc"] if isinstance(key, str))
    asked = [field for step in form.asked for field in step.fields]
    fields = [field for field in asked if any(_meets(path, place) for path in field.paths_in(part))]
    if not fields:
        return (asked[0].name if asked else ""), "not_accepted"
    kind = fields[0].kind
    if problem["type"] in {"missing", "string_too_short", "model_type"}:
        return fields[0].name, MISSING.get(kind, EMPTY)
    if kind == "money" and problem["loc"][-1] == "currency":
        return fields[0].name, "currency"
    return fields[0].name, MISTAKES.get(problem["type"], MISSING.get(kind, "not_accepted"))


def _meets(path: str, place: str) -> bool:
    """Whether a field with ``path`` asks for what is at ``place``, for all around it, or for part of it."""
    return bool(path) and (f"{place}/".startswith(f"{path}/") or f"{path}/".startswith(f"{place}/"))


def _kind(form: BegunForm, name: str) -> str:
    return next((field.kind for step in form.asked for field in step.fields if field.name == name), "line")


def _in_order(form: BegunForm, mistakes: Mapping[str, str]) -> dict[str, str]:
    """The mistakes as their fields are asked."""
    names = [field.name for step in form.asked for field in step.fields]
    return {name: mistakes[name] for name in (*names, *mistakes) if name in mistakes}
