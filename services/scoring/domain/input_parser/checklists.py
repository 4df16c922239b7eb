"""Reads rows of yes, no and unknown: by name, in order, or as a list of answers with their items."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel

from services.scoring.domain.input_parser.json_values import InputError, answer
from shared.facts import Legal, LockIn, Reuse

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


def reuse(value: object, path: str) -> Reuse:
    """Eight answers; 1 is yes and 0 is no."""
    return _row(Reuse, value, path, {})


def lock_in(value: object, path: str) -> LockIn:
    """Ten answers; yes is good for the city. A number is the risk itself: 0 good, .5 unknown, 1 bad."""
    return _row(LockIn, value, path, RISKS)


def legal(value: object, path: str) -> Legal:
    """Five answers; yes is settled. A number is the risk itself: 0 settled, .5 unknown, 1 bad."""
    return _row(Legal, value, path, RISKS)


RISKS: Mapping[float, bool | None] = {0.0: True, 0.5: None, 1.0: False}


def _row(model: type[Row], value: object, path: str, risks: Mapping[float, bool | None]) -> Row:
    names = tuple(model.model_fields)
    found: dict[str, bool | None] = {}
    for where, name, said in _pairs(value, path, names):
        found[_name(name, where, names)] = _answer(said, where, risks)
    return model.model_validate(found)


def _pairs(value: object, path: str, names: Sequence[str]) -> list[tuple[str, object, object]]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [(f"{path}.{name}", name, said) for name, said in value.items()]
    if not isinstance(value, list) or len(value) > len(names):
        raise InputError(
            path, f"must be an object or an array of at most {len(names)} answers: {', '.join(names)}"
        )
    return [_listed(each, f"{path}[{index}]", index) for index, each in enumerate(value)]


def _listed(each: object, path: str, index: int) -> tuple[str, object, object]:
    if not isinstance(each, dict):
        return path, index, each
    return path, each.get("item", each.get("name", index)), each.get("answer", each.get("value"))


def _name(name: object, path: str, names: Sequence[str]) -> str:
    if isinstance(name, int) and 0 <= name < len(names):
        return names[name]
    word = str(name).strip().lower().replace(" ", "_").replace("-", "_")
    word = word if word in names else ALIASES.get(word, word)
    if word not in names:
        raise InputError(path, f"there is no item {name!r}; there are {', '.join(names)}")
    return word


def _answer(said: object, path: str, risks: Mapping[float, bool | None]) -> bool | None:
    if risks and isinstance(said, int | float) and not isinstance(said, bool):
        if said not in risks:
            raise InputError(path, f"must be yes, no, unknown, or a risk of 0, 0.5 or 1, not {said!r}")
        return risks[said]
    return answer(said, path)
