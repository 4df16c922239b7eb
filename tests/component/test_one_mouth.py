"""The same bytes are told the same by ``read``, ``validate``, HTTP and AMQP, whatever is around them."""

import base64
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aio_pika import Message
from httpx import AsyncClient
from typer.testing import CliRunner

from citiesshare.local.stack import Stack
from services.submissions.cli import app as commands
from shared.messaging.topology import IN
from tests.broker import Outsider
from tests.builders import a_need
from tests.component.intake import STRUCTURED, at_the_door, running, settings_on
from tests.contract.sources import ROOT
from tests.waiting import until

CASES = ROOT.parents[1] / "shared/cases/intake"
NEED, RELEASE = "org.citiesshare.need.submitted.v1", "org.citiesshare.procurement.release.v1"
GOOD = {**a_need(id="n").model_dump(mode="json", exclude_none=True), "city": "2633352"}
OCDS = {"ocid": "ocds-213czf-1", "id": "r", "tag": ["tender"], "tender": {"title": "Cycle lanes for York"}}
Said = list[tuple[str, str]]
# What is in a message: its type and its data, as text where JSON has no value for it.
DATA: dict[str, tuple[str, str]] = {
    "a good need": (NEED, json.dumps(GOOD)),
    "no title": (NEED, json.dumps({**GOOD, "title": None})),
    "a list": (NEED, "[1]"),
    "two values": (NEED, json.dumps(GOOD)[:-1] + ', "id": "other"}'),
    "no number": (NEED, json.dumps({**GOOD, "agreed_risk": "X"}).replace('"X"', "NaN")),
    "an unknown city": (NEED, json.dumps({**GOOD, "city": "99999999"})),
    "an unknown topic": (NEED, json.dumps({**GOOD, "topics": [{"scheme": "CPV", "id": "99999999"}]})),
    "an unknown currency": (NEED, json.dumps({**GOOD, "budget": {"amount": 1, "currency": "ZZQ"}})),
    "a tuple": (NEED, json.dumps({**GOOD, "topics": "waste"})),
    "a serial": (NEED, json.dumps({**GOOD, "deadline": 46387})),
    "nested deeply": (NEED, json.dumps({**GOOD, "x": "X"}).replace('"X"', "[" * 100 + "]" * 100)),
    "an unknown type": ("org.citiesshare.needs.submitted.v1", json.dumps(GOOD)),
    "a release": (RELEASE, json.dumps({"release": OCDS})),
    "no ocid": (RELEASE, json.dumps({"release": {**OCDS, "ocid": None}})),
    "no release": (RELEASE, json.dumps({"hello": 1})),
    "a release with NaN": (RELEASE, json.dumps({**OCDS, "planning": "X"}).replace('"X"', "NaN")),
}
ENVELOPES = ("structured", "as application/json", "without a content type", "base64", "gzip", "binary")


@pytest.fixture
async def door(
    backing: Stack,
    outsider: Outsider,  # noqa: ARG001 - it declares the topology
    amqp_url: str,
) -> AsyncIterator[AsyncClient]:
    async with running(settings_on(backing, amqp_url)) as app, at_the_door(app) as http:
        yield http


