"""One walk gives what taking personal data out and then reading the fields gives, whatever is sent."""

import json
import random
from typing import Any

import pytest

from services.submissions.domain.ocds import single_pass
from services.submissions.domain.ocds.defects import DefectLog
from services.submissions.domain.ocds.normalize import normalize
from services.submissions.domain.ocds.single_pass import read_fields, table_for
from services.submissions.domain.personal_data import scrubbed
from services.submissions.domain.publisher_profiles import Profile
from tests.unit.submissions.ocds import SALT, TEST_PROFILE, a_release, a_tender, an_award

NULLS = TEST_PROFILE.model_copy(update={"flags": frozenset({"null-means-empty"}), "language": "es"})
ODD: list[Any] = [
    *(None, "", [], {}, 0, -1, 1e300, True, False, "NaN", "true", "1,234.50", "1 000"),
    *("2024-03-01", "20240301", "2024-03-01T10:00:00", "2024-03-01+01:00", 1_700_000_000_000),
    *(
        "write to a@b.example.org",
        "DNI 12345678Z",
        "Mr John Smithson",
        "persona natural Juan Perez",
        "x" * 201,
    ),
    *("a &amp; b", "Ã©", "line\r\nbreak\x00", " padded ", "ZZQ", "eur", "Active", "not met"),
    *(
        ["a", "a", "B"],
        [1, 2],
        [None, {"id": "2"}],
        [[{"id": "1"}]],
        [{"id": "1"}, {"id": "1", "title": "z"}],
    ),
    *({"$numberLong": "5"}, {"id": "1"}, {"contactPoint": {"name": "Mrs Ann Otherperson"}}, {"email": "x"}),
]
KEYS = [
    *(
        "title",
        "title_en",
        "title_es",
        "title_",
        "_",
        "description_fr",
        "name",
        "id",
        "status",
        "amount",
        "value",
    ),
    *(
        "items",
        "lots",
        "email",
        "contactPoint",
        "identifier",
        "address",
        "awardID",
        "buyer",
        "parties",
        "party",
    ),
    *(
        "contract",
        "date",
        "tag",
        "language",
        "releaseTag",
        "formation",
        "a@b.example.org",
        "details",
        "documents",
    ),
]


def a_full_release() -> dict[str, Any]:
    item = {
        "id": "1",
        "description": "Bins",
        "classification": {"scheme": "CPV", "id": "90511000"},
        "quantity": 3,
    }
    trader = {
        "id": "CC-79123456",
        "name": "Rosa Pérez Gil",
        "identifier": {"scheme": "GB-COH", "id": "79123456", "legalName": "Rosa"},
        "contactPoint": {"email": "rosa@example.org", "name": "Rosa"},
        "roles": ["supplier", "tenderer"],
    }
    contract = {
        "id": 7,
        "awardID": "1",
        "status": "active",
        "period": {"startDate": "2024-01-01", "endDate": "2024-12-31T00:00:00"},
        "items": [item, item],
        "documents": [{"id": "1", "documentType": "notice", "url": "http://example.org"}],
    }
    tender = a_tender() | {
        "items": [item, {**item, "id": "2"}],
        "title_fr": "Bacs",
        "x_note": {"deep": [[1, "a"]]},
    }
    whole: dict[str, Any] = a_release(tender=tender, awards=[an_award()], contracts=[contract])
    return whole | {
        "parties": [trader],
        "planning": {"budget": {"amount": {"amount": 5.5, "currency": "EUR"}}},
    }


def changed(value: Any, rng: random.Random, share: float) -> Any:  # noqa: ANN401
    """The same with a ``share`` of its values and keys replaced, dropped, repeated or wrapped."""
    if isinstance(value, list):
        items = [changed(item, rng, share) for item in value]
        return items + items[:1] if rng.random() < share else items
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        what = rng.random() / share
        new = rng.choice(ODD) if what < 1 else [item] if what < 1.1 else changed(item, rng, share)
        made[rng.choice(KEYS) if 1.1 < what < 1.5 else key] = new
    return made | ({rng.choice(KEYS): rng.choice(ODD)} if rng.random() < share else {})


def one_walk(release: dict[str, Any], profile: Profile) -> tuple[Any, ...]:
    log = DefectLog()
    clean, fields = read_fields(release, profile, SALT, log)
    return clean, fields, log.defects


def two_walks(release: dict[str, Any], profile: Profile) -> tuple[Any, ...]:
    log = DefectLog()
    clean = scrubbed(release, profile.persons, SALT)
    return clean, normalize(clean, profile, log), log.defects


@pytest.mark.parametrize("profile", [TEST_PROFILE, NULLS], ids=["test", "null-means-empty"])
@pytest.mark.parametrize("share", [0.001, 0.02, 0.1, 0.3])
def test_one_walk_gives_what_two_give(share: float, profile: Profile) -> None:
    rng = random.Random(f"{share}")
    for _ in range(250):
        release = changed(a_full_release(), rng, share)
        before = json.dumps(release)
        assert one_walk(release, profile) == two_walks(release, profile)
        assert json.dumps(release) == before  # what was given stays as it is


def test_a_damaged_text_is_noted_every_time_it_comes() -> None:
    release = a_release(buyer={"id": "a &amp; b", "name": "A"}, parties=[{"id": "a &amp; b"}, 7])
    first, second = one_walk(release, TEST_PROFILE), one_walk(release, TEST_PROFILE)
    assert first == second
    assert {"buyer.id", "parties[0].id"} <= {each.path for each in first[2] if each.code == "html-entity"}


def test_keys_that_nobody_knows_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_pass, "MOST_KEYS", 100)
    for number in range(500):
        release = a_release() | {f"key{number}": "x", f"title_{number}": "y", "email": "a@b.example.org"}
        assert one_walk(release, TEST_PROFILE) == two_walks(release, TEST_PROFILE)
    assert len(table_for(TEST_PROFILE, SALT).columns) <= 100
    assert len(table_for(TEST_PROFILE, SALT).translations) <= 100
