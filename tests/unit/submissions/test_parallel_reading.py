"""One process and several read the same: the same records, complaints and counts in the same order."""

import gzip
import json
import os
import random
import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import typer

from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.cli import offline_reader
from services.submissions.cli.offline_reader import OfflineReader, ReadingFailed
from services.submissions.cli.validation_notes import print_notes
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.packages import PackagedRelease
from services.submissions.domain.ocds.reader import ProfileOf, read_wrapped
from services.submissions.domain.ocds.releases import Release
from shared.events import Complaint
from tests.unit.submissions.ocds import AS_OF, SALT, a_release, an_award

pytestmark = pytest.mark.long

PROCESSES = 150


def releases(count: int = PROCESSES) -> list[dict[str, Any]]:
    """Two or three releases of each process, spread over the file."""
    made = [
        a_release(
            ocid=f"ocds-a1b2c3-{number:04}", id=f"{number}-{turn}", date=f"2024-0{turn + 1}-01T00:00:00Z"
        )
        | ({"awards": [an_award()]} if turn else {})
        for number in range(count)
        for turn in range(2 + number % 2)
    ]
    random.Random(3).shuffle(made)
    return made


def event(number: int) -> dict[str, Any]:
    """A message that is no report we know."""
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": "urn:x",
        "type": "org.example.unknown",
        "data": {},
    }


def untidy(listed: list[Any]) -> list[Any]:
    """Every third without a currency, every tenth without a date."""
    for number, one in enumerate(listed):
        one["tender"] = dict(one["tender"]) | ({"value": {"amount": "5,000"}} if number % 3 == 0 else {})
        if number % 10 == 0:
            del one["date"]
    return listed


def as_lines(listed: list[Any]) -> str:
    return "\n".join(json.dumps(each) for each in listed)


def broken(listed: list[Any]) -> str:
    lines = as_lines(listed).split("\n")
    lines[40:41] = ["{broken", '{"ocid": ""}', json.dumps(event(1)), json.dumps(event(2))]
    return "\n".join(lines)


FILES: dict[str, Callable[[list[Any]], str]] = {
    "package.json": lambda listed: json.dumps({"uri": "u", "releases": listed}),
    "lines.jsonl": as_lines,
    "broken.jsonl": broken,
    "cut.json": lambda listed: json.dumps({"releases": listed})[:-700],
    "with-what-is-none.json": lambda listed: json.dumps({"releases": [*listed[:50], 7, {}, *listed[50:]]}),
}


def reader(jobs: int) -> OfflineReader:
    return OfflineReader(SALT, AS_OF, jobs=jobs, parallel_from=10_000)


def read(file: Path, jobs: int) -> tuple[list[str], dict[str, Any]]:
    """Everything that is read, as text, and the counts."""
    one = reader(jobs)
    found = [
        each.model_dump_json() if isinstance(each, ImportedFact) else repr(each) for each in one.read([file])
    ]
    return found, asdict(one.counts)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_several_processes_give_what_one_gives_in_its_order(name: str, packed: bool, tmp_path: Path) -> None:
    file = tmp_path / name
    text = FILES[name](releases()).encode()
    file.write_bytes(gzip.compress(text) if packed else text)
    assert file.stat().st_size > 10_000 or packed
    alone, together = read(file, 1), read(file, 2)
    assert len(alone[0]) > PROCESSES
    assert together == alone


def validated(
    files: list[Path], jobs: int, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> tuple[str, str, bool]:
    """What is printed on stdout and on stderr, and whether the exit code is 1."""
    try:
        print_notes(reader(jobs), files, as_json=as_json)
        failed = False
    except typer.Exit as ended:
        failed = ended.exit_code == 1
    return (*capsys.readouterr(), failed)


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
@pytest.mark.parametrize("name", FILES)
def test_several_processes_validate_as_one_does_byte_for_byte(
    name: str, as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, small = tmp_path / name, tmp_path / "small.json"
    file.write_text(FILES[name](untidy(releases())))
    small.write_text(json.dumps(a_release(tender={"title": "B\u00c3\u00bcrger", "status": "odd"})))
    entry = tmp_path / "publiccode.yml"
    entry.write_text("publiccodeYmlVersion: 0.4")
    alone = validated([small, file, entry, small], 1, capsys, as_json=as_json)
    together = validated([small, file, entry, small], 2, capsys, as_json=as_json)
    assert len(alone[0].splitlines()) > PROCESSES
    assert {"mended", "advice", "rejected"} <= {
        word for word in ("mended", "advice", "rejected") if word in alone[0]
    }
    assert together == alone


def test_validation_tells_the_place_of_an_error_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "package.json"
    file.write_text(json.dumps({"releases": releases()}))
    monkeypatch.setattr(offline_reader, "read_wrapped", lambda *_: 1 / 0)
    for jobs in (1, 2):
        _, told, failed = validated([file], jobs, capsys, as_json=True)
        assert failed
        assert "package.json:1: releases[0]: ZeroDivisionError" in "".join(told.split("\n"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_our_own_is_told_with_its_place_in_the_file(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lines.jsonl"
    listed = releases()
    file.write_text(as_lines(listed))

    def failing(
        wrapped: PackagedRelease | Complaint, profile_of: ProfileOf, salt: bytes, defects: tuple[str, ...]
    ) -> Release | Complaint:
        if isinstance(wrapped, PackagedRelease) and wrapped.release["id"] == listed[99]["id"]:
            raise ValueError("nobody thought of it")
        return read_wrapped(wrapped, profile_of, salt, defects)

    monkeypatch.setattr(offline_reader, "read_wrapped", failing)
    with pytest.raises(ReadingFailed, match=r"lines\.jsonl:100: ValueError\('nobody thought of it'\)"):
        list(reader(jobs).read([file]))


def test_a_process_that_is_killed_is_told_with_what_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "package.json"
    file.write_text(json.dumps({"releases": releases()}))
    monkeypatch.setattr(offline_reader, "read_wrapped", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(
        ReadingFailed, match=r"package\.json:1: releases\[0\] to .*releases\[63\]: a process that"
    ):
        list(reader(2).read([file]))


def test_ranges_hold_every_process_once_and_in_order() -> None:
    with ReleaseSpool() as gathering:
        for number in range(20):
            gathering.add_pickled(f"p{number % 7}", b"x" * 10)
        gathering.index()
        assert gathering.count() == 7
        assert [*gathering.ranges(3, 1000)] == [("p0", "p2"), ("p3", "p5"), ("p6", "p6")]
        assert [*gathering.ranges(100, 50)] == [("p0", "p1"), ("p2", "p3"), ("p4", "p5"), ("p6", "p6")]
