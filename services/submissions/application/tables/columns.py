"""Which columns a fact has: one per value, named by its path (``problem.baseline.unit``)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from shared.facts import Fact, Implementation, Need, Solution, Topic

TableKind = Literal["needs", "solutions", "outcomes"]
Shape = Literal["value", "lines", "topic", "topics", "json"]
Holds = Literal["text", "number", "day"]
Row = Need | Solution | Implementation

KINDS: Mapping[TableKind, type[Row]] = {"needs": Need, "solutions": Solution, "outcomes": Implementation}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its path, how a cell is written, whether a row needs it, and what its cells hold."""

    path: tuple[str, ...]
    shape: Shape
    required: bool = False
    holds: Holds = "text"

    @property
    def name(self) -> str:
        """What stands in the header."""
        return ".".join(self.path)


@cache
def columns_of(kind: TableKind) -> tuple[Column, ...]:
    """Return all columns of a table, in the order in which the fact names its fields."""
    return tuple(_columns(KINDS[kind], ()))


def _columns(model: type[Fact], above: tuple[str, ...]) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        path = (*above, name)
        bare = _bare(field.annotation)
        if isinstance(bare, type) and issubclass(bare, Fact) and bare is not Topic:
            yield from _columns(bare, path)
        else:
            yield Column(path, _shape(bare), required=field.is_required() and not above, holds=_holds(bare))


def _bare(annotation: object) -> object:
    """Take ``Annotated`` and ``… | None`` off."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        inner = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else annotation
    return annotation


def _holds(bare: object) -> Holds:
    if bare in (int, float, Decimal):
        return "number"
    return "day" if bare in (date, datetime) else "text"


def _shape(bare: object) -> Shape:
    if bare is Topic:
        return "topic"
    if get_origin(bare) is dict:
        return "json"
    if get_origin(bare) is not tuple:
        return "value"
    item = _bare(get_args(bare)[0])
    if item is Topic:
        return "topics"
    return "lines" if item is str else "json"
