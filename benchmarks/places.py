"""How often the city of a buyer is right, by the way it was found: real releases against labels made by hand.

python -m benchmarks.places ../shared/data/ocds

The labels (tests/samples/places.json) are kept by a hash of ocid and party id. "said" is a city that is used
without anybody's decision; "right" one that a person gave, too.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from services.submissions.adapters.files import files_in
from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.cli.offline_reader import OfflineReader
from services.submissions.domain.ocds.buyer_city import BuyerCity, whereabouts
from services.submissions.domain.ocds.merge import merge
from services.submissions.domain.ocds.releases import Release

LABELS = Path(__file__).parents[1] / "tests" / "samples" / "places.json"
PUBLISHERS = {"montreal_2015_pre_1.0": "ca-montreal"}
SALT = b"benchmark"
ALL = "all"


@dataclass
class Counted:
    """What was met, by method: cities said, cities right, candidates that wait, and the right among these."""

    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    asked_right: Counter[str] = field(default_factory=Counter)
    cities: int = 0

    def meet(self, label: str, found: BuyerCity) -> None:
        """Count one buyer."""
        answers = label.split("|")
        self.cities += answers[0].isdigit()
        for name in (found.place.method, ALL):
            if found.city:
                self.said[name] += 1
                self.right[name] += found.city in answers
            elif found.waits:
                self.asked[name] += 1
                self.asked_right[name] += bool({*answers} & {*found.place.candidates})


def measure(folder: Path) -> Counted:
    """Compare every labelled buyer of the data sets in ``folder`` with its label."""
    labels, counted = json.loads(LABELS.read_text()), Counted()
    for part in sorted(each for each in folder.iterdir() if each.is_dir()):
        for key, found in _buyers(part):
            if label := labels.get(key):
                counted.meet(label, found)
    return counted


def table(counted: Counted) -> Iterator[str]:
    """The report as rows for Markdown."""
    yield "| method | said | right | precision | recall | to review | right among the candidates |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name in sorted({*counted.said, *counted.asked}, key=lambda each: (each == ALL, each)):
        said, right = counted.said[name], counted.right[name]
        precision = f"{right / said:.3f}" if said else "–"
        recall = f"{right / counted.cities:.3f}"
        asked = (counted.asked[name], counted.asked_right[name])
        yield f"| {name} | {said} | {right} | {precision} | {recall} | {asked[0]} | {asked[1]} |"


def _buyers(part: Path) -> Iterator[tuple[str, BuyerCity]]:
    """Each process's key among the labels, and where its buyer was found."""
    reader = OfflineReader(SALT, datetime.now(UTC).date(), PUBLISHERS.get(part.name))
    with ReleaseSpool() as gathering:
        for release in reader.releases(files_in([part])):
            if isinstance(release, Release):
                gathering.add(release)
        for releases in gathering.processes():
            profile = reader.profile(releases[-1])
            merged = merge(releases, profile)
            found = whereabouts(merged.process, profile, reader.reference.gazetteer)
            party = found.buyer.id if found.buyer else None
            yield label_key(merged.ocid or merged.key, party), found


def label_key(ocid: str, party: str | None) -> str:
    """The key of a label, from which nothing can be read."""
    return sha256(f"{ocid}|{party or ''}".encode()).hexdigest()[:12]


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="One folder per data set")
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.exit(0, f"no real data at {folder}: nothing was measured\n")
    print("\n".join(table(measure(folder))))


if __name__ == "__main__":
    main()
