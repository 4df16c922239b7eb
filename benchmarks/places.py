"""How often the city of a buyer is right, by method: real releases compared with labels made by hand.

python -m benchmarks.places ../shared/data/ocds

The labels (tests/samples/places.json) have a hash of ocid and party id as their key. "said" counts cities
that are used without a moderator's decision; "right" those of them that agree with the label.
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
    """Counts by method: cities found, right ones, cases for review, and those with the right candidate."""

    automatic: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    for_review: Counter[str] = field(default_factory=Counter)
    review_right: Counter[str] = field(default_factory=Counter)
    cities: int = 0

    def add(self, label: str, buyer: BuyerCity) -> None:
        """Count one buyer with its label: alternatives separated by ``|``."""
        answers = label.split("|")
        self.cities += answers[0].isdigit()
        for name in (buyer.place.method, ALL):
            if buyer.city:
                self.automatic[name] += 1
                self.right[name] += buyer.city in answers
            elif buyer.waits:
                self.for_review[name] += 1
                self.review_right[name] += bool({*answers} & {*buyer.place.candidates})


def measure(folder: Path) -> Counted:
    """Compare every labelled buyer of the data sets in ``folder`` with its label."""
    labels, counted = json.loads(LABELS.read_text()), Counted()
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        for key, buyer in _buyers(part):
            if label := labels.get(key):
                counted.add(label, buyer)
    return counted


def table(counted: Counted) -> Iterator[str]:
    """Yield the rows of the report in Markdown."""
    yield "| method | said | right | precision | recall | to review | right among the candidates |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name in sorted({*counted.automatic, *counted.for_review}, key=lambda method: (method == ALL, method)):
        automatic, right = counted.automatic[name], counted.right[name]
        precision = f"{right / automatic:.3f}" if automatic else "–"
        recall = f"{right / counted.cities:.3f}"
        review = (counted.for_review[name], counted.review_right[name])
        yield f"| {name} | {automatic} | {right} | {precision} | {recall} | {review[0]} | {review[1]} |"


def _buyers(part: Path) -> Iterator[tuple[str, BuyerCity]]:
    """Yield the key of the label and the city of the buyer for each contracting process."""
    reader = OfflineReader(SALT, datetime.now(UTC).date(), PUBLISHERS.get(part.name))
    with ReleaseSpool() as spool:
        for release in reader.releases(files_in([part])):
            if isinstance(release, Release):
                spool.add(release)
        for releases in spool.processes():
            profile = reader.profile(releases[-1])
            merged = merge(releases, profile)
            buyer = whereabouts(merged.process, profile, reader.reference.gazetteer)
            party = buyer.buyer.id if buyer.buyer else None
            yield label_key(merged.ocid or merged.key, party), buyer


def label_key(ocid: str, party: str | None) -> str:
    """Return the key of a label: 12 hexadecimal digits of a hash, so that no real id is in the repository."""
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
