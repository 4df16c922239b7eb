"""CSV and JSON read as facts, with a complaint for each cell that cannot be."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import cast

from pydantic import JsonValue, ValidationError

from services.submissions.application.tables.cell_values import NoTopic, json_of, value_of
from services.submissions.application.tables.columns import KINDS, Column, Row, TableKind, columns_of
from services.submissions.application.tables.csv_text import (
    Cells,
    UnreadableTable,
    cells_of,
    decode,
    delimiter_of,
)
from services.submissions.application.tables.dates import Order, read_day
from services.submissions.application.tables.numbers import Decimal, read_number, without_sign
from services.submissions.application.tables.workbook import NO_VALUE, Exact, Formatted, is_workbook, sheet_in
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.places import Gazetteer, described, resolve_name
from services.submissions.domain.plausibility import days_of, without_mistakes
from services.submissions.domain.reference_checks import (
    city_complaint,
    in_city_time,
    mended_topic,
    nearest_topics,
    understood,
)
from shared.facts import (
    CURRENCY_SIGNS,
    FROM_OUTSIDE,
    Implementation,
    Need,
    Solution,
    decimals_of,
    is_currency,
)
from shared.json_limits import json_mistake
from shared.validation_messages import path_of, sentence

MOST_NAMESAKES = 5
LONGEST_MESSAGE, LONGEST_COLUMN, MOST_COLUMNS = 500, 100, 300
BLANK = " \t\r\n\u00a0"
ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|a formula)")
__all__ = [
    "CellError",
    "TableContent",
    "TableFormat",
    "UnreadableTable",
    "decode",
    "read_csv",
    "read_json",
    "read_table",
]


@dataclass(frozen=True, slots=True)
class CellError:
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
class TableContent:
    """The facts of all good rows with the lines they stand in, and what is wrong with the others.

    ``remarks`` say what was mended or could not be compared in rows that are good.
    """

    facts: tuple[Row, ...]
    complaints: tuple[CellError, ...]
    lines: tuple[int, ...] = ()
    remarks: tuple[CellError, ...] = ()


@dataclass(frozen=True, slots=True)
class TableFormat:
    """What the sender says of the table: its decimal mark, and the order of days."""

    decimal: Decimal | None = None
    dates: Order | None = None


UNDECLARED = TableFormat()


def read_table(
    raw: bytes, kind: TableKind, reference: ReferenceTables | None = None, declared: TableFormat = UNDECLARED
) -> TableContent:
    """Read a CSV or .xlsx file; raises UnreadableTable where it is neither."""
    if is_workbook(raw):
        sheet = sheet_in(raw, kind)
        read = _read(sheet.cells, _Table(kind, [], reference, declared))
        others = [CellError(1, "", f"sheet {name!r} was not read") for name in sheet.others]
        return replace(read, remarks=(*others, *read.remarks))
    text, remark = decode(raw)
    read = read_csv(text, kind, reference, declared)
    return replace(read, remarks=(CellError(1, "", remark), *read.remarks)) if remark else read


def read_csv(
    text: str, kind: TableKind, reference: ReferenceTables | None = None, declared: TableFormat = UNDECLARED
) -> TableContent:
    """Read a table with a header; commas, semicolons or tabs part the cells, an empty cell is not known.

    With a ``reference`` the city may be written by name ("Newcastle, GB") instead of its GeoNames id, and
    codes of topics are compared with those there are.
    """
    delimiter, skipped = delimiter_of(text)
    cells = cells_of(text, delimiter, skipped)
    return _read(cells, _Table(kind, [], reference, declared, commas_part_cells=delimiter == ","))


def header_of(raw: bytes) -> list[str]:
    """Return the names of the columns of a CSV or .xlsx file; raises UnreadableTable."""
    if is_workbook(raw):
        rows = sheet_in(raw, "").cells
    else:
        text = decode(raw).text
        rows = cells_of(text, *delimiter_of(text))
    _line, header = next(rows, (1, []))
    if isinstance(header, str):
        raise UnreadableTable(header)
    return header


def misfits(header: list[str], kind: TableKind) -> list[CellError]:
    """What is wrong with a header as that of a table of ``kind``."""
    return _header(1, header, kind)[1]


def _read(rows: Cells, table: "_Table") -> TableContent:
    line, header = next(rows, (1, []))
    columns, wrong = (
        _header(line, header, table.kind) if isinstance(header, list) else ([], [CellError(line, "", header)])
    )
    return _sorted([] if wrong else [*_rows(rows, replace(table, columns=columns))], wrong)


def read_json(text: str, kind: TableKind) -> TableContent:
    """Read what :func:`write_json` writes, or a bare list of facts; ``line`` counts the facts."""
    try:
        document = json_of(text)
    except json.JSONDecodeError as error:
        return TableContent((), (CellError(error.lineno, "", f"is no JSON at {json_mistake(error)}"),))
    except ValueError as error:
        return TableContent((), (CellError(1, "", str(error)),))
    listed = document.get("facts") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        return TableContent((), (CellError(1, "", 'write {"kind": …, "facts": [ … ]}'),))
    return _sorted([_fact(number, value, kind) for number, value in enumerate(listed, start=1)], [])


@dataclass(frozen=True, slots=True)
class _Table:
    kind: TableKind
    columns: list[Column]
    reference: ReferenceTables | None
    declared: TableFormat
    commas_part_cells: bool = False
    thousandths: bool = True


@dataclass(frozen=True, slots=True)
class _Good:
    line: int
    fact: Row
    remarks: tuple[CellError, ...] = ()


Judged = _Good | list[CellError]


def _sorted(read: list[Judged], wrong: list[CellError]) -> TableContent:
    judged = [*_each_once(read)]
    good = [row for row in judged if isinstance(row, _Good)]
    complaints = [complaint for row in judged if isinstance(row, list) for complaint in row]
    remarks = tuple(remark for row in good for remark in row.remarks)
    lines, facts = tuple(row.line for row in good), tuple(row.fact for row in good)
    return TableContent(facts, (*wrong, *complaints), lines, remarks)


def _each_once(read: list[Judged]) -> Iterator[Judged]:
    """Refuse what stands in the table already: nobody knows which of two rows is meant."""
    seen: dict[str, _Good] = {}
    for row in read:
        if isinstance(row, list):
            yield row
            continue
        fact = row.fact
        key = f"{fact.solution}|{fact.city}" if isinstance(fact, Implementation) else fact.id
        first = seen.setdefault(key, row)
        if first is row:
            yield row
        else:
            name = "solution" if isinstance(fact, Implementation) else "id"
            yield [CellError(row.line, name, f"{key!r} stands in line {first.line} already: keep one")]


def _rows(rows: Cells, table: _Table) -> Iterator[Judged]:
    for line, cells in rows:
        if isinstance(cells, str):
            yield [CellError(line, "", cells)]
        elif any(cell.strip(BLANK) for cell in cells):
            yield _row(line, cells, table)


def _row(line: int, cells: list[str], table: _Table) -> Judged:
    document: dict[str, JsonValue] = {}
    wrong, remarks = [], []
    if any(cell.strip(BLANK) for cell in cells[len(table.columns) :]):
        wrong.append(CellError(line, "", f"has {len(cells)} cells for {len(table.columns)} columns"))
    thirds = _has_thousandths(cells, table)
    for column, cell in zip(table.columns, cells, strict=False):
        try:
            exact = column.path[-1] != "amount" or thirds
            written = cell if isinstance(cell, Exact) else cell.strip(BLANK)
            remark = _put(document, column, written, replace(table, thousandths=exact))
        except ValueError as error:
            wrong.append(CellError(line, column.name, str(error)))
        else:
            remarks += [CellError(line, column.name, remark)] if remark else []
    wrong += (
        [] if wrong else [CellError(line, *mistake) for mistake in _other_currencies(cells, document, table)]
    )
    if wrong:
        return wrong
    reference = table.reference
    whole = in_city_time(document, reference.gazetteer) if reference else document
    read = _fact(line, whole, table.kind)
    return (
        _compared(read, remarks, reference) if isinstance(read, _Good) and reference else _with(read, remarks)
    )


def _has_thousandths(cells: list[str], table: _Table) -> bool:
    """Whether a currency of the row has three decimals, so that "1.250" is one amount in it."""
    codes = (
        cell for column, cell in zip(table.columns, cells, strict=False) if column.path[-1] == "currency"
    )
    return any(decimals_of(code.strip(BLANK).upper()) > 2 for code in codes)


def _with(read: Judged, remarks: list[CellError]) -> Judged:
    return replace(read, remarks=tuple(remarks)) if isinstance(read, _Good) else read


def _compared(read: _Good, remarks: list[CellError], reference: ReferenceTables) -> Judged:
    """Mend the codes of topics with a remark, and refuse a city or a code that nobody knows.

    Schemes that are not understood here are taken with a remark: nobody can say which of their codes exist.
    """
    line = read.line
    fact, mistakes = without_mistakes(read.fact)
    read = replace(read, fact=cast("Row", fact))
    remarks += [
        CellError(line, complaint.path, complaint.message) for complaint in (*mistakes, *days_of(fact, None))
    ]
    if unknown := city_complaint(read.fact.city, reference.gazetteer):
        return [CellError(line, "city", unknown)]
    if not isinstance(fact, Need | Solution):
        return _with(read, remarks)
    topics = [mended_topic(topic, reference) for topic in fact.topics]
    unknown_codes = [
        CellError(line, "topics", message)
        for given, (topic, message) in zip(fact.topics, topics, strict=True)
        if message and topic == given and understood(topic.scheme)
    ]
    if unknown_codes:
        return unknown_codes
    remarks += [CellError(line, "topics", message) for _, message in topics if message]
    mended = fact.model_copy(update={"topics": tuple(topic for topic, _ in topics)})
    return _Good(line, mended, tuple(remarks))


def _fact(line: int, value: JsonValue, kind: TableKind) -> Judged:
    try:
        return _Good(line, KINDS[kind].model_validate(value, context=FROM_OUTSIDE))
    except ValidationError as error:
        return [
            CellError(line, path_of(detail), sentence(detail)) for detail in error.errors(include_url=False)
        ]


def _put(document: dict[str, JsonValue], column: Column, cell: str, table: _Table) -> str | None:
    """Put a cell where its path leads, and return a remark on it; raises ``ValueError`` on a bad one."""
    if not cell:
        return None
    inside = document
    for key in column.path[:-1]:
        inside = inside.setdefault(key, {})  # type: ignore[assignment]
    inside[column.path[-1]], remark = _value(column, cell, table)
    return remark


def _value(column: Column, cell: str, table: _Table) -> tuple[JsonValue, str | None]:
    if cell.startswith("#") and not isinstance(cell, Exact) and ERROR.match(cell):
        raise ValueError(
            cell.removeprefix("#") if NO_VALUE in cell else f"{cell} is an error of the spreadsheet"
        )
    if column.path[-1] == "amount" and isinstance(cell, Formatted) and cell.percent:
        raise ValueError(f"{cell} is formatted as a percentage: write the amount as a number")
    if column.holds == "day":
        return read_day(cell, table.declared.dates)
    value = _of_shape(column, cell, table.reference)
    if column.path[-1] == "currency" and isinstance(value, str):
        return _currency(value)
    if column.holds == "number" and not isinstance(cell, Exact):
        decimal, commas = table.declared.decimal, table.commas_part_cells and table.thousandths
        return read_number(str(value), decimal=decimal, commas_part_cells=commas), None
    if table.reference and column.path == ("city",) and isinstance(value, str) and not value.isdigit():
        value = _city(value, table.reference.gazetteer)
    return value, None


def _of_shape(column: Column, cell: str, reference: ReferenceTables | None) -> JsonValue:
    try:
        return value_of(cell, column.shape)
    except NoTopic as error:
        near = nearest_topics(error.written, reference) if reference else ""
        raise ValueError(f"{error}{near}") from None


def _currency(written: str) -> tuple[str, str | None]:
    """Return the code of a currency, with a remark where it was a sign or in small letters."""
    code = CURRENCY_SIGNS.get(written, written.upper())
    if code == written or not is_currency(code):
        return written, None
    return code, f"{written!r} was read as {code}"


def _other_currencies(
    cells: list[str], document: dict[str, JsonValue], table: _Table
) -> Iterator[tuple[str, str]]:
    """What is said of an amount in one currency beside the code of another."""
    for column, cell in zip(table.columns, cells, strict=False):
        if column.holds != "number" or column.path[-1] != "amount":
            continue
        currency = cell.currency if isinstance(cell, Formatted) else without_sign(cell.strip(BLANK))[1]
        inside: JsonValue = document
        for key in column.path[:-1]:
            inside = inside.get(key) if isinstance(inside, dict) else None
        if currency and isinstance(inside, dict) and inside.setdefault("currency", currency) != currency:
            yield column.name, f"{cell!r} is in {currency}, the column beside it says {inside['currency']}"


def _city(written: str, gazetteer: Gazetteer) -> str:
    """Return the id of a city written "York, GB"; raises ``ValueError`` that lists the cities it could be."""
    name, comma, country = written.rpartition(",")
    place = resolve_name(name, gazetteer, country) if comma else resolve_name(country, gazetteer)
    if place.city and (comma or not place.candidates):
        return place.city
    likely = (gazetteer.cities[identifier] for identifier in place.candidates[:MOST_NAMESAKES])
    listed = ", ".join(described(city) for city in likely)
    if listed:
        raise ValueError(f"{written!r} is the name of several cities: write one of {listed}")
    raise ValueError(city_complaint(written, gazetteer))


def _header(line: int, header: list[str], kind: TableKind) -> tuple[list[Column], list[CellError]]:
    columns = {column.name: column for column in columns_of(kind)}
    names = [name.strip(BLANK)[:LONGEST_COLUMN] for name in header]
    while names and not names[-1]:  # spreadsheets add columns that hold nothing
        names.pop()
    if len(names) > MOST_COLUMNS:
        message = f"has {len(names)} columns, at most {MOST_COLUMNS} are read: take the empty ones away"
        return [], [CellError(line, "", message)]
    unknown = dict.fromkeys(name for name in names if name not in columns)
    wrong = [CellError(line, name, _unknown(name, columns)) for name in unknown]
    wrong += [
        CellError(line, name, "is there twice")
        for name in sorted({*names} & {*columns})
        if names.count(name) > 1
    ]
    wrong += [
        CellError(line, column.name, "is missing: add the column")
        for column in columns.values()
        if column.required and column.name not in names
    ]
    return [columns[name] for name in names if name in columns], wrong


def _unknown(name: str, columns: dict[str, Column]) -> str:
    near = get_close_matches(name, columns, n=1)
    return f"is no column of this table{f': did you mean {near[0]}?' if near else ''}"