def parcel(envelope: str, kind: str, data: str, name: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of a message in one of the envelopes."""
    named = {"specversion": "1.0", "id": name, "source": "urn:test:mouth", "type": kind}
    if envelope == "binary":
        return {f"ce-{key}": each for key, each in named.items()} | {
            "content-type": "application/json"
        }, data.encode()
    inside = (
        {"data_base64": base64.b64encode(data.encode()).decode()}
        if envelope == "base64"
        else {"data": "DATA"}
    )
    body = json.dumps({**named, **inside}).replace('"DATA"', data).encode()
    if envelope == "gzip":
        return {**STRUCTURED, "content-encoding": "gzip"}, gzip.compress(body)
    types = {"as application/json": {"content-type": "application/json"}, "without a content type": {}}
    return types.get(envelope, STRUCTURED), body


def said_in(told: Any) -> Said:  # noqa: ANN401 - JSON
    return sorted((each["path"], each["message"]) for each in told)


async def fate(door: AsyncClient, name: str) -> tuple[str, Said]:
    """What became of a message: whether it was taken, and what was said of it."""

    async def known() -> dict[str, Any] | None:
        # What has no envelope that could be read is found under its account and message id.
        for source in ("urn:test:mouth", "urn:citiesshare:ingest:anonymous"):
            answer = await door.get("/v1/events", params={"source": source, "id": name})
            told: dict[str, Any] = answer.json()
            if answer.status_code == 200 and told["fate"] != "heard":
                return told
        return None

    told = await until(known)
    assert told["records"] or told["complaints"], "a message without a record says why"
    return told["fate"], said_in(told["complaints"])


async def over_http(door: AsyncClient, headers: dict[str, str], body: bytes, name: str) -> tuple[str, Said]:
    answer = await door.post("/v1/events", headers=headers, content=body)
    if answer.status_code != 202:
        return "rejected", said_in(answer.json()["complaints"])
    at_once, later = said_in(answer.json().get("complaints", [])), await fate(door, name)
    assert not at_once or at_once == later[1]
    return later


async def at_the_broker(
    outsider: Outsider, door: AsyncClient, headers: dict[str, str], body: bytes, key: str, name: str
) -> tuple[str, Said]:
    attributes = {each: value for each, value in headers.items() if each.startswith("ce-")}
    exchange = await outsider.channel.get_exchange(IN)
    message = Message(
        body,
        headers={**attributes},
        content_type=headers.get("content-type"),
        content_encoding=headers.get("content-encoding"),
        message_id=name,
    )
    await exchange.publish(message, key)
    return await fate(door, name)


def in_a_file(body: bytes, folder: Path, command: str) -> tuple[str, Said]:
    path = folder / f"{uuid4().hex}.json"
    path.write_bytes(body)
    result = CliRunner().invoke(commands, [command, str(path), "--json"])
    notes = [json.loads(line) for line in result.stdout.splitlines()]
    told = [note for note in notes if note["kind"] in ("rejected", "remarked")]
    refused = any(note["kind"] == "rejected" for note in told)
    return "rejected" if refused else "recorded", said_in(told)


@pytest.mark.parametrize("what", DATA)
async def test_the_same_bytes_are_told_the_same_by_all_ways(
    what: str, door: AsyncClient, outsider: Outsider, tmp_path: Path
) -> None:
    kind, data = DATA[what]
    key = "procurement.release" if kind == RELEASE else "need.submitted"
    told: dict[str, tuple[str, Said]] = {}
    for envelope in ENVELOPES:
        names = [uuid4().hex for _ in range(2)]
        told[f"HTTP, {envelope}"] = await over_http(door, *parcel(envelope, kind, data, names[0]), names[0])
        parts = parcel(envelope, kind, data, names[1])
        told[f"AMQP, {envelope}"] = await at_the_broker(outsider, door, *parts, key, names[1])
        if envelope != "binary":
            told[f"validate, {envelope}"] = in_a_file(parts[1], tmp_path, "validate")
            told[f"read, {envelope}"] = in_a_file(parts[1], tmp_path, "read")
    # What a release comes to is known with its process: files say only what is wrong with it.
    if kind == RELEASE:
        told = {way: (each[0], each[1] if each[0] == "rejected" else []) for way, each in told.items()}
    assert len({json.dumps(each) for each in told.values()}) == 1, told


@pytest.mark.skipif(not CASES.exists(), reason="the cases are not beside the project")
async def test_the_cases_of_the_intake_are_told_the_same_by_all_ways(
    door: AsyncClient, outsider: Outsider, tmp_path: Path
) -> None:
    for path in sorted(CASES.glob("*.json")):
        body, name = path.read_bytes(), uuid4().hex
        headers = {"ce-specversion": "1.0", "ce-id": name, "ce-source": "urn:test:mouth", "ce-type": RELEASE}
        event = json.loads(body) if path.name == "30_cloudevent_release.json" else None
        data = json.dumps(event["data"]).encode() if event else body
        fates = [
            await over_http(door, headers, data, name),
            await at_the_broker(
                outsider, door, {**headers, "ce-id": f"{name}2"}, data, "procurement.release", f"{name}2"
            ),
        ]
        files = [in_a_file(body, tmp_path, command) for command in ("read", "validate")]
        assert fates[0] == fates[1], path.name
        assert files[0] == files[1], path.name
        wrong = [each for each in fates[0][1] if each in files[0][1]]
        assert wrong == files[0][1], path.name


async def test_typed_attributes_of_amqp_are_read_and_those_that_cannot_be_are_said(
    door: AsyncClient, outsider: Outsider
) -> None:
    exchange = await outsider.channel.get_exchange(IN)
    named = {"ce-specversion": "1.0", "ce-source": "urn:test:mouth", "ce-type": NEED}
    for name, when, title in (
        ("t1", 1_798_675_200_000, "The newer word"),
        ("t2", "2026-01-01T00:00:00Z", "The older"),
    ):
        headers = {**named, "ce-id": name, "ce-time": when}
        data = json.dumps({**GOOD, "id": "typed", "title": title}).encode()
        await exchange.publish(
            Message(data, headers={**headers}, content_type="application/json"), "need.submitted"
        )
        await fate(door, name)
    bad = {**named, "ce-id": "t3", "ce-time": "yesterday"}
    await exchange.publish(Message(json.dumps(GOOD).encode(), headers={**bad}), "need.submitted")
    assert (await fate(door, "t3"))[1][0][0] == "time"
