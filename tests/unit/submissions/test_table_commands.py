"""The commands for tables, as a city's clerk uses them."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.submissions.cli.table import table
from services.submissions.cli.template import template

app = typer.Typer()
app.command("template")(template)
app.command("table")(table)
run = CliRunner()


@pytest.mark.parametrize("kind", ["needs", "solutions", "outcomes"])
def test_a_filled_template_is_checked_turned_to_json_and_back_with_the_same_hash(
    kind: str, tmp_path: Path
) -> None:
    start, there, back = (tmp_path / name for name in ("start.csv", "there.json", "back.csv"))
    start.write_bytes(run.invoke(app, ["template", kind, "--example"]).stdout_bytes)
    there.write_bytes(run.invoke(app, ["table", kind, str(start), "--to", "json"]).stdout_bytes)
    back.write_bytes(run.invoke(app, ["table", kind, str(there), "--to", "csv"]).stdout_bytes)
    told = [
        json.loads(run.invoke(app, ["table", kind, str(path), "--json"]).stdout)
        for path in (start, there, back)
    ]
    assert [(each["rows"], each["complaints"], each["refused"]) for each in told] == [(1, [], [])] * 3
    assert len({each["digest"] for each in told}) == 1


def test_a_wrong_row_is_told_with_its_place_and_ends_with_an_error(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text("id,city,title\nn1,Newcastle,Roads\n", encoding="utf-8")
    result = run.invoke(app, ["table", "needs", str(path)])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "needs.csv, line 2, city: 'Newcastle' is the name of several cities" in result.stderr


def test_a_file_in_an_old_encoding_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_bytes("id,city,title\nn1,2692969,Malmös vägar\n".encode("cp1252"))
    result = run.invoke(app, ["table", "needs", str(path)])
    assert result.exit_code == 0
    assert "read as Windows-1252" in result.stderr


def test_a_row_the_service_would_refuse_is_named_before_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "solutions.csv"
    path.write_text('id,city,title\ns1,"York, GB",Lamps\n', encoding="utf-8")
    result = run.invoke(app, ["table", "solutions", str(path), "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["rows"], told["complaints"]) == (0, 1, [])
    assert {(each["line"], each["column"]) for each in told["refused"]} >= {(2, "problem.code")}
