"""Needs, solutions and outcomes as tables: CSV and JSON that say the same, out and in again."""

from services.submissions.tables.columns import KINDS, TableKind, columns_of
from services.submissions.tables.digest import digest
from services.submissions.tables.read import (
    Complaint,
    Declared,
    Reading,
    Unreadable,
    decode,
    read_csv,
    read_json,
    read_table,
)
from services.submissions.tables.reports import (
    MEDIA_TYPES,
    REPORTS,
    SUFFIXES,
    kind_of,
    read_reports,
    report_of,
)
from services.submissions.tables.template import example, template
from services.submissions.tables.write import write_csv, write_json

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "REPORTS",
    "SUFFIXES",
    "Complaint",
    "Declared",
    "Reading",
    "TableKind",
    "Unreadable",
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
