"""What a solution offers for reuse, and what a city needs before it can copy it."""

from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Id, Language, Line, Text
from shared.facts.numbers import MOST_MEASURED, Within


class Reuse(Fact):
    """What another city can reuse; ``None`` is not known."""

    blueprint: bool | None = None
    cost_breakdown: bool | None = None
    contract_documents: bool | None = None
    licence: bool | None = None
    contact_willing: bool | None = None
    documentation: bool | None = None
    core_named: bool | None = None
    public_page: bool | None = None


class LockIn(Fact):
    """Ten protections against vendor lock-in; ``True`` is good for the city, ``None`` is not known."""

    open_interfaces: bool | None = None
    free_export: bool | None = None
    exit_plan: bool | None = None
    suppliers: bool | None = None
    open_licence: bool | None = None
    no_proprietary_runtime: bool | None = None
    no_exclusive_hardware: bool | None = None
    short_term: bool | None = None
    city_owns_data: bool | None = None
    free_maintenance: bool | None = None


class Maturity(Fact):
    """Technology and societal readiness levels (TRL and SRL), each from 1 to 9."""

    trl: Annotated[int, Field(ge=1, le=9)] | None = None
    srl: Annotated[int, Field(ge=1, le=9)] | None = None


class Legal(Fact):
    """Five legal questions; ``True`` is settled, ``False`` is bad, ``None`` is not known."""

    legal_basis: bool | None = None
    procurement_route: bool | None = None
    data_protection: bool | None = None
    security_review: bool | None = None
    accessibility: bool | None = None


class Component(Fact):
    """A part of a solution; ``core`` is whether a copy needs it."""

    name: Line
    core: bool = True
    note: Text | None = None


class Unit(Fact):
    """A transferability unit: the smallest thing that must be in place."""

    id: Id
    name: Line
    kind: Literal["requirement", "capability", "decision", "skill", "asset"] = "requirement"
    dimension: Literal["organisation", "resources", "economy", "citizens"]
    need: Annotated[float, Field(gt=0), Within(MOST_MEASURED)] = 1.0
    critical: bool = False
    department: Line | None = None
    how_to_close: Text | None = None
    training: Line | None = None


class Contact(Fact):
    """The post to contact, never a private person."""

    post: Line
    department: Line | None = None
    email: Line | None = None
    languages: tuple[Language, ...] = ()


class Provider(Fact):
    """The supplier; a natural person appears only as a salted hash."""

    name: Line | None = None
    scheme: Line | None = None
    id: Line | None = None
    kind: Literal["company", "startup", "public", "community", "sole_trader"] | None = None
