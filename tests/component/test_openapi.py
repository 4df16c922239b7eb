"""The HTTP doorway under fire: whatever a stranger sends, no answer is a 5xx; and no person is kept."""

import json
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from openapi_spec_validator import validate
from schemathesis.core.result import Ok

from services.submissions.settings import Settings
from shared.store.mongo import open_database
from tests.builders import a_need, a_solution
from tests.component.intake import STRUCTURED, event
from tests.contract.sources import ROOT
from tests.waiting import until

PEOPLE = ("erika.mustermann@example.org", "12345678Z", "Erika Mustermann", "RSSMRA85T10A562S")
EXAMPLES = 6


async def test_the_openapi_document_is_valid(http: AsyncClient) -> None:
    validate((await http.get("/openapi.json")).json())


async def test_no_request_makes_the_doorway_fail(app: FastAPI, http: AsyncClient) -> None:
    schema = schemathesis.openapi.from_dict(app.openapi())
    drawn: list[tuple[str, str, dict[str, object]]] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @given(case=operation.as_strategy())
        @limits(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )
        def draw(case: schemathesis.Case[Any]) -> None:
            sent = case.as_transport_kwargs(base_url="http://here")
            drawn.append((str(sent.pop("method")), str(sent.pop("url")), sent))

        draw()
    assert len(drawn) > 50
    for method, url, sent in drawn:
        asked = {name: sent[name] for name in ("params", "headers", "json", "cookies") if sent.get(name)}
        content = sent.get("data")
        body = {"content": content} if isinstance(content, str | bytes) else {}
        answer = await http.request(method, url, **asked, **body)  # type: ignore[arg-type]
        assert answer.status_code < 500, (method, url, sent, answer.text)


async def test_no_person_is_kept_said_or_logged(
    http: AsyncClient, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    release = json.loads((ROOT / "tests/samples/good/procurement.release.json").read_bytes())["data"][
        "release"
    ]
    release["parties"][0]["contactPoint"] = {"name": PEOPLE[2], "email": PEOPLE[0]}
    release["tender"]["description"] += f" Write to {PEOPLE[0]}, DNI {PEOPLE[1]}, {PEOPLE[3]}."
    supplier = {"id": PEOPLE[1], "name": PEOPLE[2], "identifier": {"scheme": "ES-DNI", "id": PEOPLE[1]}}
    release["parties"].append({**supplier, "roles": ["supplier"]})
    release["awards"] = [{"id": "1", "title": "Lamps", "status": "active", "suppliers": [supplier]}]
    told = f"Ask {PEOPLE[0]}, DNI {PEOPLE[1]}."
    said = {
        "procurement.release": {"release": release},
        "need.submitted": a_need(description=told).model_dump(mode="json"),
        "solution.submitted": a_solution(summary=told).model_dump(mode="json"),
        "comment.made": {"about": "sol-1", "city": "1", "text": told},
        "city.profile": {"id": "1", "name": "X", "country": PEOPLE[0]},
    }
    for key, data in said.items():
        await http.post("/v1/events", json=event(key, data), headers=STRUCTURED)
    database = open_database(settings, "submissions")

    async def settled() -> bool:
        fates = [each["fate"] for each in await database["messages"].find({}).to_list(None)]
        return len(fates) == 4 and "heard" not in fates

    await until(settled, 30)
    names = ("records", "revisions", "messages", "releases", "comments", "held", "deposits")
    kept = "".join([str(await database[name].find({}).to_list(None)) for name in names])
    await database.close()
    answers = (await http.get("/v1/export/needs.json")).text + (
        await http.get("/v1/records/solution/sol-1")
    ).text
    logged = "".join(capfd.readouterr())
    assert "Controls for street lights" in kept
    assert [who for who in PEOPLE if who in kept + answers + logged] == []
