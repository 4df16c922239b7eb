"""Officials in and out as a file: the same JSON both ways, or a table (CSV) in; a fault has row and field."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

from services.notifications.adapters.mongo.officials import MongoOfficials
from services.notifications.adapters.time_zones import known_zone
from services.notifications.adapters.topic_names import checked_topic
from services.notifications.application.stored_models import ImportResult
from services.notifications.domain.officials import Official, QuietHours, Thresholds
from services.notifications.settings import Settings
from shared.facts import Id, Line
from shared.store.mongo import open_database
from shared.validation_messages import did_you_mean, path_of, sentence

OFFICIALS: TypeAdapter[list[Official]] = TypeAdapter(list[Official])
MOST_FAULTS = 20
MANY = frozenset({"departments", "extra_locales", "topics", "top_needs", "kinds_off", "topics_off"})


class UnreadableOfficialsFile(ValueError):
    """A file that cannot be imported; nothing of it was."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults[:MOST_FAULTS]))


def _zone(name: str) -> str:
    if known_zone(name) is None:
        raise ValueError(f"there is no time zone {name!r}: write one such as Europe/Oslo")
    return name


def _city(written: str) -> str:
    if not written.isdigit():
        raise ValueError(
            f"{written!r} is no GeoNames id: write the number of the city, such as 634963 for Tampere"
        )
    return written


class _Thresholds(Thresholds):
    model_config = ConfigDict(extra="forbid")


class _QuietHours(QuietHours):
    model_config = ConfigDict(extra="forbid")


class _Row(Official):
    """An official as a city writes it: what nobody knows is a slip, and refused."""

    model_config = ConfigDict(extra="forbid")
    city: Annotated[Id, AfterValidator(_city)]
    timezone: Annotated[Line, AfterValidator(_zone)] = "UTC"
    topics: tuple[Annotated[Line, AfterValidator(checked_topic)], ...] = ()
    topics_off: tuple[Annotated[Line, AfterValidator(checked_topic)], ...] = ()
    thresholds: _Thresholds = _Thresholds()
    quiet: _QuietHours | None = _QuietHours()


def read_file(path: Path) -> list[Official]:
    """Return the officials in a JSON array or in a table with a row of names above it (``.csv``).

    Raises ``UnreadableOfficialsFile`` with every fault by row and field.
    """
    text = _decoded(path.read_bytes())
    officials, faults, seen = list[Official](), list[str](), dict[str, int]()
    for number, row in _rows(text, table=path.suffix.lower() == ".csv"):
        try:
            official = Official.model_validate(_Row.model_validate(row).model_dump(exclude_unset=True))
        except ValidationError as error:
            faults += [f"row {number}, {fault}" for fault in _faults(error)]
            continue
        if official.id in seen:
            faults.append(f"row {number}, id: {official.id!r} is the id of row {seen[official.id]}, too")
        seen.setdefault(official.id, number)
        officials.append(official)
    if faults:
        raise UnreadableOfficialsFile(faults)
    return officials


def _decoded(raw: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 as spreadsheets write it; nobody's name gets holes."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableOfficialsFile(
            [f"row {row}: byte {error.start} is not UTF-8: save the file as UTF-8"]
        ) from None


def _faults(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False):
        field = path_of(one) or "the row"
        unknown = one["type"] == "extra_forbidden"
        near = (
            did_you_mean(str(one["loc"][-1]), [*Official.model_fields])
            if unknown and len(one["loc"]) == 1
            else ""
        )
        yield f"{field}: {f'no such field{near}' if unknown else sentence(one)}"


def _rows(text: str, *, table: bool) -> Iterator[tuple[int, object]]:
    """Each official with its number from 1; in a table, the number of its line."""
    if table:
        yield from _table(text)
        return
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableOfficialsFile([f"this is no JSON: {error}"]) from None
    if not isinstance(value, list):
        raise UnreadableOfficialsFile(
            ["a file of officials is a JSON array, or a table whose name ends in .csv"]
        )
    yield from enumerate(value, 1)


def _table(text: str) -> Iterator[tuple[int, object]]:
    head = text.partition("\n")[0]
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        for cells in reader:
            if any(value for value in cells.values()):
                yield reader.line_num, _nested(cells)
    except csv.Error as error:
        raise UnreadableOfficialsFile([f"row {reader.line_num}: {error}"]) from None


def _nested(cells: Mapping[str | None, Any]) -> dict[str, Any]:
    """A row as JSON has it: empty cells are not given, ``a|b`` is a list, ``quiet.start`` is nested."""
    row: dict[str, Any] = {}
    for name, value in cells.items():
        if name is None:
            row["a cell without a name above it"] = value
        elif value is not None and (given := value.strip()):
            outer, _, inner = name.strip().partition(".")
            if inner:
                row.setdefault(outer, {})[inner] = given
            else:
                row[outer] = _meant(outer, given)
    return row


def _meant(name: str, given: str) -> object:
    if name in MANY:
        return [one.strip() for one in given.split("|")]
    return None if name == "quiet" and given == "none" else given


async def import_into(mongo_url: str, officials: list[Official]) -> ImportResult:
    """Import ``officials`` into the store at ``mongo_url``."""
    database = open_database(Settings(mongo_url=mongo_url), "notifications")
    try:
        return await MongoOfficials(database).import_officials(officials)
    finally:
        await database.close()
