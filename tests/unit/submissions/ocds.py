"""Releases for tests: a whole one by default, changed where a test is about something."""

import json
from datetime import date

from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.mapping import ReferenceTables, records_of
from services.submissions.domain.ocds.reader import MessageReleases, read_message
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.places import City, Country, Gazetteer
from services.submissions.domain.publisher_profiles import Profile
from services.submissions.domain.topics import Theme, TopicTable

SALT = b"for tests only"
AS_OF = date(2026, 11, 22)
OCID = "ocds-a1b2c3-77"
KEY = f"urn:ocid:{OCID}"
YORK = "2633352"
TEST_PROFILE = Profile(id="test", name="Test feed", country="GB", language="en", currency="GBP")
WORLD = ReferenceTables(
    Gazetteer.of(
        [City(YORK, "York", "GB", "ENG", 53.96, -1.08, 153717, "Europe/London", 20)],
        [Country("GB", "United Kingdom", "GBP", ("en",)), Country("US", "United States", "USD", ("en",))],
    ),
    TopicTable.of(
        cpv={"90511000": "Refuse collection", "63712000": "Support services for road transport"},
        cofog={},
        sdg={},
        themes=[Theme("waste", "Waste", ("905",), (), (), "ENVI")],
    ),
)
Json = dict[str, object]


def a_tender(**changes: object) -> Json:
    return {
        "title": "Emptying bins on demand",
        "description": "Sensors tell when a bin is full.",
        "status": "active",
        "value": {"amount": 120000, "currency": "GBP"},
        "tenderPeriod": {"endDate": "2026-12-01T12:00:00Z"},
        "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "90511000-2"}}],
    } | changes


def an_award(**changes: object) -> Json:
    return {
        "id": "a1",
        "status": "active",
        "title": "Bin sensors",
        "suppliers": [{"name": "Acme Ltd"}],
    } | changes


def a_contract(**changes: object) -> Json:
    period = {"startDate": "2025-01-01", "endDate": "2025-12-31"}
    usual: Json = {"id": "c1", "awardID": "a1", "status": "active", "period": period}
    return usual | {"value": {"amount": 100000, "currency": "GBP"}} | changes


def a_release(**changes: object) -> Json:
    usual: Json = {
        "ocid": OCID,
        "id": "1",
        "date": "2026-10-01T00:00:00Z",
        "tag": ["tender"],
        "language": "en",
        "buyer": {"id": "b", "name": "City of York Council"},
        "parties": [{"id": "b", "name": "City of York Council", "roles": ["buyer"]}],
        "tender": a_tender(),
    }
    return {key: value for key, value in (usual | changes).items() if value is not ...}


def reading(document: object, profile: Profile = TEST_PROFILE) -> MessageReleases:
    return read_message(json.dumps(document).encode(), lambda _, __: profile, SALT)


def read_one(document: object, profile: Profile = TEST_PROFILE) -> Release:
    found = reading(document, profile)
    assert not found.complaints, found.complaints
    return found.releases[0]


def codes(document: object, profile: Profile = TEST_PROFILE) -> set[str]:
    return {defect.code for defect in read_one(document, profile).defects}


def records(*documents: object, profile: Profile = TEST_PROFILE) -> tuple[ImportedFact, ...]:
    releases = [release for each in documents for release in reading(each, profile).releases]
    return records_of(releases, profile, WORLD, AS_OF)


def only(kind: str, *documents: object, profile: Profile = TEST_PROFILE) -> ImportedFact:
    found = [each for each in records(*documents, profile=profile) if each.kind == kind]
    assert len(found) == 1, found
    return found[0]
