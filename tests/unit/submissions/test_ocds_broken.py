"""Broken files lose only what is broken; what common interfaces wrap around releases is looked into."""

import base64
import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from services.submissions.domain.ocds.reader import MessageReleases, read_message
from tests.unit.submissions.ocds import SALT, TEST_PROFILE, a_release, a_tender, only


def read(raw: bytes) -> MessageReleases:
    return read_message(raw, lambda _, __: TEST_PROFILE, SALT)


def named(number: int, **changes: object) -> dict[str, object]:
    return a_release(ocid=f"ocds-a1b2c3-{number}", **changes)


def ocids(found: MessageReleases) -> list[str]:
    return [release.ocid for release in found.releases]


THREE = json.dumps({"releases": [named(1), named(2), named(3)]}, indent=1)


def test_a_cut_end_costs_the_release_that_is_cut() -> None:
    found = read(THREE[: THREE.index("ocds-a1b2c3-3") + 40].encode())
    assert ocids(found) == ["ocds-a1b2c3-1", "ocds-a1b2c3-2"]
    assert [complaint.path for complaint in found.complaints] == ["releases[2]"]


def test_a_mistake_inside_one_release_costs_that_release() -> None:
    found = read(THREE.replace('"ocid": "ocds-a1b2c3-2"', '"ocid" "ocds-a1b2c3-2"').encode())
    assert ocids(found) == ["ocds-a1b2c3-1", "ocds-a1b2c3-3"]
    assert [complaint.path for complaint in found.complaints] == ["releases[1]"]


def test_one_key_with_two_values_costs_the_release_it_stands_in() -> None:
    found = read(THREE.replace('"ocid": "ocds-a1b2c3-2"', '"ocid": "x", "ocid": "y"').encode())
    assert ocids(found) == ["ocds-a1b2c3-1", "ocds-a1b2c3-3"]
    assert "stands twice" in found.complaints[0].message


def test_a_document_that_is_broken_from_its_start_is_refused_with_line_and_column() -> None:
    found = read(b'{"ocid": "ocds-a1b2c3-1",\n "tender": nothing}')
    assert not found.releases
    assert found.complaints[0].message.startswith("not JSON at line 2, column 12")


@pytest.mark.parametrize("sign", ["\t", "\n", "\x01"])
def test_a_raw_control_character_in_a_text_costs_a_defect(sign: str) -> None:
    raw = json.dumps(named(1, tender=a_tender(title="A§B")), ensure_ascii=False).replace("§", sign)
    (release,) = read(raw.encode()).releases
    assert [defect.code for defect in release.defects] == ["control-character"]


def test_one_bad_byte_costs_one_character_and_every_other_text_stays_utf8() -> None:
    texts = [named(1, title="Gebäude §"), named(2, title="München")]
    raw = json.dumps(texts, ensure_ascii=False).encode().replace("§".encode(), b"\xa0")
    first, second = read(raw).releases
    assert first.fields["title"] == "Gebäude \ufffd"
    assert second.fields["title"] == "München"


def test_windows_1252_is_still_read_as_such() -> None:
    raw = json.dumps(named(1, title="Málaga, Düsseldorf – à bientôt"), ensure_ascii=False).encode("cp1252")
    assert read(raw).releases[0].fields["title"] == "Málaga, Düsseldorf – à bientôt"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_every_unicode_encoding_of_json_is_read(encoding: str) -> None:
    assert ocids(read(json.dumps(named(1)).encode(encoding))) == ["ocds-a1b2c3-1"]


WRAPPED: dict[str, Callable[[list[object]], object]] = {
    "CKAN": lambda releases: {"success": True, "result": {"records": releases}},
    "CKAN, one": lambda releases: {"success": True, "result": releases[0]},
    "OData": lambda releases: {"@odata.context": "x", "value": releases},
    "results": lambda releases: {"count": 1, "results": releases},
    "data": lambda releases: {"meta": {"page": 1}, "data": releases},
    "Elasticsearch": lambda releases: {
        "hits": {"total": 1, "hits": [{"_source": each} for each in releases]}
    },
    "Solr": lambda releases: {"response": {"docs": releases}},
    "ours": lambda releases: {"release": releases[0]},
    "an event": lambda releases: event({"data": {"release": releases[0]}}),
    "an event in base64": lambda releases: event(
        {"data_base64": base64.b64encode(json.dumps(releases).encode()).decode()}
    ),
}


def event(data: dict[str, object]) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "s",
        "type": "org.citiesshare.procurement.release.v1",
    } | data


@pytest.mark.parametrize("wrapper", WRAPPED)
@pytest.mark.parametrize("shape", ["release", "package"])
def test_what_interfaces_wrap_around_releases_is_looked_into(wrapper: str, shape: str) -> None:
    inside = named(1) if shape == "release" else {"releases": [named(1)]}
    assert ocids(read(json.dumps(WRAPPED[wrapper]([inside])).encode())) == ["ocds-a1b2c3-1"]


def test_a_linked_release_beside_embedded_ones_is_named() -> None:
    record = {"ocid": "ocds-a1b2c3-1", "releases": [named(1), {"url": "https://example.org/r2"}]}
    (release,) = read(json.dumps({"records": [record]}).encode()).releases
    assert [defect.code for defect in release.defects] == ["release-linked"]


@pytest.mark.parametrize(
    ("written", "deadline"),
    [
        ("2024-03-01", "2024-03-01T23:59:59+00:00"),
        ("20240301", "2024-03-01T23:59:59+00:00"),
        ("2024-W09-5", "2024-03-01T23:59:59+00:00"),
        ("2024-03-01Z", "2024-03-01T23:59:59+00:00"),
        ("2024-03-01+01:00", "2024-03-01T22:59:59+00:00"),
        ("20240301-0500", "2024-03-02T04:59:59+00:00"),
        ("2024-03-01T12:00:00+01:00", "2024-03-01T11:00:00+00:00"),
    ],
)
def test_a_day_is_a_day_however_it_is_written_and_ends_in_its_own_zone(written: str, deadline: str) -> None:
    need = only("need", a_release(tender=a_tender(tenderPeriod={"endDate": written})))
    assert need.fact.deadline.isoformat() == deadline  # type: ignore[union-attr]


def test_a_deadline_ends_in_the_zone_of_its_city_and_not_of_its_publisher() -> None:
    abroad = TEST_PROFILE.model_copy(update={"timezone": ZoneInfo("Asia/Tokyo")})
    need = only("need", a_release(tender=a_tender(tenderPeriod={"endDate": "2024-07-01"})), profile=abroad)
    assert need.fact.deadline.isoformat() == "2024-07-01T22:59:59+00:00"  # type: ignore[union-attr]
