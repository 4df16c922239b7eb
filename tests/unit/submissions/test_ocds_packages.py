"""From a document to its releases."""

import pytest

from services.submissions.domain.ocds.packages import PackagedRelease, unpack
from tests.unit.submissions.ocds import OCID, a_release, reading

ONE = {"ocid": OCID}
LINK = {"url": "https://example.org/release.json", "date": "2026-01-01"}


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        (ONE, [""]),
        ([ONE, ONE], ["[0]", "[1]"]),
        ({"releases": [ONE]}, ["releases[0]"]),
        ([{"releases": [ONE]}, {"releases": [ONE]}], ["[0].releases[0]", "[1].releases[0]"]),
        ({"records": [{"ocid": OCID, "compiledRelease": ONE}]}, ["records[0].compiledRelease"]),
        ({"ocid": OCID, "releases": [ONE, ONE]}, ["releases[0]", "releases[1]"]),
        ({"compiledRelease": ONE}, ["compiledRelease"]),
        ({"content": [ONE], "totalPages": 3}, ["content[0]"]),
        ({"items": [ONE], "next": None}, ["items[0]"]),
        ({"features": [{"type": "Feature", "properties": ONE}]}, ["features[0].properties"]),
        ({"specversion": "1.0", "type": "org.citiesshare.procurement.release.v1", "data": ONE}, ["data"]),
    ],
)
def test_releases_are_found_in_every_wrapping(document: object, paths: list[str]) -> None:
    found = list(unpack(document))  # type: ignore[arg-type]
    assert [each.path for each in found if isinstance(each, PackagedRelease)] == paths


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "neither an OCDS release"),
        (None, "null"),
        ("text", "text"),
        (5, "a number"),
        ({"releases": []}, "no releases"),
        ({"records": [{"ocid": OCID, "releases": [LINK]}]}, "linked-only"),
        ({"records": [{"ocid": OCID, "versionedRelease": ONE}]}, "versioned-only"),
        (ONE | {"language": [{"releaseID": "1", "value": "en"}]}, "history"),
        ({"specversion": "1.0", "type": "org.citiesshare.need.submitted.v1", "data": ONE}, "holds no OCDS"),
        (LINK, "only a link"),
    ],
)
def test_what_is_no_release_is_told_why(document: object, words: str) -> None:
    assert words in reading(document).complaints[0].message


def test_a_compiled_release_without_an_ocid_takes_its_records() -> None:
    record = {"ocid": OCID, "compiledRelease": a_release(ocid=...)}
    assert reading(record).releases[0].ocid == OCID


def test_a_package_is_remembered_with_each_release() -> None:
    package = {"uri": "u", "publisher": {"name": "P"}, "publishedDate": "2026-01-01", "license": "L"}
    (release,) = reading(package | {"releases": [a_release()]}).releases
    assert (release.package.publisher, release.package.licence) == ("P", "L")


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"ocid": ""}, "ocid"), ({"ocid": None}, "ocid"), ({"tender": {}}, "")],
)
def test_without_an_ocid_or_any_content_a_release_is_rejected_with_its_place(
    changes: dict[str, object], path: str
) -> None:
    found = reading({"releases": [a_release(), a_release(**changes)]})
    assert len(found.releases) == 1
    assert found.complaints[0].path == f"releases[1].{path}".rstrip(".")
