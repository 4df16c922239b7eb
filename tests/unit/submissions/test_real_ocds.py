"""The real files: every one is read, the numbers in docs/ocds.md hold, and no person gets through."""

import json
import re
from pathlib import Path

import pytest

from services.submissions.adapters.files import files_in, releases_in
from services.submissions.cli.offline_reader import FileComplaint, OfflineReader
from services.submissions.cli.reading import line_of
from services.submissions.cli.survey import COLUMNS, row
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.mapping import records_of
from services.submissions.domain.ocds.reader import read_wrapped, restored
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.publisher_profiles import UNKNOWN
from shared.events import Complaint
from shared.facts import Implementation, Outcome
from shared.messaging.cloudevents import RawEvent
from tests.unit.submissions.ocds import AS_OF, SALT

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "ocds"
DOCS = ROOT / "docs" / "ocds.md"
SETS = sorted(path.name for path in DATA.iterdir()) if DATA.exists() else []
PUBLISHERS = {"montreal_2015_pre_1.0": "ca-montreal"}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
# As the feeds write the numbers of natural persons: Colombia's redacted cards, Ukraine, Portugal, Paraguay.
PERSONS = {
    "colombia_secop_2017": re.compile(r"CC-REDACTED|PERSONA NATURAL \d"),
    "ukraine_prozorro_2017": re.compile(r"UA-EDR-\d{10}\b|Фізична особа.{0,30}[А-Я]\w+ [А-Я]\w+вич"),
    "portugal_base_2019_list_of_packages": re.compile(r"\b[123]\d{8}\b"),
    "paraguay_2017_v1.0_record_packages": re.compile(r'"[1-7]\d{5,6}-\d"'),
}

pytestmark = [pytest.mark.long, pytest.mark.skipif(not SETS, reason=f"no real data at {DATA}")]


def reader(name: str) -> OfflineReader:
    return OfflineReader(SALT, AS_OF, PUBLISHERS.get(name))


def table() -> dict[str, tuple[str, ...]]:
    lines = (line.strip("| ").split(" | ") for line in DOCS.read_text().splitlines() if line.startswith("| "))
    return {cells[0].strip(): tuple(cell.strip() for cell in cells) for cells in lines}


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_gives_what_the_table_in_the_docs_says(name: str) -> None:
    read = reader(name)
    found = list(read.read(files_in([DATA / name])))
    assert dict(zip(COLUMNS, row(name, read.counts), strict=True)) == dict(
        zip(COLUMNS, table()[name], strict=True)
    )
    facts = [each.fact for each in found if isinstance(each, ImportedFact)]
    outcomes = {fact.outcome for fact in facts if isinstance(fact, Implementation)}
    assert outcomes <= {Outcome.UNKNOWN, Outcome.RUNNING}
    said = "\n".join(each.model_dump_json() for each in found if isinstance(each, ImportedFact))
    said += "\n".join(json.dumps(line_of(each)) for each in found if isinstance(each, FileComplaint))
    assert not EMAIL.search(said)
    assert name not in PERSONS or not PERSONS[name].search(said)


@pytest.mark.parametrize("name", [name for name in SETS if name != "montreal_2015_pre_1.0"])
def test_what_is_kept_names_nobody_and_reads_back_the_same(name: str) -> None:
    read = reader(name)
    for file in files_in([DATA / name]):
        for found in releases_in(file):
            assert not isinstance(found.what, RawEvent)
            release = read_wrapped(found.what, read.profile_of, SALT, found.defects)
            if isinstance(release, Complaint):
                continue
            kept = release.content.decode()
            assert not EMAIL.search(kept), file.name
            assert name not in PERSONS or not PERSONS[name].search(kept), file.name
            known = release.profile != UNKNOWN.id
            profile = read.publishers[release.profile] if known else UNKNOWN
            again = restored(release.content, release.package, profile, SALT)
            assert not isinstance(again, Complaint)
            assert (again.digest, again.fields) == (release.digest, release.fields), file.name


@pytest.mark.parametrize("name", ["mexico_gacm_airport", "ukraine_prozorro_2017", "colombia_secop_2017"])
def test_the_order_of_real_releases_does_not_matter(name: str) -> None:
    read = reader(name)
    by_process: dict[str, list[Release]] = {}
    for file in files_in([DATA / name]):
        for found in releases_in(file):
            assert not isinstance(found.what, RawEvent)
            release = read_wrapped(found.what, read.profile_of, SALT, found.defects)
            assert not isinstance(release, Complaint)
            by_process.setdefault(release.process, []).append(release)
    for releases in by_process.values():
        profile = read.publishers[releases[0].profile]
        forward = records_of(releases, profile, read.reference, AS_OF)
        assert records_of([*reversed(releases), releases[0]], profile, read.reference, AS_OF) == forward
