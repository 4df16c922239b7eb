"""What a field of a release holds, and how a value that was published is read as it.

The models in ``release_models.py`` say which fields of OCDS we read and what each should be; the reader
walks the same models to mend what publishers wrote, and the merge rules are drawn from them. So there is one
table. Each function for a kind of value gives what it means, or MISSING; ``None`` is kept apart from it: in a
merge a null takes back what an older release said.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, auto
from functools import cache
from typing import Annotated, Literal, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.defects import DefectLog, Path
from shared.facts import year_error

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
    slots = (
        _slot(field.alias or name, field.annotation, field.metadata)
        for name, field in model.model_fields.items()
    )
    return {slot.name: slot for slot in slots}


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


MISSING = object()
Day = TypeVar("Day", bound=date)
NO_NUMBER = "NaN"  # what some programs write for an empty cell
LONGEST_TEXT = 10_000
LONGEST_ID = 300
NUMBERS = (int, float)
HUGE = 10**15
MILLISECONDS = 10**11
WRAPPERS = ("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$date", "$oid")
ENTITY = re.compile(r"&(#\d{2,6}|#x[0-9a-f]{2,6}|[a-z]{2,8});", re.IGNORECASE)
MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u0192-\u2122]|â€[™œ“”]|Â[\u00a0-\u00bf]")
MOJIBAKE_SIGNS = "ÃâÂ"  # with which it begins
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
TWO_MEANINGS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
BEGINNING, END = "00:00:00", "23:59:59"  # of a day
ZONED_DAY = re.compile(r"(\d{4}-?\d{2}-?\d{2})(Z|[+-]\d{2}:?\d{2})")
NUMBER_TEXT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?")


def unwrapped(value: Json, log: DefectLog, path: Path) -> Json:
    """Take a value out of what a database's export put around it (``{"$numberLong": "5"}``)."""
    while isinstance(value, dict) and len(value) == 1 and (key := next(iter(value))) in WRAPPERS:
        value = value[key]
        log.note("wrapped-value", path)
    return value


def text(value: Json, log: DefectLog, path: Path) -> object:
    """Text with entities resolved and line ends alike, at most 10,000 characters; numbers become text."""
    if not isinstance(value, str) or value == NO_NUMBER:
        return _not_text(value, log, path)
    if value.isascii() and value.isprintable() and "&" not in value and len(value) <= LONGEST_TEXT:
        return value.strip() or MISSING  # most are so
    clean, damage = _cleaned(value)
    for code in damage:
        log.note(code, path)
    return clean or MISSING


def _cleaned(value: str) -> tuple[str, tuple[str, ...]]:
    """A text as it should be, and the codes of what was wrong with it."""
    damage = () if value.isascii() else tuple(_damage(value))
    if "&" in value and ENTITY.search(value):
        damage = (*damage, "html-entity")
        value = html.unescape(value)
    if not value.isprintable():
        value = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    clean = value.strip()
    return clean[:LONGEST_TEXT], (*damage, "text-cut") if len(clean) > LONGEST_TEXT else damage


def _damage(value: str) -> Iterator[str]:
    if "\ufffd" in value:
        yield "encoding-lost"
    if any(sign in value for sign in MOJIBAKE_SIGNS) and MOJIBAKE.search(value):
        yield "mojibake"


def _not_text(value: Json, log: DefectLog, path: Path) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value not in ({}, []):
        log.note("text-bad", path)
    return MISSING


def identifier(value: Json, log: DefectLog, path: Path) -> object:
    """An id, scheme or code word as it is written, trimmed; numbers become text, longer than 300 is no id."""
    given = text(value, log, path)
    if not isinstance(given, str):
        return given
    short = " ".join(given.split())
    if len(short) > LONGEST_ID:
        log.note("text-cut", path)
    return short[:LONGEST_ID]


def code(value: Json, log: DefectLog, path: Path) -> object:
    """A code of a codelist, case-folded."""
    given = identifier(value, log, path)
    return given.casefold() if isinstance(given, str) else given


def codes(value: Json, log: DefectLog, path: Path) -> object:
    """A list of codes, case-folded; a single one is a list of one."""
    if not isinstance(value, list):
        log.note("list-expected", path)
        value = [value]
    read = (code(item, log, path) for item in value if item is not None and item != "")
    return list(dict.fromkeys(item for item in read if isinstance(item, str))) or MISSING


def number(value: Json, log: DefectLog, path: Path) -> object:
    """An exact number; text is read where it can only mean one number. 10^15 and more is not known."""
    if type(value) in NUMBERS and -HUGE < value < HUGE:  # type: ignore[operator]
        return Decimal(str(value))  # most are so
    if isinstance(value, str) and TWO_MEANINGS.fullmatch(value.strip()):
        log.note("amount-ambiguous", path)
        return MISSING
    exact = _exact(value)
    if exact is None or not abs(exact) < HUGE:
        log.note("amount-bad", path)
        return MISSING
    if isinstance(value, str):
        log.note("number-as-text", path)
    return exact


def _exact(value: Json) -> Decimal | None:
    """The number that is meant, if it is one and finite."""
    if isinstance(value, str):
        bare = value.replace("\u00a0", "").replace(" ", "")
        plain = bare.replace(",", "") if THOUSANDS.fullmatch(bare) else bare
        return Decimal(plain) if NUMBER_TEXT.fullmatch(plain) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(str(value))
    return exact if exact.is_finite() else None


def flag(value: Json, log: DefectLog, path: Path) -> object:
    """Yes or no, also as text."""
    word = str(value).casefold()
    if isinstance(value, str):
        log.note("text-bad", path)
    return {"true": True, "false": False}.get(word, MISSING)


def moment(zone: ZoneInfo, clock: str = BEGINNING) -> Callable[[Json, DefectLog, Path], object]:
    """A reader of dates for publishers in ``zone``: ISO 8601, a day as a day, a time with its zone.

    A day in a zone of its own (``2024-03-01+01:00``) is a moment there, at ``clock``.
    """

    def read(value: Json, log: DefectLog, path: Path) -> object:
        try:
            return _moment(value, zone, clock, log, path)
        except (TypeError, ValueError, OverflowError, OSError):
            log.note("date-bad", path)
            return MISSING

    return read


def _moment(value: Json, zone: ZoneInfo, clock: str, log: DefectLog, path: Path) -> str:
    if isinstance(value, int | float) and value >= MILLISECONDS:
        return _plausible(datetime.fromtimestamp(value / 1000, UTC)).isoformat()
    if not isinstance(value, str):
        raise TypeError("a date is text")
    bare = value.strip()
    if (day := _day(bare)) is not None:
        return _plausible(day).isoformat()
    if zoned := ZONED_DAY.fullmatch(bare):  # a day of XML Schema, in a zone of its own
        day = date.fromisoformat(zoned[1])
        return _plausible(datetime.fromisoformat(f"{day.isoformat()}T{clock}{zoned[2]}")).isoformat()
    read = datetime.fromisoformat(bare)
    if read.tzinfo is None:
        log.note("date-naive", path)
        read = read.replace(tzinfo=zone)
    return _plausible(read).isoformat()


def _day(written: str) -> date | None:
    """A day without a time: ``2024-03-01``, ``20240301`` and ``2024-W09-5`` are the same."""
    if len(written) > len("2024-03-01"):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _plausible(read: Day) -> Day:
    if error := year_error(read.year):
        raise ValueError(error)
    return read
