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

from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.cli import offline_reader, parallel_reader
from services.submissions.cli.offline_reader import OfflineReader, ReadingFailed
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.packages import PackagedRelease
from services.submissions.domain.ocds.reader import ProfileOf, read_wrapped
from services.submissions.domain.ocds.release_identity import Release
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
    monkeypatch.setattr(parallel_reader, "_gathered", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
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
