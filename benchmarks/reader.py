"""How fast the OCDS reader is beside `json.loads` alone, and whether its memory stays flat.

python benchmarks/reader.py                         own releases, a generated file of 50 MB
python benchmarks/reader.py ../shared/data/ocds     real releases for the speed
python benchmarks/reader.py --gb 1                  the generated file has 1 GB
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from services.submissions.domain.ocds.read import read_message
from services.submissions.files import files_in, releases_in
from services.submissions.offline import Reader, Rejected

SALT = b"benchmark"
MB = 1_000_000


def a_release(number: int) -> dict[str, object]:
    """A release of about 2.4 kB in the shape of real ones."""
    items = [
        {
            "id": str(each),
            "description": "Service of a kind " * 8,
            "classification": {"scheme": "CPV", "id": "90511000"},
        }
        for each in range(8)
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


def timed(*works: Callable[[], int]) -> list[tuple[float, int]]:
    """For each of ``works`` CPU seconds of the best of five turns, and what it counted; they take turns."""
    best, counted = [float("inf")] * len(works), [0] * len(works)
    for _ in range(5):
        for place, work in enumerate(works):
            start = time.process_time()
            counted[place] = work()
            best[place] = min(best[place], time.process_time() - start)
    return [*zip(best, counted, strict=True)]


def speed(messages: list[bytes], reader: Reader) -> None:
    """Print MB/s and releases/s of json.loads alone and of the reader, on the same bytes in the same run."""
    size = sum(map(len, messages)) / MB

    def parse() -> int:
        return sum(1 for message in messages if json.loads(message) is not None)

    def read() -> int:
        return sum(len(read_message(message, reader.publishers.of, SALT).releases) for message in messages)

    (alone, _), (whole, releases) = timed(parse, read)
    print(f"{len(messages)} messages, {releases} releases, {size:.1f} MB")
    print(f"json.loads alone  {size / alone:8.1f} MB/s  {releases / alone:10,.0f} releases/s")
    print(f"reader            {size / whole:8.1f} MB/s  {releases / whole:10,.0f} releases/s")
    print(f"the reader takes {whole / alone:.1f} times as long")


def generate(path: Path, size: int) -> int:
    """Write a package of about ``size`` bytes; gives the number of releases."""
    number = 0
    with path.open("w") as file:
        file.write('{"uri": "urn:generated", "releases": [')
        while file.tell() < size:
            file.write("," * bool(number) + json.dumps(a_release(number)))
            number += 1
        file.write("]}")
    return number


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory(gigabytes: float) -> None:
    """Print peak memory after a tenth of a file and after all of it, streamed and read to records."""
    reader = Reader(SALT, datetime.now(UTC).date())
    with tempfile.TemporaryDirectory() as folder:
        for share in (0.1, 1.0):
            file = Path(folder) / "package.json"
            expected = generate(file, int(gigabytes * share * 1000 * MB))
            before, start = peak(), time.process_time()
            found = sum(1 for each in reader.read([file]) if not isinstance(each, Rejected))
            took, size = time.process_time() - start, file.stat().st_size / MB
            print(
                f"{size:8.1f} MB, {expected:,} releases → {found:,} records in {took:.1f} s CPU "
                f"({size / took:.1f} MB/s, {expected / took:,.0f} releases/s): "
                f"peak {before:.0f} → {peak():.0f} MB"
            )


def main() -> None:
    """Run both."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, help="OCDS files to measure the speed on")
    arguments.add_argument("--gb", type=float, default=0.05, help="size of the generated file")
    given = arguments.parse_args()
    messages = [json.dumps(a_release(number)).encode() for number in range(1000)]
    if given.folder:
        found = (each.what for file in files_in([given.folder]) for each in releases_in(file))
        messages = [json.dumps(each.release).encode() for each in found if hasattr(each, "release")]
    speed(messages, Reader(SALT, datetime.now(UTC).date()))
    memory(given.gb)


if __name__ == "__main__":
    main()
