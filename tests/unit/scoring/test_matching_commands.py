"""The commands of the matching, as a person types them."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.scoring.cli import app
from services.scoring.cli.text_lines import TextLine

RUN = CliRunner()
NEEDS: list[dict[str, object]] = [
    {"id": "waste", "text": "Collecte des déchets ménagers", "lang": "fr"},
    {"id": "light", "text": "Éclairage public à LED", "lang": "fr", "cpv": "34993000"},
    {"id": "school", "text": "Neubau einer Grundschule", "lang": "de", "cpv": ["45214210", "45000000"]},
]


def write(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def rank(tmp_path: Path, *options: str) -> list[dict[str, object]]:
    needs = write(tmp_path / "n.jsonl", NEEDS)
    solutions = write(
        tmp_path / "s.jsonl", [{"id": "s1", "text": "Household waste collection", "lang": "en", "cpv": None}]
    )
    result = RUN.invoke(app, ["rank", "--needs", needs, "--solutions", solutions, "--json", *options])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_rank_prints_all_needs_best_first(tmp_path: Path) -> None:
    (line,) = rank(tmp_path)
    assert line["id"] == "s1"
    needs = line["needs"]
    assert isinstance(needs, list)
    assert needs[0]["id"] == "waste"
    assert {need["id"] for need in needs} == {"waste", "light", "school"}
    assert all(first["rel"] >= second["rel"] for first, second in pairwise(needs))


def test_rank_prints_no_more_than_asked(tmp_path: Path) -> None:
    (line,) = rank(tmp_path, "--most", "1")
    assert [need["id"] for need in line["needs"]] == ["waste"]  # type: ignore[attr-defined]


def test_rank_names_the_line_that_it_cannot_read(tmp_path: Path) -> None:
    good = write(tmp_path / "good.jsonl", [{"id": "x", "text": "y"}])
    bad = tmp_path / "bad.jsonl"
    for content, complaint in (('{"id": "a", "text": "b"}\n{"id": 1', "line 2"), ('{"id": "a"}', "text")):
        bad.write_text(content, "utf-8")
        result = RUN.invoke(app, ["rank", "--needs", str(bad), "--solutions", good])
        assert result.exit_code == 2
        assert complaint in result.stderr


def test_suggest_codes_reads_plain_lines_and_objects() -> None:
    given = 'Sammlung von Hausmüll\n{"id": "x", "text": "Collecte des déchets ménagers", "lang": "fr"}\n'
    result = RUN.invoke(app, ["suggest-codes", "--lang", "de", "--json"], input=given)
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], second["id"]) == ("1", "x")
    assert first["codes"][0]["code"][:2] == second["codes"][0]["code"][:2] == "90"
    assert {"code", "confidence", "label"} == set(first["codes"][0])


@pytest.mark.parametrize("text", ["asdf qwer", "123", '{"text": "", "lang": "en"}'])
def test_suggest_codes_says_so_where_a_text_says_nothing(text: str) -> None:
    as_json = RUN.invoke(app, ["suggest-codes", "--lang", "en", "--json"], input=text)
    assert json.loads(as_json.stdout) == {"id": "1", "codes": []}
    for_people = RUN.invoke(app, ["suggest-codes", "--lang", "en"], input=text)
    assert for_people.stdout == "1: says nothing that the labels know in this language (en)\n"


def test_the_benchmark_is_exact_and_says_so_in_its_last_line() -> None:
    result = RUN.invoke(
        app, ["bench-match", "--needs", "3000", "--solutions", "20", "--edits", "50", "--json"]
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["mismatches"] == said["mismatches_after_edits"] == said["mismatches_after_merge"] == 0
    assert said["mismatches_naive_100k"] == said["mismatches_after_repack"] == 0
    assert {"p50", "p99", "p999", "p50_wall", "solutions_per_s", "build_s", "array_mb", "rss_mb"} <= set(said)
    assert {"edit_us", "ratio_scipy", "ratio_naive_100k", "snapshot_save_s", "snapshot_load_s"} <= set(said)


@pytest.mark.parametrize(
    "options",
    [
        ("--needs", "0"),
        ("--needs", "99999999999999999999"),
        ("--needs", "many"),
        ("--solutions", "-1"),
        ("--solutions", "99999999999999999999"),
        ("--edits", "-1"),
        ("--edits", "99999999999999999999"),
        ("--seed", "-1"),
    ],
)
def test_the_benchmark_refuses_what_it_cannot_make(options: tuple[str, str]) -> None:
    result = RUN.invoke(app, ["bench-match", *options])
    assert result.exit_code == 2
    assert options[0] in result.stderr


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wymiana oświetlenia ulicznego na LED", "pl"),
        ("Recogida de residuos urbanos", "es"),
        ("Katuvalaistuksen uusiminen", "fi"),
        ("Street lighting maintenance", "en"),
    ],
)
def test_a_text_without_a_language_is_read_in_its_own(text: str, language: str) -> None:
    assert TextLine.model_validate({"id": "1", "text": text}).lang == language
    assert TextLine.model_validate({"id": "1", "text": text, "lang": "sv"}).lang == "sv"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"id": "a", "text": "\xff"}', "byte 22 is not UTF-8"),
        (b'{"id": "a", "text": "b"}\n\n[1]', "line 3: the line: must be an object"),
        (b'{"id": "a", "text": "b"}\n' + b"[" * 100_000, "line 2: is nested too deeply"),
        (b'{"id": "a", "text": null}', "line 1: text: "),
        (b'{"id": "a", "text": "b", "cpv": {"x": 1}}', "line 1: cpv: "),
    ],
    ids=["utf-8", "array", "deep", "null", "cpv"],
)
def test_rank_says_what_is_wrong_in_which_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    bad, good = tmp_path / "bad.jsonl", write(tmp_path / "good.jsonl", [{"id": "x", "text": "y"}])
    bad.write_bytes(content)
    result = RUN.invoke(app, ["rank", "--needs", str(bad), "--solutions", good, "--json"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_rank_takes_what_is_odd_but_clear(tmp_path: Path) -> None:
    odd = tmp_path / "odd.jsonl"
    rows = (
        '{"id": "a", "text": "LED lights", "lang": "tlh", "cpv": "no code"}\n\n'
        '{"id": 5, "text": "", "lang": "", "cpv": 34928500}\r\n'
        '{"id": "a", "text": "Collection of waste", "lang": null, "cpv": ["34928500-3"]}'
    )
    odd.write_bytes(b"\xef\xbb\xbf" + rows.encode())
    result = RUN.invoke(app, ["rank", "--needs", str(odd), "--solutions", str(odd), "--json"])
    assert result.exit_code == 0, result.stderr
    ranked = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in ranked] == ["a", "5", "a"]
    assert all({need["id"] for need in line["needs"]} == {"a", "5"} for line in ranked)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", "utf-8")
    nothing = RUN.invoke(app, ["rank", "--needs", str(empty), "--solutions", str(odd), "--json"])
    assert [json.loads(line)["needs"] for line in nothing.stdout.splitlines()] == [[], [], []]
