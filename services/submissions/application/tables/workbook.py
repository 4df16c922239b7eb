"""Tables in Excel's own files (.xlsx): cached values, never formulas; bounded, whatever the file claims."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from services.submissions.application.tables.csv_text import Cells, UnreadableTable
from shared.facts import CURRENCY_SIGNS, is_currency

ZIP = b"PK\x03\x04"
MOST_UNPACKED = 50_000_000
"""In bytes, of all parts of a file together; zipfile reads no more of a part than it announces."""
MOST_PARTS = 1000
MOST_ROWS, MOST_COLUMNS = 100_000, 500
NO_VALUE = "a formula without a value: open the file in a spreadsheet, let it calculate, and save it"
BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError, EOFError)


class Exact(str):
    """A cell that the file keeps as a number or a day: it has one meaning."""

    __slots__ = ()


class Formatted(Exact):
    """A number that is shown as a percentage or as an amount of ``currency``."""

    percent: bool = False
    currency: str | None = None


class MergedCells(NamedTuple):
    """Cells of one column that are merged: the lines from and to, and the column, all from 1."""

    first: int
    last: int
    column: int


class WorksheetRows(NamedTuple):
    """The rows of the sheet that was read, and the names of sheets that were not."""

    cells: Cells
    others: tuple[str, ...]


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes are a zip archive, as .xlsx is."""
    return raw.startswith(ZIP)


def sheet_in(raw: bytes, kind: str) -> WorksheetRows:
    """Return the sheet named ``kind``, or the one that opens; raises UnreadableTable."""
    _bounded(raw)
    try:
        values = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        names = [sheet.title for sheet in values.worksheets]
        chosen = names.index(kind) if kind in names else _shown(values)
        merged = _merged(raw, values.worksheets[chosen])
        rows = _filled(_rows(values.worksheets[chosen], formulas.worksheets[chosen]), merged)
    except (*BROKEN, BadZipFile, InvalidFileException) as error:
        raise UnreadableTable(
            f"is no spreadsheet that can be read ({type(error).__name__}): save it as .xlsx"
        ) from error
    return WorksheetRows(rows, tuple(name for name in names if name != names[chosen]))


def _shown(book: Any) -> int:  # noqa: ANN401 - a workbook of openpyxl
    """The sheet that opens, unless it is hidden; else the first that people see, else the first."""
    sheets = book.worksheets
    if book.active in sheets and book.active.sheet_state == "visible":
        return int(sheets.index(book.active))
    states = [sheet.sheet_state for sheet in sheets]
    return states.index("visible") if "visible" in states else 0


def _bounded(raw: bytes) -> None:
    """Refuse an archive that unpacks to more than anybody's table; raises UnreadableTable."""
    try:
        parts = ZipFile(io.BytesIO(raw)).infolist()
    except (BadZipFile, *BROKEN) as error:
        raise UnreadableTable("is a damaged spreadsheet: save it again as .xlsx") from error
    size = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED:
        raise UnreadableTable(f"unpacks to {size:,} bytes: at most {MOST_UNPACKED:,} are read, send parts")


def _rows(values: Any, formulas: Any) -> Cells:  # noqa: ANN401 - openpyxl's read-only sheets
    bounds = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS}
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what the file says of its own size may be anything
    try:
        for line, (row, formula_row) in enumerate(
            zip(values.iter_rows(**bounds), formulas.iter_rows(**bounds), strict=True), start=1
        ):
            if line > MOST_ROWS:
                yield line, f"more than {MOST_ROWS:,} rows: send parts"
                return
            yield line, [*_cells(row, formula_row)]
    except (*BROKEN, BadZipFile) as error:
        yield 1, f"the sheet is damaged ({type(error).__name__}): save it again as .xlsx"


def _merged(raw: bytes, sheet: Any) -> list[MergedCells]:  # noqa: ANN401 - as above
    """The merged cells of a sheet that reach over several rows."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    references = re.findall(rb'<mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', _part(raw, path))
    bounds = (range_boundaries(ref.decode()) for ref in references[:MOST_ROWS])
    found_in = (MergedCells(top, bottom, left) for left, top, _, bottom in bounds if top and bottom and left)
    return [area for area in found_in if area.last > area.first and area.column <= MOST_COLUMNS]


def _part(raw: bytes, path: str) -> bytes:
    archive = ZipFile(io.BytesIO(raw))
    return archive.read(path) if path in archive.namelist() else b""


def _filled(rows: Cells, merged: list[MergedCells]) -> Cells:
    """Give each row of merged cells their value, which the file has in the first one only."""
    begin = defaultdict(list)
    for area in merged:
        begin[area.first].append(area)
    values: dict[int, tuple[int, str]] = {}  # by column: the last line, and what stands in the first one
    for line, cells in rows:
        if isinstance(cells, str):
            yield line, cells
            continue
        values = {column: filling for column, filling in values.items() if filling[0] >= line}
        for column, (_, value) in values.items():
            cells.extend([""] * (column - len(cells)))
            cells[column - 1] = value
        for area in begin[line]:
            if area.column <= len(cells):
                values[area.column] = (area.last, cells[area.column - 1])
        yield line, cells


def _cells(row: Any, formulas: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    for cell, formula in zip(row, formulas, strict=False):
        if cell.value is None and str(formula.value or "").startswith("="):
            yield f"#{NO_VALUE}"
        else:
            yield _as_shown(_cell(cell.value), cell)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return Exact("true" if value else "false")
    if isinstance(value, datetime):
        return Exact(value.date().isoformat() if value.time() == time() else value.isoformat())
    if isinstance(value, date):
        return Exact(value.isoformat())
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return Exact(int(value))
    return Exact(value) if isinstance(value, int | float) else str(value)


_CURRENCY_FORMAT = re.compile(r"\[\$([^\]-]+)[^\]]*\]|\"([^\"]+)\"|([€£₴₹₪])")


def _as_shown(text: str, cell: Any) -> str:  # noqa: ANN401 - as above
    """The text of a number with what its format says of it: a percentage, or an amount in a currency."""
    form = str(getattr(cell, "number_format", "") or "")
    if not isinstance(text, Exact) or isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return text
    match = _CURRENCY_FORMAT.search(form)
    sign = next((group.strip() for group in match.groups() if group), "") if match else ""
    code = CURRENCY_SIGNS.get(sign, sign if is_currency(sign) else None)
    if code is None and "%" not in form:
        return text
    shown = Formatted(text)
    shown.percent, shown.currency = "%" in form, code
    return shown
