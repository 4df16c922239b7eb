"""Files of every kind and size."""

import gzip
import json
import os
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from services.submissions.adapters.files import FileItem, files_in, releases_in, skipped_in
from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.domain.ocds.json_stream import JsonWindow
from services.submissions.domain.ocds.packages import PackagedRelease
from shared.events import Complaint
from tests.unit.submissions.ocds import a_release, read_one
from tests.unit.submissions.ocds import records as records_of

SMALL = 1_000  # above this many bytes a file counts as large, in these tests


def ocids(found: list[FileItem]) -> list[object]:
    return [each.what.release["ocid"] for each in found if isinstance(each.what, PackagedRelease)]


def many(count: int) -> list[dict[str, object]]:
    return [a_release(ocid=f"ocds-a1b2c3-{number}") for number in range(count)]


PACKAGE = {"uri": "u", "publishedDate": "2026-01-01", "publisher": {"name": "P", "scheme": "S"}}
SHAPES: dict[str, Callable[[list[dict[str, object]]], str]] = {
    "package.json": lambda releases: json.dumps(PACKAGE | {"releases": releases}),
    "records.json": lambda releases: json.dumps(
        {"records": [{"compiledRelease": each} for each in releases]}
    ),
    "array.json": json.dumps,
    "lines.jsonl": lambda releases: "\n".join(json.dumps(each) for each in releases),
    "concatenated.json": lambda releases: "".join(
        json.dumps({"releases": [each]}, indent=1) for each in releases
    ),
}


@pytest.mark.parametrize("largest", [10_000_000, SMALL])
@pytest.mark.parametrize("shape", SHAPES)
def test_whole_or_streamed_every_shape_gives_all_releases(shape: str, largest: int, tmp_path: Path) -> None:
    file = tmp_path / shape
    file.write_text(SHAPES[shape](many(7)))
    found = list(releases_in(file, largest))
    assert ocids(found) == [each["ocid"] for each in many(7)]


