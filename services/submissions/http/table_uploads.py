"""Tables over HTTP: each good row is a report, each bad one a complaint with its line and column."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from fastapi import Request
from pydantic import ValidationError

from services.submissions.application import tables
from services.submissions.application.event_reader import Letters, unpacked
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.publishers import EVERY, Publisher
from services.submissions.domain.validation import complaints_in
from shared.events import Complaint
from shared.facts import Fact, Id
from shared.messaging.cloudevents import MalformedEvent

SOURCE = "urn:citiesshare:doorway"


class TableOptions(Fact):
    """What the sender says of a table in the query."""

    kind: tables.TableKind | None = None
    decimal: Literal[",", "."] | None = None
    dates: Literal["dmy", "mdy", "ymd"] | None = None
    source: Id | None = None


class UploadedRows(NamedTuple):
    """The reports in a table, with complaints in the place of bad rows, and what was mended."""

    letters: Letters
    remarks: tuple[Complaint, ...]


def is_table(headers: Mapping[str, str]) -> bool:
    """Whether the body is a table."""
    return headers.get("content-type", "").lower().startswith(tables.MEDIA_TYPES)


def rows_in(
    body: bytes, request: Request, publisher: Publisher | None, reference: ReferenceTables
) -> UploadedRows:
    """Return the reports in a table; raises MalformedEvent where it cannot be read at all."""
    options = _options(request)
    declared = tables.TableFormat(options.decimal, options.dates)
    source = options.source or source_of(publisher)
    raw = unpacked(body, request.headers.get("content-encoding"))
    try:
        kind, read = tables.read_reports(raw, options.kind, reference, declared)
    except tables.UnreadableTable as error:
        raise MalformedEvent("kind" if "say which" in str(error) else "", str(error), 422) from None
    good: Letters = [tables.report_of(fact, kind, source) for fact in read.facts]
    bad = [
        MalformedEvent(error.column, f"line {error.line}: {error.message}", 422) for error in read.complaints
    ]
    remarks = (
        Complaint(path=remark.column, message=f"line {remark.line}: {remark.message}")
        for remark in read.remarks
    )
    return UploadedRows([*bad, *good], tuple(remarks))


def source_of(publisher: Publisher | None) -> str:
    """The source a publisher speaks under, where it does not say one."""
    own = publisher.sources[0] if publisher else EVERY
    return SOURCE if own == EVERY else own


def _options(request: Request) -> TableOptions:
    try:
        return TableOptions.model_validate(dict(request.query_params))
    except ValidationError as error:
        first = complaints_in(error)[0]
        raise MalformedEvent(first.path, first.message, 422) from None
