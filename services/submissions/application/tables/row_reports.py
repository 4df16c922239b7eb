"""Rows of a table as the reports that say the same, each a CloudEvent of its own."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import get_args

from services.submissions.application.tables.columns import Row, TableKind
from services.submissions.application.tables.reader import (
    UNDECLARED,
    TableContent,
    TableFormat,
    UnreadableTable,
    header_of,
    misfits,
    read_table,
)
from services.submissions.domain.ocds.mapping import ReferenceTables
from shared.events import Event, NeedSubmitted, OutcomeReported, SolutionSubmitted
from shared.facts import Implementation
from shared.messaging.cloudevents import Envelope, RawEvent

REPORTS: Mapping[TableKind, type[Event]] = {
    "needs": NeedSubmitted,
    "solutions": SolutionSubmitted,
    "outcomes": OutcomeReported,
}
SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})
MEDIA_TYPES = (
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.ms-excel",  # what browsers on Windows call a .csv
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
WHICH = "may be a table of {}: say which"


def report_of(fact: Row, kind: TableKind, source: str) -> RawEvent:
    """Return the report that says what a row says; its id is drawn from that, so a repeat is the same one."""
    data = fact.model_dump_json(exclude_none=True).encode()
    name = fact.solution if isinstance(fact, Implementation) else fact.id
    identifier = f"{name[:200]}#{sha256(data).hexdigest()[:24]}"
    return RawEvent(Envelope(id=identifier, source=source, type=REPORTS[kind].message_type()), data)


def kind_of(raw: bytes, name: str = "") -> TableKind:
    """Return what a table is of: by its columns, else by the name of its file; raises UnreadableTable."""
    kinds: tuple[TableKind, ...] = get_args(TableKind)
    by_name = [kind for kind in kinds if PurePath(name).stem.lower().startswith(kind)]
    if by_name:
        return by_name[0]
    header = header_of(raw)
    fits = [kind for kind in kinds if not misfits(header, kind)]
    if len(fits) == 1:
        return fits[0]
    raise UnreadableTable(WHICH.format(", ".join(fits or kinds)))


def read_reports(
    raw: bytes,
    kind: TableKind | None,
    reference: ReferenceTables,
    declared: TableFormat = UNDECLARED,
    name: str = "",
) -> tuple[TableKind, TableContent]:
    """Read a table of ``kind``, or of what its columns or name tell; raises UnreadableTable."""
    table_kind = kind or kind_of(raw, name)
    return table_kind, read_table(raw, table_kind, reference, declared)
