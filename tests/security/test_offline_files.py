"""Files that would stop or stall the offline commands: found by ``python -m tests.attack``."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citiesshare.cli import app
from services.submissions.application.tables.reader import LONGEST_MESSAGE, MOST_COLUMNS, read_csv
from tests.attack.wellformed import release

RUN = CliRunner()


def _validated(path: Path) -> list[dict[str, object]]:
    result = RUN.invoke(app, ["submissions", "validate", str(path), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_release_whose_roles_are_no_codes_is_validated_like_any_other(tmp_path: Path) -> None:
    said = release(1, "ocds-attack-1", "2644688")["release"]
    said["parties"][0]["roles"] = [{"$where": "sleep(5000)"}]
    path = tmp_path / "release.json"
    path.write_text(json.dumps(said), "utf-8")
    assert {note["kind"] for note in _validated(path)} <= {"mended", "advice"}


def test_a_message_that_is_nested_too_deeply_is_a_complaint_not_an_error(tmp_path: Path) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "x", "type": "org.citiesshare.need.submitted.v1"}
    path = tmp_path / "event.json"
    data = '{"title": ' + "[" * 400 + "]" * 400 + "}"
    path.write_text(json.dumps({**event, "data": "@"}).replace('"@"', data), "utf-8")
    notes = _validated(path)
    assert [note["kind"] for note in notes] == ["rejected"] * len(notes) != []


@pytest.mark.parametrize("cell", ["x" * 500_000, "x'\n\"" * 100_000])
def test_a_table_with_a_giant_cell_is_told_in_a_short_line_and_at_once(tmp_path: Path, cell: str) -> None:
    path, began = tmp_path / "table.csv", time.process_time()
    path.write_text(cell, "utf-8")
    result = RUN.invoke(app, ["submissions", "table", "needs", str(path)])
    assert result.exit_code == 1
    assert len(max(result.output.splitlines(), key=len)) < 2 * LONGEST_MESSAGE
    assert time.process_time() - began < 5


def test_a_table_with_thousands_of_columns_has_one_complaint() -> None:
    began = time.process_time()
    named = ",".join(f"column {number}" for number in range(20_000))
    read = read_csv(f"id,city,title,{named}\n1,2,3", "needs")
    assert [each.message for each in read.complaints] == [
        f"has 20003 columns, at most {MOST_COLUMNS} are read: take the empty ones away"
    ]
    assert time.process_time() - began < 2