@pytest.mark.parametrize("shape", SHAPES)
def test_gzip_that_is_large_when_unpacked_is_streamed(shape: str, tmp_path: Path) -> None:
    file = tmp_path / f"{shape}.gz"
    text = SHAPES[shape](many(70)).encode()
    file.write_bytes(gzip.compress(text))
    assert file.stat().st_size < len(text) // 10
    assert ocids(list(releases_in(file, len(text) // 2))) == [each["ocid"] for each in many(70)]


def test_gzip_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "package.json.gz"
    releases = [each | {"id": os.urandom(200).hex()} for each in many(400)]
    file.write_bytes(gzip.compress(json.dumps({"releases": releases}).encode())[:-20_000])
    found = list(releases_in(file, 70_000))
    assert 100 < len(ocids(found)) < 400
    assert isinstance(found[-1].what, Complaint)
    assert found[-1].what.message == "reading stopped: the gzip is cut off or damaged"


@pytest.mark.parametrize("largest", [10_000_000, SMALL])
def test_a_package_is_known_in_a_streamed_file_too(largest: int, tmp_path: Path) -> None:
    file = tmp_path / "package.json"
    file.write_text(json.dumps(PACKAGE | {"releases": many(7)}))
    for found in releases_in(file, largest):
        assert isinstance(found.what, PackagedRelease)
        assert (found.what.package.publisher, found.what.package.scheme) == ("P", "S")


def test_a_broken_line_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    lines = [json.dumps(each) for each in many(3)]
    file.write_text("\n".join([lines[0], "{broken", lines[2]]))
    for largest in (10_000_000, SMALL):
        found = list(releases_in(file, largest))
        assert len(ocids(found)) == 2
        assert [each.line for each in found] == [1, 2, 3]


def test_a_large_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(json.dumps({"releases": many(7)})[:-300])
    found = list(releases_in(file, SMALL))
    assert len(ocids(found)) == 6
    assert isinstance(found[-1].what, Complaint)
    assert "reading stopped" in found[-1].what.message


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 2000, b"[" * 5000, b'{"a": ' * 2000, b'"' + b"x" * 3000 + b'"']
)
@pytest.mark.parametrize("largest", [10_000_000, SMALL])
def test_a_file_without_releases_gives_a_complaint(content: bytes, largest: int, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(content)
    found = list(releases_in(file, largest))
    assert found
    assert not ocids(found)


def test_in_a_large_file_a_bad_number_costs_its_field_and_a_doubled_key_its_release(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    releases = json.dumps(many(5)).replace('"ocds-a1b2c3-1"', '"ocds-a1b2c3-1", "x": 1e400, "y": NaN')
    file.write_text(releases.replace('"ocds-a1b2c3-3"', '"ocds-a1b2c3-3", "ocid": "another"'))
    found = list(releases_in(file, SMALL))
    assert ocids(found) == [f"ocds-a1b2c3-{number}" for number in (0, 1, 2, 4)]
    (wrong,) = [each.what for each in found if isinstance(each.what, Complaint)]
    assert wrong.path == "[3]"
    assert "'ocid' stands twice" in wrong.message


def test_large_packages_one_after_another_are_each_known(tmp_path: Path) -> None:
    file = tmp_path / "concatenated.json"
    packages = [{"publisher": {"name": name}, "releases": many(3)} for name in "PQ"]
    file.write_text("\n".join(json.dumps(each, indent=1) for each in packages))
    known = [
        each.what.package.publisher
        for each in releases_in(file, SMALL)
        if isinstance(each.what, PackagedRelease)
    ]
    assert known == ["P"] * 3 + ["Q"] * 3


@pytest.mark.parametrize("window", [1, 7, 64])
def test_wherever_a_window_ends_the_same_is_read(
    window: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JsonWindow, "piece", window)
    file = tmp_path / "package.json"
    file.write_text(json.dumps({"uri": "ü", "version": 1.25, "releases": many(3), "n": [12, True]}, indent=1))
    assert ocids(list(releases_in(file, SMALL))) == [each["ocid"] for each in many(3)]


def test_a_table_is_sent_to_the_command_that_reads_tables(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("id,city")
    (found,) = releases_in(tmp_path / "needs.csv")
    assert isinstance(found.what, Complaint)
    assert "submissions table" in found.what.message


@pytest.mark.parametrize(("count", "read"), [(2, 2), (40, 0)])
def test_a_pipe_is_read_up_to_what_is_read_whole(count: int, read: int, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_all, args=(pipe, json.dumps(many(count))))
    writer.start()
    found = list(releases_in(pipe, 5_000))
    writer.join()
    assert len(ocids(found)) == read
    assert read or "more than the 5,000" in found[0].what.message  # type: ignore[union-attr]


def write_all(pipe: Path, text: str) -> None:
    with suppress(BrokenPipeError):
        pipe.write_text(text)


def test_folders_give_their_ocds_and_publiccode_files_by_name(tmp_path: Path) -> None:
    for name in ("b/2.jsonl", "b/1.json", "a/publiccode.yml", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [each.name for each in files_in([tmp_path])] == ["publiccode.yml", "1.json", "2.jsonl"]


def test_memory_stays_flat_while_a_large_file_is_streamed(tmp_path: Path) -> None:
    peaks = []
    for count in (300, 3000):
        file = tmp_path / f"{count}.json"
        file.write_text(json.dumps({"releases": many(count)}))
        tracemalloc.start()
        assert sum(1 for _ in releases_in(file, SMALL)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 200_000


@pytest.mark.long
def test_a_large_file_of_one_line_is_never_held_whole(tmp_path: Path) -> None:
    file = tmp_path / "one-line.json"
    file.write_text(json.dumps({"releases": many(8000)}))
    tracemalloc.start()
    assert sum(1 for _ in releases_in(file, file.stat().st_size - 1)) == 8000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < file.stat().st_size / 2


def test_releases_come_back_by_process_as_they_were() -> None:
    releases = [read_one(each) for each in (*many(3), a_release(ocid="ocds-a1b2c3-1", id="later"))]
    with ReleaseSpool() as gathering:
        for release in releases:
            gathering.add(release)
        processes = list(gathering.processes())
    assert [[each.id for each in process] for process in processes] == [["1"], ["1", "later"], ["1"]]
    assert processes[0][0] == releases[0]
    assert records_of(many(1)[0])


def test_the_rest_of_a_line_that_is_too_long_is_no_line_of_its_own(tmp_path: Path) -> None:
    """What stood behind the limit was read as the next line, and every later one had a wrong number."""
    lines = [json.dumps({"ocid": f"ocds-x-{number}", "id": "1"}) for number in range(3)]
    lines[1] = lines[1][:-1] + ', "title": "' + "x" * 5 * SMALL + '"}'
    file = tmp_path / "releases.jsonl"
    file.write_text("\n".join(lines))
    found = [(each.line, isinstance(each.what, Complaint)) for each in releases_in(file, SMALL)]
    assert found == [(1, False), (2, True), (3, False)]


def test_of_a_folder_json_is_read_packed_too_and_the_rest_is_named(tmp_path: Path) -> None:
    for name in ("a.json", "b.JSON", "c.json.gz", "d.txt", "e.csv.gz", ".hidden", "publiccode.yml"):
        (tmp_path / name).write_bytes(b"{}")
    read = [file.name for file in files_in([tmp_path])]
    assert read == ["a.json", "b.JSON", "c.json.gz", "publiccode.yml"]
    assert [file.name for file in skipped_in([tmp_path])] == ["d.txt", "e.csv.gz"]
