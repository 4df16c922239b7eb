"""Tables in Excel's own files (.xlsx): cached values, never formulas; bounded, whatever the file claims."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.submissions.application.tables.csv_text import Cells, UnreadableTable

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


class WorksheetRows(NamedTuple):
    """The rows of the sheet that was read, and the names of sheets that were not."""

    cells: Cells
    others: tuple[str, ...]


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes are a zip archive, as .xlsx is."""
    return raw.startswith(ZIP)


def sheet_in(raw: bytes, kind: str) -> WorksheetRows:
    """Return the sheet named ``kind``, or the first one; raises UnreadableTable."""
    _bounded(raw)
    try:
        values = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        names = [sheet.title for sheet in values.worksheets]
        chosen = names.index(kind) if kind in names else 0
        rows = _rows(values.worksheets[chosen], formulas.worksheets[chosen])
    except (*BROKEN, BadZipFile, InvalidFileException) as error:
        raise UnreadableTable(
            f"is no spreadsheet that can be read ({type(error).__name__}): save it as .xlsx"
        ) from error
    return WorksheetRows(rows, tuple(name for name in names if name != names[chosen]))


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
        for line, (row, said) in enumerate(
            zip(values.iter_rows(**bounds), formulas.iter_rows(**bounds), strict=True), start=1
        ):
            if line > MOST_ROWS:
                yield line, f"more than {MOST_ROWS:,} rows: send parts"
                return
            yield line, [*_cells(row, said)]
    except (*BROKEN, BadZipFile) as error:
        yield 1, f"the sheet is damaged ({type(error).__name__}): save it again as .xlsx"


def _cells(row: Any, said: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    for cell, formula in zip(row, said, strict=False):
        if cell.value is None and str(formula.value or "").startswith("="):
            yield f"#{NO_VALUE}"
        else:
            yield _cell(cell.value)


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
