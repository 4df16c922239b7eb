"""CSV and JSON read as facts, with a complaint for each cell that cannot be."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import JsonValue, ValidationError

from services.submissions.domain.places import Gazetteer, resolve_name
from services.submissions.tables.cells import json_of, value_of
from services.submissions.tables.columns import KINDS, Column, Row, TableKind, columns_of
from shared.json_text import LARGEST_MESSAGE
from shared.validation import path_of, sentence

LONGEST_MESSAGE, LONGEST_COLUMN, MOST_COLUMNS = 500, 100, 300
BLANK = " \t\r\n\u00a0"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, in which line of the file (from 1) and which column.

    Both texts quote the file, whose cells may have ten million characters: they are cut.
    """

    line: int
    column: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "column", self.column[:LONGEST_COLUMN])
        object.__setattr__(self, "message", self.message[:LONGEST_MESSAGE])

    def __str__(self) -> str:
        return f"line {self.line}, {self.column or 'row'}: {self.message}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of all good rows with the lines they stand in, and what is wrong with the others."""

    facts: tuple[Row, ...]
    complaints: tuple[Complaint, ...]
    lines: tuple[int, ...] = ()


class Unreadable(ValueError):
    """The file as a whole cannot be read."""


def decode(raw: bytes) -> str:
    """Return the text of a file; raises :class:`Unreadable` where it is neither UTF-8 nor UTF-16."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"byte {error.start} is not {encoding[:6].upper()}: save the file as UTF-8"
        ) from error


def read_csv(text: str, kind: TableKind, gazetteer: Gazetteer | None = None) -> Reading:
    """Read a table with a header; commas or semicolons part the cells, an empty cell is not known.

    With a ``gazetteer`` the city may be written by name ("Newcastle, GB") instead of its GeoNames id.
    """
    rows = _cells(text)
    _first, header = next(rows, (1, []))
    columns, wrong = _header(header, kind) if isinstance(header, list) else ([], [Complaint(1, "", header)])
    return _sorted([] if wrong else [*_rows(rows, _Table(kind, columns, gazetteer))], wrong)


def read_json(text: str, kind: TableKind) -> Reading:
    """Read what :func:`write_json` writes, or a bare list of facts; ``line`` counts the facts."""
    try:
        document = json_of(text)
    except ValueError as error:
        return Reading((), (Complaint(1, "", f"is no JSON: {error}"),))
    listed = document.get("facts") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        return Reading((), (Complaint(1, "", 'write {"kind": …, "facts": [ … ]}'),))
    return _sorted([_fact(number, said, kind) for number, said in enumerate(listed, start=1)], [])


@dataclass(frozen=True, slots=True)
class _Table:
    kind: TableKind
    columns: list[Column]
    gazetteer: Gazetteer | None


Judged = tuple[int, Row] | list[Complaint]


def _sorted(read: list[Judged], wrong: list[Complaint]) -> Reading:
    good = [each for each in read if isinstance(each, tuple)]
    complaints = [complaint for each in read if isinstance(each, list) for complaint in each]
    lines, facts = tuple(line for line, _ in good), tuple(fact for _, fact in good)
    return Reading(facts, (*wrong, *complaints), lines)


def _cells(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Give each row with the line it begins in; a text instead of cells says why no more come."""
    csv.field_size_limit(LARGEST_MESSAGE)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 0
    try:
        for cells in rows:
            yield line + 1, cells
            line = rows.line_num
    except csv.Error as error:
        yield line + 1, f"{error}: check the quotation marks"


def _rows(rows: Iterator[tuple[int, list[str] | str]], table: _Table) -> Iterator[Judged]:
    for line, cells in rows:
        if isinstance(cells, str):
            yield [Complaint(line, "", cells)]
        elif any(cell.strip(BLANK) for cell in cells):
            yield _row(line, cells, table)


def _row(line: int, cells: list[str], table: _Table) -> Judged:
    said: dict[str, JsonValue] = {}
    wrong = []
    if len(cells) > len(table.columns):
        wrong.append(Complaint(line, "", f"has {len(cells)} cells for {len(table.columns)} columns"))
    for column, cell in zip(table.columns, cells, strict=False):
        try:
            _put(said, column, cell.strip(BLANK), table.gazetteer)
        except ValueError as error:
            wrong.append(Complaint(line, column.name, str(error)))
    return wrong or _fact(line, said, table.kind)


def _fact(line: int, said: JsonValue, kind: TableKind) -> Judged:
    try:
        return line, KINDS[kind].model_validate(said)
    except ValidationError as error:
        return [Complaint(line, path_of(each), sentence(each)) for each in error.errors(include_url=False)]


def _put(said: dict[str, JsonValue], column: Column, cell: str, gazetteer: Gazetteer | None) -> None:
    """Put a cell where its path leads; raises ``ValueError`` on one that cannot be read."""
    if not cell:
        return
    inside = said
    for key in column.path[:-1]:
        inside = inside.setdefault(key, {})  # type: ignore[assignment]
    value = value_of(cell, column.shape)
    if gazetteer and column.path == ("city",) and isinstance(value, str) and not value.isdigit():
        value = _city(value, gazetteer)
    inside[column.path[-1]] = value


def _city(written: str, gazetteer: Gazetteer) -> str:
    """Return the id of a city written "York, GB"; raises ``ValueError`` that lists the cities it could be."""
    name, comma, country = written.rpartition(",")
    place = resolve_name(name, gazetteer, country) if comma else resolve_name(country, gazetteer)
    if place.city:
        return place.city
    likely = (gazetteer.cities[each] for each in place.candidates[:5])
    listed = ", ".join(f"{city.id} ({city.name}, {city.country})" for city in likely)
    if listed:
        raise ValueError(f"{written!r} is the name of several cities: write one of {listed}")
    raise ValueError(f"{written!r} is no known city: write its GeoNames id")


def _header(header: list[str], kind: TableKind) -> tuple[list[Column], list[Complaint]]:
    if len(header) > MOST_COLUMNS:
        told = f"has {len(header)} columns, at most {MOST_COLUMNS} are read: take the empty ones away"
        return [], [Complaint(1, "", told)]
    known = {column.name: column for column in columns_of(kind)}
    names = [name.strip()[:LONGEST_COLUMN] for name in header]
    wrong = [Complaint(1, name, _unknown(name, known)) for name in names if name not in known]
    wrong += [Complaint(1, name, "is there twice") for name in sorted({*names}) if names.count(name) > 1]
    wrong += [
        Complaint(1, column.name, "is missing: add the column")
        for column in known.values()
        if column.required and column.name not in names
    ]
    return [known[name] for name in names if name in known], wrong


def _unknown(name: str, known: dict[str, Column]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"is no column of this table{f': did you mean {near[0]}?' if near else ''}"


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","
