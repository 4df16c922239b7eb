"""Needs, solutions and outcomes as tables: CSV and JSON that say the same, out and in again."""

from services.submissions.application.tables.columns import KINDS, TableKind, columns_of
from services.submissions.application.tables.content_hash import digest
from services.submissions.application.tables.reader import (
    CellError,
    TableContent,
    TableFormat,
    UnreadableTable,
    decode,
    read_csv,
    read_json,
    read_table,
)
from services.submissions.application.tables.row_reports import (
    MEDIA_TYPES,
    REPORTS,
    SUFFIXES,
    kind_of,
    read_reports,
    report_of,
)
from services.submissions.application.tables.templates import example, template
from services.submissions.application.tables.writer import write_csv, write_json

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "REPORTS",
    "SUFFIXES",
    "CellError",
    "TableContent",
    "TableFormat",
    "TableKind",
    "UnreadableTable",
    "columns_of",
    "decode",
    "digest",
    "example",
    "kind_of",
    "read_csv",
    "read_json",
    "read_reports",
    "read_table",
    "report_of",
    "template",
    "write_csv",
    "write_json",
]
