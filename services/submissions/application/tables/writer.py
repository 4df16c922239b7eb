"""Facts written as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Sequence

from pydantic import JsonValue

from services.submissions.application.tables.cell_values import cell_of
from services.submissions.application.tables.columns import KINDS, Column, Row, TableKind, columns_of
from services.submissions.application.tables.content_hash import pruned


def write_csv(facts: Sequence[Row], kind: TableKind) -> str:
    """Return a CSV (RFC 4180, UTF-8) with the required columns and all others that hold something."""
    model = KINDS[kind]
    rows = [fact.model_dump(mode="json") for fact in facts if isinstance(fact, model)]
    used = [
        column for column in columns_of(kind) if column.required or any(_cell(row, column) for row in rows)
    ]
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow([column.name for column in used])
    table.writerows([_cell(row, column) for column in used] for row in rows)
    return text.getvalue()


def write_json(facts: Sequence[Row], kind: TableKind) -> str:
    """Return ``{"kind": …, "facts": [ … ]}``, without what is not known."""
    model = KINDS[kind]
    rows = [pruned(fact.model_dump(mode="json")) for fact in facts if isinstance(fact, model)]
    return json.dumps({"kind": kind, "facts": rows}, ensure_ascii=False, indent=1) + "\n"


def _cell(row: JsonValue, column: Column) -> str:
    value = row
    for key in column.path:
        value = value.get(key) if isinstance(value, dict) else None
    return cell_of(value, column.shape)
