"""One walk gives what taking personal data out and then reading the fields gives, whatever is sent."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from services.submissions.domain.ocds import single_pass
from services.submissions.domain.ocds.defects import DefectLog
from services.submissions.domain.ocds.merge import merge
from services.submissions.domain.ocds.normalize import normalize
from services.submissions.domain.ocds.single_pass import read_fields, table_for
from services.submissions.domain.personal_data import scrubbed
from services.submissions.domain.publisher_profiles import Persons, Profile
from tests.unit.submissions.ocds import SALT, TEST_PROFILE, a_release, a_tender, an_award, read_one

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
    *(["tender"], "tender", ["Tender", "tender"], ["not met"]),
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


def test_a_code_that_was_met_in_a_list_is_noted_where_it_stands_alone() -> None:
    for tag in (["planning"], "planning", ["Planning", "planning"], ["planning"]):
        release: dict[str, Any] = a_release(tag=tag)
        assert one_walk(release, TEST_PROFILE) == two_walks(release, TEST_PROFILE)


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


def tables() -> dict[type, single_pass.Table]:
    """Every table in use for the test's publisher, by its model."""
    found, waiting = {}, [table_for(TEST_PROFILE, SALT)]
    while waiting:
        table = waiting.pop()
        found[table.model] = table
        inner = (column.table for column in table.columns.values())
        waiting += [each for each in inner if each and each.model not in found]
    return found


@pytest.mark.parametrize("most", [0, 1, 3, 1 << 11])
def test_what_is_remembered_changes_nothing(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_pass, "MOST_OBJECTS", most)
    single_pass.table_of.cache_clear()
    rng = random.Random(f"{most}")
    for _ in range(100):
        release = changed(a_full_release(), rng, 0.03)
        expected = two_walks(release, TEST_PROFILE)
        assert [one_walk(release, TEST_PROFILE) for _ in range(2)] == [expected] * 2


def test_what_is_done_with_a_release_does_not_reach_what_is_remembered() -> None:
    releases = [a_full_release() | {"id": str(number)} for number in range(3)]
    read = [read_one(release) for release in releases]
    before = [json.dumps(each.fields, default=str) for each in read]
    merge(read, TEST_PROFILE)
    assert [json.dumps(each.fields, default=str) for each in read] == before
    assert [json.dumps(read_one(release).fields, default=str) for release in releases] == before


def test_objects_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_pass, "MOST_OBJECTS", 50)
    single_pass.table_of.cache_clear()
    for number in range(200):
        buyer = {"id": f"{number}", "name": "A", "x_note": {"number": number}, "x_long": ["y" * 600]}
        one_walk(a_release(buyer=buyer, x_note={"number": number}), TEST_PROFILE)
        one_walk(a_release(buyer={"id": f"{number}", "name": "A"}), TEST_PROFILE)
    kept = [known for table in tables().values() for known in (table.objects, table.ignored)]
    assert {0, 50} >= {len(known) // 50 * 50 for known in kept}
    assert any(kept)
    assert max(len(written) for known in kept for written in known) <= single_pass.LONGEST_OBJECT


def test_who_is_a_person_depends_on_the_publisher_and_the_pseudonym_on_the_salt() -> None:
    party = {"id": "1", "name": "Rosa Perez", "identifier": {"scheme": "XX-ID", "id": "12345"}}
    text = "Passport 12345678"
    release: dict[str, Any] = a_release(
        buyer=party, parties=[party, {"id": "2", "name": text, "note": [text]}]
    )
    strict = TEST_PROFILE.model_copy(update={"persons": Persons(schemes=("xx-id",))})
    for profile in (TEST_PROFILE, strict, TEST_PROFILE):
        assert one_walk(release, profile) == two_walks(release, profile)
    pseudonyms = [read_fields(release, strict, salt, DefectLog()) for salt in (b"one", b"two", b"one")]
    assert pseudonyms[0] == pseudonyms[2] != pseudonyms[1]


@pytest.mark.parametrize("levels", [5, 25, 50, 58, 59, 60, 61, 62, 63, 64])
def test_nesting_is_refused_where_it_is_too_deep_however_often_it_comes(levels: int) -> None:
    deep: Any = "x"
    for _ in range(levels):
        deep = [deep]
    part = {"id": "1", "x_deep": deep}
    lower = a_release(contracts=[{"id": "c", "implementation": {"milestones": [part]}}])
    for release in (a_release(buyer=part), lower, a_release(buyer=part), lower):
        assert outcome(one_walk, release) == outcome(two_walks, release)


def outcome(walk: Callable[..., tuple[Any, ...]], release: dict[str, Any]) -> object:
    try:
        return walk(release, TEST_PROFILE)
    except RecursionError as error:
        return str(error)
