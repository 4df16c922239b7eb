"""`read`, `validate` and `survey`, as they are called from a shell."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.submissions.cli import app
from services.submissions.domain.ocds import json_decoder
from services.submissions.domain.ocds.json_decoder import LineNumbers
from tests.unit.submissions.ocds import a_contract, a_release, a_tender, an_award

Line = dict[str, object]


def run(*arguments: str) -> tuple[int, list[Line], str]:
    result = CliRunner().invoke(app, list(arguments))
    lines = [json.loads(line) for line in result.stdout.splitlines()] if "--json" in arguments else []
    return result.exit_code, lines, result.stderr


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    tmp_path = tmp_path / "feeds" / "york"
    tmp_path.mkdir(parents=True)
    whole = a_release(awards=[an_award()], contracts=[a_contract(status="terminated")])
    (tmp_path / "1.json").write_text(json.dumps(whole, indent=1))
    (tmp_path / "2.json").write_text("{broken")
    (tmp_path / "publiccode.yml").write_text("name: Bins\nurl: https://example.org/bins.git\n")
    return tmp_path


def test_read_prints_one_json_object_per_record_and_a_summary_beside(feed: Path) -> None:
    code, lines, said = run("read", str(feed), "--as-of", "2026-11-22", "--json")
    kinds = [line["kind"] for line in lines]
    assert code == 1  # a publiccode.yml that says so little is invalid
    standing = next(line for line in lines if line["kind"] == "verdict")
    assert standing["verdict"] == "invalid"
    assert {*kinds[: kinds.index("verdict")]} == {"remarked"}
    assert kinds[kinds.index("verdict") + 1 :] == ["solution", "rejected", "need", "solution", "outcome"]
    need, solution, outcome = lines[-3:]
    assert {"id", "ocid", "city", "stage", "topics", "amount", "currency", "defects"} <= need.keys()
    assert (need["city"], need["stage"], need["amount"], need["currency"]) == (
        "2633352",
        "decided",
        120000,
        "GBP",
    )
    assert need["topics"] == ["CPV:90511000", "THEME:waste"]
    assert solution["status"] == "ended"
    assert (outcome["outcome"], outcome["rung"], outcome["finding"]) == ("unknown", 7, "ended_result_unknown")
    assert "releases" in said


def test_a_rejection_names_file_line_path_and_reason(feed: Path) -> None:
    _, lines, _ = run("read", str(feed / "2.json"), str(feed / "1.json"), "--json")
    assert lines[0]["line"] == 1
    assert "line 1, column 2" in str(lines[0]["message"])


def test_read_fails_when_nothing_was_usable(feed: Path) -> None:
    assert run("read", str(feed / "2.json"), "--json")[0] == 1


@pytest.mark.parametrize("command", ["read", "validate", "send"])
def test_a_folder_without_anything_to_read_is_told(tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    result = CliRunner().invoke(app, [command, str(tmp_path)])
    assert result.exit_code == 2
    assert "there is no file to read" in result.output


def test_an_unknown_publisher_is_told_with_those_there_are(feed: Path) -> None:
    code, _, said = run("read", str(feed), "--publisher", "nobody")
    assert code == 2
    assert "ca-montreal" in said


def test_validate_names_line_and_field_of_what_is_mended_and_what_would_help(tmp_path: Path) -> None:
    release = a_release(tender=a_tender(value={"amount": 0, "currency": "GBP"}), language=...)
    (tmp_path / "1.json").write_text(json.dumps({"releases": [release]}, indent=1))
    code, notes, said = run("validate", str(tmp_path), "--json")
    mended = next(note for note in notes if note["kind"] == "mended")
    lines = (tmp_path / "1.json").read_text().splitlines()
    assert code == 0
    assert mended["path"] == "releases[0].tender.value.amount"
    assert '"amount": 0' in lines[int(str(mended["line"])) - 1]
    assert "language" in {note["path"] for note in notes if note["kind"] == "advice"}
    assert "0 rejected, 1 mended" in said


def test_validate_fails_when_something_would_be_rejected(feed: Path) -> None:
    code, notes, _ = run("validate", str(feed), "--json")
    assert code == 1
    assert [note["line"] for note in notes if note["kind"] == "rejected"] == [1]


def test_validate_judges_messages_of_our_own_as_the_service_does(tmp_path: Path) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "org.citiesshare.need.submitted.v1"}
    (tmp_path / "need.json").write_text(json.dumps(event | {"data": {"id": "n", "city": "c"}}, indent=1))
    code, notes, _ = run("validate", str(tmp_path), "--json")
    assert code == 1
    assert [note["path"] for note in notes] == ["title"]


def test_survey_counts_each_data_set(feed: Path) -> None:
    code, lines, _ = run("survey", str(feed.parent), "--as-of", "2026-11-22", "--json")
    line = next(each for each in lines if each["data set"] == feed.name)
    assert code == 0
    assert (line["releases"], line["needs"], line["7"], line["rejected"]) == ("1", "1", "1", "1")


TEXT = '{\n "a": [\n  {"b": 1},\n  {"b":\n   {"c": [1, "x\\"]"], "d": 2}}\n ]\n}'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 1),
        ("a", 2),
        ("a[0].b", 3),
        ("a[1]", 4),
        ("a[1].b", 5),
        ("a[1].b.d", 5),
        ("a[1].missing", 4),
        ("a[9]", 2),
    ],
)
def test_a_path_leads_to_its_line_or_to_the_nearest_above(path: str, line: int) -> None:
    assert LineNumbers(TEXT).line_of(path) == line


def test_a_line_is_counted_from_the_document_that_begins_on_a_line() -> None:
    lines = LineNumbers('{"a": 1}\n{"a":\n 2}\n{"b": 3}')
    assert [lines.line_of("a", line) for line in (1, 2, 4)] == [1, 3, 4]
    assert lines.line_of("a", 9) == 1


def test_each_list_and_object_is_looked_through_once_however_many_lines_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = 0

    class Counting(json.JSONDecoder):
        def raw_decode(self, s: str, idx: int = 0) -> tuple[object, int]:
            nonlocal looked
            looked += 1
            return super().raw_decode(s, idx)

    monkeypatch.setattr(json_decoder, "DECODER", Counting())
    lines = LineNumbers("[" + ",\n".join(['{"a": {"b": 1}}'] * 500) + "]")
    assert [lines.line_of(f"[{number}].a.b") for number in range(500)] == [*range(1, 501)]
    assert looked == 500 + 4 * 500  # the entries; then of each two names and two values


def test_validate_says_the_verdict_on_publiccode_and_what_only_the_network_could_tell(feed: Path) -> None:
    code, notes, _ = run("validate", str(feed / "publiccode.yml"), "--json")
    assert code == 1
    assert {note["kind"] for note in notes} == {"invalid", "unchecked", "verdict"}
    assert notes[-1]["message"] == "invalid"
    assert "url" in {note["path"] for note in notes if note["kind"] == "unchecked"}


def test_a_publiccode_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "publiccode.yml"
    path.write_bytes(
        "name: Bins\nurl: https://example.org/bins.git\nusedBy: [Comune di Forlì]\n".encode("latin-1")
    )
    for command in ("read", "validate"):
        code, notes, _ = run(command, str(path), "--json")
        assert code == 1
        assert (notes[0]["kind"], notes[0]["line"]) == ("rejected", 3)
        assert "is not UTF-8" in str(notes[0]["message"])


def test_reports_in_files_are_judged_like_messages(tmp_path: Path) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "urn:s", "type": "org.citiesshare.need.submitted.v1"}
    good = {**event, "data": {"id": "n", "city": "2633352", "title": "Roads", "language": "en"}}
    bad = {**event, "id": "2", "data": {"id": "n", "city": "2633352"}}
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(good) + "\n" + json.dumps(bad) + "\n")
    code, lines, _ = run("read", str(path), "--json")
    assert (code, [line["kind"] for line in lines]) == (0, ["report", "rejected"])
    assert (lines[1]["path"], lines[1]["line"], lines[1]["message"]) == ("title", 2, "is missing: add it")
