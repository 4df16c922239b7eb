"""Reads a solution as people and other programs write it: each part in several spellings and shapes.

Every function takes a JSON value and its path, and raises :class:`InputError` with that path where the
value cannot be used. The rows of yes, no and unknown (reuse, lock-in, legal) may be given by name, in
order, or as a list of answers with their items.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel

from services.scoring.domain.input_parser.json_values import (
    TEXT,
    InputError,
    answer,
    choice,
    day,
    items,
    mapping,
    number,
    optional,
    pick,
    spelled,
    text,
    whole,
)
from shared.facts import (
    Baseline,
    Citizens,
    Delivery,
    Kpi,
    Legal,
    LockIn,
    Maturity,
    Problem,
    Reuse,
    Solution,
    Study,
    Unit,
    Verification,
)

Row = TypeVar("Row", bound=BaseModel)
ALIASES: Mapping[str, str] = {
    "costs": "cost_breakdown",
    "contracts": "contract_documents",
    "contract": "contract_documents",
    "shareable": "licence",
    "license": "licence",
    "contact": "contact_willing",
    "docs": "documentation",
    "api_docs": "documentation",
    "data_docs": "documentation",
    "core": "core_named",
    "components": "core_named",
    "page": "public_page",
    "basis": "legal_basis",
    "procurement": "procurement_route",
    "dpia": "data_protection",
    "data_protection_assessment": "data_protection",
    "security": "security_review",
    "interfaces": "open_interfaces",
    "export": "free_export",
    "exit": "exit_plan",
    "licence_or_escrow": "open_licence",
    "runtime": "no_proprietary_runtime",
    "hardware": "no_exclusive_hardware",
    "term": "short_term",
    "data": "city_owns_data",
    "maintenance": "free_maintenance",
}
RISKS: Mapping[float, bool | None] = {0.0: True, 0.5: None, 1.0: False}
Sign = Literal["+", "0", "-"]
Independence = Literal["self", "commissioned", "independent"]
Dimension = Literal["organisation", "resources", "economy", "citizens"]
SIGNS: Mapping[str, Sign] = {
    **dict.fromkeys(("+", "positive", "pos", "1", "1.0", "better", "good"), "+"),
    **dict.fromkeys(("0", "0.0", "null", "none", "neutral", "no_effect", "unknown"), "0"),
    **dict.fromkeys(("-", "−", "negative", "neg", "-1", "-1.0", "worse", "bad"), "-"),
}
INDEPENDENCES: Mapping[str, Independence] = {
    **dict.fromkeys(("self", "self_reported", "own", "false"), "self"),
    "commissioned": "commissioned",
    **dict.fromkeys(("independent", "external", "true"), "independent"),
}
VERIFICATIONS: Mapping[str, Verification] = {
    **dict.fromkeys(("self", "self_reported", "own", "0.5"), Verification.SELF),
    **dict.fromkeys(("citizen_panel", "citizens", "panel", "0.6"), Verification.CITIZEN_PANEL),
    **dict.fromkeys(("procurement_record", "procurement", "record", "0.8"), Verification.PROCUREMENT_RECORD),
    **dict.fromkeys(("independent", "external", "1", "1.0"), Verification.INDEPENDENT),
}
MOST_PEOPLE = 10**11
COST, MONTHS = ("cost",), ("months", "time", "duration")
LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
DIMENSIONS: Mapping[str, Dimension] = {
    "organisation": "organisation",
    "organization": "organisation",
    "resources": "resources",
    "economy": "economy",
    "citizens": "citizens",
}
PROBLEM: Mapping[str, tuple[str, ...]] = {
    "statement": ("statement", "problem"),
    "people_affected": ("people_affected", "affected", "people"),
    "baseline": ("baseline", "baseline_kpi", "dated_baseline", "kpi"),
    "service_owner": ("service_owner", "owner"),
    "why_now": ("why_now", "why"),
}


def reuse(value: object, path: str) -> Reuse:
    """Eight answers; 1 is yes and 0 is no."""
    return _row(Reuse, value, path, {})


def lock_in(value: object, path: str) -> LockIn:
    """Ten answers; yes is good for the city. A number is the risk itself: 0 good, .5 unknown, 1 bad."""
    return _row(LockIn, value, path, RISKS)


def legal(value: object, path: str) -> Legal:
    """Five answers; yes is settled. A number is the risk itself: 0 settled, .5 unknown, 1 bad."""
    return _row(Legal, value, path, RISKS)


def _row(model: type[Row], value: object, path: str, risks: Mapping[float, bool | None]) -> Row:
    names = tuple(model.model_fields)
    answers: dict[str, bool | None] = {}
    for where, name, given in _pairs(value, path, names):
        answers[_name(name, where, names)] = _answer(given, where, risks)
    return model.model_validate(answers)


def _pairs(value: object, path: str, names: Sequence[str]) -> list[tuple[str, object, object]]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [(f"{path}.{name}", name, given) for name, given in value.items()]
    if not isinstance(value, list) or len(value) > len(names):
        raise InputError(
            path, f"must be an object or an array of at most {len(names)} answers: {', '.join(names)}"
        )
    return [_listed(item, f"{path}[{index}]", index) for index, item in enumerate(value)]


def _listed(item: object, path: str, index: int) -> tuple[str, object, object]:
    if not isinstance(item, dict):
        return path, index, item
    return path, item.get("item", item.get("name", index)), item.get("answer", item.get("value"))


def _name(name: object, path: str, names: Sequence[str]) -> str:
    if isinstance(name, int) and 0 <= name < len(names):
        return names[name]
    word = str(name).strip().lower().replace(" ", "_").replace("-", "_")
    word = word if word in names else ALIASES.get(word, word)
    if word not in names:
        raise InputError(path, f"there is no item {name!r}; there are {', '.join(names)}")
    return word


def _answer(given: object, path: str, risks: Mapping[float, bool | None]) -> bool | None:
    if risks and isinstance(given, int | float) and not isinstance(given, bool):
        if given not in risks:
            raise InputError(path, f"must be yes, no, unknown, or a risk of 0, 0.5 or 1, not {given!r}")
        return risks[given]
    return answer(given, path)


def solution(given: Mapping[str, object], path: str, today: date) -> Solution:
    """A whole solution; what is not there is not known."""
    return Solution(
        id=text(given.get("id"), f"{path}.id") or "case",
        city=_city_id(given.get("city"), f"{path}.city"),
        title=text(given.get("title"), f"{path}.title") or "A case",
        problem=problem(given.get("problem"), f"{path}.problem", today),
        studies=tuple(study(item, where) for where, item in items(given.get("studies"), f"{path}.studies")),
        kpis=tuple(kpi(item, where) for where, item in items(given.get("kpis"), f"{path}.kpis")),
        delivery=delivery(mapping(given.get("delivery"), f"{path}.delivery"), f"{path}.delivery"),
        citizens=citizens(mapping(given.get("citizens"), f"{path}.citizens"), f"{path}.citizens"),
        reuse=reuse(given.get("reuse"), f"{path}.reuse"),
        lockin=lock_in(given.get("lockin"), f"{path}.lockin"),
        maturity=maturity(given.get("maturity"), f"{path}.maturity"),
        legal=legal(given.get("legal"), f"{path}.legal"),
        units=tuple(unit(item, where) for where, item in items(given.get("units"), f"{path}.units")),
        months=optional(*spelled(given, path, "months", "delivery_months"), 0.01),
    )


def _city_id(value: object, path: str) -> str:
    if isinstance(value, dict):
        value = pick(value, "id", "name")
    return text(value, path) or "unnamed"


def problem(value: object, path: str, today: date) -> Problem:
    """Five items: texts, numbers, or true and false for *there* and *asked and absent*; or a list of five."""
    if isinstance(value, list):
        value = dict(zip(PROBLEM, value, strict=False))
    given = mapping(value, path)
    given_items = {item: pick(given, *names) for item, names in PROBLEM.items()}
    absent = "" if any(given_item is False for given_item in given_items.values()) else None
    affected = given_items["people_affected"]
    if isinstance(affected, bool):
        affected = 1 if affected else None
    return Problem(
        statement=text(given_items["statement"], f"{path}.statement", TEXT) or absent,
        people_affected=whole(affected, f"{path}.people_affected", 0, MOST_PEOPLE),
        baseline=baseline(given_items["baseline"], f"{path}.baseline", today),
        service_owner=text(given_items["service_owner"], f"{path}.service_owner") or None,
        why_now=text(given_items["why_now"], f"{path}.why_now", TEXT) or absent,
    )


def baseline(value: object, path: str, today: date) -> Baseline | None:
    """A dated KPI; one without a date is none (framework E1)."""
    if value is None:
        return None
    if not isinstance(value, dict):
        kpi = text(value, path)
        return Baseline(kpi=kpi, value=0, unit="given", date=today) if kpi else None
    if pick(value, "date", "measured") is None:
        return None
    return Baseline(
        kpi=text(*spelled(value, path, "kpi", "name")) or "KPI",
        value=optional(value.get("value"), f"{path}.value") or 0,
        unit=text(value.get("unit"), f"{path}.unit") or "given",
        date=day(*spelled(value, path, "date", "measured")),
    )


def study(given: Mapping[str, object], path: str) -> Study:
    """One study; ``sign`` as +, 0, −, a word or a number; without one it supports nothing."""
    sms = whole(given.get("sms"), f"{path}.sms", 0, 5)
    if sms is None:
        raise InputError(f"{path}.sms", "is needed: the Maryland scale of the study, 0 to 5")
    sign, independence = given.get("sign"), given.get("independence")
    return Study(
        sms=sms,
        independence=choice(
            "self" if independence is None else independence, f"{path}.independence", INDEPENDENCES
        ),
        city=text(given.get("city"), f"{path}.city") or None,
        sign=choice("0" if sign is None else sign, f"{path}.sign", SIGNS),
        precise=answer(given.get("precise"), f"{path}.precise"),
        primary=answer(given.get("primary", True), f"{path}.primary") is not False,
    )


def kpi(given: Mapping[str, object], path: str) -> Kpi:
    """One KPI; a baseline is needed, because without it nothing can be said to have changed."""
    start = pick(given, "baseline", "b")
    if start is None:
        raise InputError(f"{path}.baseline", "is needed: the value before")
    return Kpi(
        name=text(given.get("name"), f"{path}.name") or "KPI",
        unit=text(given.get("unit"), f"{path}.unit") or "given",
        baseline=number(start, f"{path}.baseline"),
        target=optional(*spelled(given, path, "target", "t")),
        observed=optional(*spelled(given, path, "observed", "o")),
        verification=verification(*spelled(given, path, "verification", "v")),
        primary=answer(given.get("primary"), f"{path}.primary") is True,
    )


def verification(value: object, path: str) -> Verification:
    """Who vouches for it; the city itself when nothing is said."""
    return choice("self" if value is None else value, path, VERIFICATIONS)


def delivery(given: Mapping[str, object], path: str) -> Delivery:
    """Planned and actual cost and months: flat, nested either way, or as ratios of actual to planned."""
    cost, months = (_planned_actual(given, path, *names) for names in (COST, MONTHS))
    return Delivery(
        planned_cost=cost[0],
        actual_cost=cost[1],
        planned_months=months[0],
        actual_months=months[1],
        project_class=text(*spelled(given, path, "project_class", "class")) or None,
    )


def _planned_actual(given: Mapping[str, object], path: str, *names: str) -> tuple[float | None, float | None]:
    ratio = pick(given, *(f"{name}_ratio" for name in names))
    if ratio is not None:
        return 1.0, number(ratio, f"{path}.{names[0]}_ratio", 0)
    return _absolute(given, path, *names)


def _absolute(given: Mapping[str, object], path: str, *names: str) -> tuple[float | None, float | None]:
    amounts: list[object] = []
    for kind in ("planned", "actual"):
        flat = pick(given, *(f"{kind}_{name}" for name in names), *(f"{name}_{kind}" for name in names))
        inner, outer = pick(given, *names), given.get(kind)
        if flat is None and isinstance(inner, dict):
            flat = inner.get(kind)
        if flat is None and isinstance(outer, dict):
            flat = pick(outer, *names)
        amounts.append(flat)
    planned = optional(amounts[0], f"{path}.planned_{names[0]}", 0)
    if planned == 0:
        raise InputError(f"{path}.planned_{names[0]}", "must be above 0; leave it out when it is not known")
    return planned, optional(amounts[1], f"{path}.actual_{names[0]}", 0)


def duration(given: Mapping[str, object], path: str) -> float | None:
    """Months of delivery, as it took, else as it was planned; a ratio says how late it was, not how long."""
    planned, actual = _absolute(given, path, *MONTHS)
    return planned if actual is None else actual


def citizens(given: Mapping[str, object], path: str) -> Citizens:
    """Involvement 0–4 or its name, ``positive`` (k) of ``answers`` (n)."""
    level = pick(given, "involvement", "level")
    if isinstance(level, str):
        level = choice(level, f"{path}.involvement", {name: str(index) for index, name in enumerate(LEVELS)})
        level = int(str(level))
    answers = whole(*spelled(given, path, "answers", "n"), 0, MOST_PEOPLE)
    positive = whole(*spelled(given, path, "positive", "k"), 0, MOST_PEOPLE)
    if answers is not None and positive is not None and positive > answers:
        raise InputError(f"{path}.positive", f"must not exceed the {answers} answers, but is {positive}")
    return Citizens(involvement=whole(level, f"{path}.involvement", 0, 4), answers=answers, positive=positive)


def maturity(value: object, path: str) -> Maturity:
    """Readiness levels 1–9; a bare number is the technology's."""
    given = {"trl": value} if isinstance(value, int) else mapping(value, path)
    return Maturity(
        trl=whole(given.get("trl"), f"{path}.trl", 1, 9), srl=whole(given.get("srl"), f"{path}.srl", 1, 9)
    )


def unit(given: Mapping[str, object], path: str) -> Unit:
    """One transferability unit; it needs an id or a name, and a dimension."""
    name = text(*spelled(given, path, "id", "name"))
    if not name:
        raise InputError(f"{path}.id", "is needed: an id or a name for the unit")
    return Unit(
        id=name,
        name=text(given.get("name"), f"{path}.name") or name,
        dimension=choice(given.get("dimension"), f"{path}.dimension", DIMENSIONS),
        need=optional(given.get("need"), f"{path}.need", 1e-9) or 1.0,
        critical=answer(given.get("critical"), f"{path}.critical") is True,
    )
