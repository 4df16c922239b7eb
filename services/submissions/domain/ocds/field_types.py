"""How a field of a release is to be read: the marks that the release models carry.

The models in ``release_models.py`` say which fields of OCDS we read and what each should be; the reader
walks the same models to mend what publishers wrote, and the merge rules are drawn from them. So there is one
table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, auto
from functools import cache
from typing import Annotated, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

Fields = dict[str, object]


class FieldKind(IntEnum):
    """What a field holds once mended; a number, because it is looked up for every value of every release."""

    TEXT = auto()
    ID = auto()
    CODE = auto()
    CODES = auto()
    NUMBER = auto()
    FLAG = auto()
    MOMENT = auto()
    END = auto()
    PART = auto()
    PARTS = auto()


class WholeListMerge:
    """Marks a list that a newer release replaces as a whole (OCDS: ``wholeListMerge``)."""


def read_moment(value: object) -> object:
    """A mended date stays a date, a mended date-time a date-time; anything else is left to pydantic."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == len("2026-11-22") else datetime.fromisoformat(value)


def known_number(value: Decimal | None) -> Decimal | None:
    """An amount of 0 or less is what many systems write for an empty field: it is not known."""
    return value if value is not None and value > 0 else None


Words = Annotated[str | None, FieldKind.TEXT]
Key = Annotated[str | None, FieldKind.ID]
Code = Annotated[str | None, FieldKind.CODE]
Codes = Annotated[tuple[str, ...], FieldKind.CODES]
Number = Annotated[Decimal | None, FieldKind.NUMBER]
Amount = Annotated[Decimal | None, FieldKind.NUMBER, AfterValidator(known_number)]
Flag = Annotated[bool | None, FieldKind.FLAG]
Moment = Annotated[datetime | date | None, FieldKind.MOMENT, BeforeValidator(read_moment)]

End = Annotated[datetime | date | None, FieldKind.END, BeforeValidator(read_moment)]


class ReleasePart(BaseModel):
    """A piece of a release after mending: every field may be absent."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its name in JSON, what it holds, and the model of its part or parts."""

    name: str
    kind: FieldKind
    part: type[ReleasePart] | None = None
    whole: bool = False


@cache
def slots_of(model: type[ReleasePart]) -> dict[str, FieldSpec]:
    """The fields of a model by their names in JSON and in order, as the reader needs them."""
    found = (
        _slot(field.alias or name, field.annotation, field.metadata)
        for name, field in model.model_fields.items()
    )
    return {slot.name: slot for slot in found}


def _slot(name: str, annotation: object, marks: list[object]) -> FieldSpec:
    for mark in marks:
        if isinstance(mark, FieldKind):
            return FieldSpec(name, mark)
    kind: Literal[FieldKind.PART, FieldKind.PARTS] = (
        FieldKind.PARTS if get_origin(annotation) is tuple else FieldKind.PART
    )
    part = next(
        piece for piece in get_args(annotation) if isinstance(piece, type) and issubclass(piece, ReleasePart)
    )
    return FieldSpec(
        name,
        kind,
        part,
        whole=kind is FieldKind.PARTS and (WholeListMerge in marks or "id" not in part.model_fields),
    )


@cache
def merge_rules(model: type[ReleasePart]) -> dict[tuple[str, ...], str]:
    """Which fields a newer release replaces as a whole, by path, in the words of ``ocdsmerge``."""
    return dict(_rules(model, ()))


def _rules(model: type[ReleasePart], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for slot in slots_of(model).values():
        here = (*path, slot.name)
        if slot.whole or slot.kind is FieldKind.CODES:
            yield here, "wholeListMerge"
        elif slot.part is not None:
            yield from _rules(slot.part, here)
