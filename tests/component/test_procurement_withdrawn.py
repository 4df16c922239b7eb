"""What a newer state of a contracting process has no more is withdrawn, in the service as in `read`."""

from httpx import AsyncClient

from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.settings import Settings
from shared.store.mongo import open_database
from tests.component.intake import event, sample, say


async def test_an_award_that_a_newer_compiled_release_has_no_more_is_withdrawn(
    http: AsyncClient, settings: Settings
) -> None:
    release = sample("procurement.release")["data"]["release"]
    award = {
        "id": "a1",
        "status": "active",
        "title": "Bin sensors",
        "suppliers": [{"id": "s", "name": "Acme"}],
    }
    first = {
        **release,
        "ocid": "ocds-a1b2c3-withdrawn",
        "date": "2026-01-01T00:00:00Z",
        "tag": ["compiled"],
        "awards": [award],
    }
    second = {**first, "id": "2", "date": "2026-02-01T00:00:00Z", "awards": [{**award, "id": "a2"}]}
    database = open_database(settings, "submissions")
    states = []
    for said, hour in ((first, 9), (second, 10)):
        at = f"2026-11-20T{hour:02}:00:00+00:00"
        found = await say(http, event("procurement.release", {"release": said}, time=at))
        assert "solution|urn:ocid:ocds-a1b2c3-withdrawn#award=a1" in found["records"]
        record = await MongoRecords(database).record("solution|urn:ocid:ocds-a1b2c3-withdrawn#award=a1")
        states.append(record.state if record else None)
    await database.close()
    assert states == ["draft", "withdrawn"]
