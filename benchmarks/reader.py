"""The speed of the OCDS reader compared with `json.loads`, on one core and on several, and its peak memory.

python -m benchmarks.reader                          own releases, and a generated file of 70 MB
python -m benchmarks.reader ../shared/data/ocds      real releases as well, set by set
python -m benchmarks.reader --mb 1000 --jobs 2       the generated file has 1 GB and is read by two processes
python -m benchmarks.reader --json reader.json       the figures as JSON too

The ratio is that of CPU seconds of this thread on the same bytes in the same run: messages of one release in
slices of 15 kB, json.loads and the reader in turn. Other load on the machine slows down either at random, so
the median of all turns counts; "best" compares the fastest turns of every slice, and "first" is the median of
first turns, when caches have content of other slices only. The generated file is read by the command, once
for each ``--jobs``; its peak is that of its largest process.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from services.submissions.adapters.files import files_in, releases_in
from services.submissions.adapters.publisher_profiles import shipped
from services.submissions.domain.ocds.packages import PackagedRelease
from services.submissions.domain.ocds.reader import ProfileOf, read_message

SALT = b"benchmark"
MB = 1_000_000
SLICE = 15_000


def a_release(number: int) -> dict[str, object]:
    """Return a release of about 2.4 kB with the structure of real ones."""
    items = [
        {
            "id": str(index),
            "description": "Service of a kind " * 8,
            "classification": {"scheme": "CPV", "id": "90511000"},
        }
        for index in range(8)
    ]
    buyer = {"id": "GB-LAE-YOR", "name": "City of York Council", "address": {"locality": "York"}}
    contract = {"id": "1", "awardID": "1", "status": "active", "period": {"endDate": "2025-12-31"}}
    return {
        "ocid": f"ocds-a1b2c3-{number}",
        "id": str(number),
        "date": "2026-01-01T00:00:00Z",
        "tag": ["contract"],
        "buyer": buyer,
        "parties": [{**buyer, "roles": ["buyer"]}],
        "tender": {"title": f"Need {number}", "status": "complete", "items": items},
        "awards": [{"id": "1", "status": "active", "value": {"amount": number + 1, "currency": "GBP"}}],
        "contracts": [contract],
    }


@dataclass(frozen=True)
class Speed:
    """Results of one set: MB/s of the fastest turns, and ratios of the time of the reader to json.loads."""

    name: str
    messages: int
    megabytes: float
    json_loads: float
    reader: float
    best: float
    first: float
    median: float


@dataclass(frozen=True)
class Run:
    """One run of the command on a large file; ``output`` is a hash, by which runs can be compared."""

    megabytes: float
    releases: int
    jobs: int
    seconds: float
    cpu: float
    peak_mb: float
    output: str


def seconds(work: Callable[[bytes], object], messages: list[bytes]) -> float:
    """Return the CPU seconds of this thread for ``work`` on all messages."""
    start = time.thread_time()
    for message in messages:
        work(message)
    return time.thread_time() - start


def slices(messages: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the messages in slices of about ``SLICE`` bytes, so that other load affects few of them."""
    part: list[bytes] = []
    for message in messages:
        part.append(message)
        if sum(map(len, part)) > SLICE:
            yield part
            part = []
    if part:
        yield part


def speed(name: str, messages: list[bytes], profile_of: ProfileOf, rounds: int) -> Speed:
    """Measure json.loads and the reader in turns on every slice, ``rounds`` times."""
    alone, whole = 0.0, 0.0
    firsts, ratios = [], []
    for part in slices(messages):
        turns = [
            (
                seconds(json.loads, part),
                seconds(lambda message: read_message(message, profile_of, SALT), part),
            )
            for _ in range(rounds)
        ]
        alone += min(parse for parse, _ in turns)
        whole += min(read for _, read in turns)
        ratios += [read / parse for parse, read in turns]
        firsts.append(ratios[-rounds])
    size = sum(map(len, messages)) / MB
    first, median = statistics.median(firsts), statistics.median(ratios)
    return Speed(name, len(messages), size, size / alone, size / whole, whole / alone, first, median)


def real(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the name and the releases, as messages, of every data set in a folder."""
    for path in sorted(folder.iterdir()):
        items = (item.what for file in files_in([path]) for item in releases_in(file))
        yield (
            path.name,
            [json.dumps(item.release).encode() for item in items if isinstance(item, PackagedRelease)],
        )


def generate(path: Path, size: int) -> int:
    """Write a package of about ``size`` bytes with two releases of each process; returns their number."""
    count = size // len(json.dumps(a_release(10_000)))
    with path.open("w") as file:
        file.write('{"uri": "urn:generated", "releases": [')
        for number in range(count):
            release = a_release(number % max(1, count // 2)) | {"id": str(number)}
            file.write("," * bool(number) + json.dumps(release))
        file.write("]}")
    return count


def run(file: Path, releases: int, jobs: int) -> Run:
    """Read a file by the command with ``jobs`` processes."""
    command = [str(Path(sys.executable).with_name("citiesshare")), "submissions", "read", str(file), "--json"]
    command += ["--salt", "benchmark", "--as-of", "2026-11-22", "--jobs", str(jobs)]
    start, output = time.perf_counter(), hashlib.sha256()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    while piece := process.stdout.read(1 << 16):
        output.update(piece)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    took, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
    peak = used.ru_maxrss / 1024
    return Run(file.stat().st_size / MB, releases, jobs, took, cpu, peak, output.hexdigest()[:12])


def large(megabytes: int, jobs: list[int]) -> Iterator[Run]:
    """Read one generated file with each number of processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "package.json"
        releases = generate(file, megabytes * MB)
        for processes in jobs:
            yield run(file, releases, processes)


def main() -> None:
    """Measure speed and memory, and print tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, help="folder of sets of OCDS files")
    arguments.add_argument("--rounds", type=int, default=20, help="turns on every slice")
    arguments.add_argument("--mb", type=int, default=70, help="size of the generated file; 0 for none")
    arguments.add_argument("--jobs", type=int, action="append", help="numbers of processes; default 1 and 2")
    arguments.add_argument("--json", type=Path, dest="output", help="where the figures go as JSON")
    options = arguments.parse_args()
    sets = [("generated", [json.dumps(a_release(number)).encode() for number in range(300)])]
    sets += real(options.folder) if options.folder else []
    print("| set | releases | MB | json.loads, MB/s | reader, MB/s | best | first | median |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    speeds = []
    for name, messages in sets:
        if messages:
            speeds.append(result := speed(name, messages, shipped().of, options.rounds))
            print(
                f"| {name} | {result.messages:,} | {result.megabytes:.2f} | {result.json_loads:.0f}"
                f" | {result.reader:.1f} | {result.best:.1f} | {result.first:.1f} | {result.median:.1f} |",
                flush=True,
            )
    runs = []
    if options.mb:
        print("\n| MB | releases | processes | s | CPU s | peak MB | output |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
    for result_of_run in large(options.mb, options.jobs or [1, 2]) if options.mb else ():
        runs.append(result_of_run)
        print(
            f"| {result_of_run.megabytes:.0f} | {result_of_run.releases:,} | {result_of_run.jobs}"
            f" | {result_of_run.seconds:.0f} | {result_of_run.cpu:.0f} | {result_of_run.peak_mb:.0f}"
            f" | {result_of_run.output} |",
            flush=True,
        )
    if options.output:
        figures = {"speeds": [*map(asdict, speeds)], "runs": [*map(asdict, runs)]}
        options.output.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
