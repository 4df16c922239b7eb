"""Bad input gets a clear rejection that its sender can find; nothing is lost, and nothing is stuck."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pytest

from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.topology import IN
from tests.broker import Outsider, a_message
from tests.builders import a_need
from tests.journey.letters import tell
from tests.waiting import until

NEED = events.NeedSubmitted.message_type()
RELEASE = events.ProcurementRelease.message_type()
GOOD = a_need(id="good-need").model_dump_json().encode()
KEY = "need.submitted"
# What comes in, under which key and type, and the path that must be named. What is larger than a message
# may be is refused by the broker itself (tests/security/test_too_large_for_the_broker.py).
BAD: dict[str, tuple[str, str, bytes, str]] = {
    "not JSON": (KEY, NEED, b"\xff\xfe{", ""),
    "nothing": (KEY, NEED, b"", ""),
    "a list": (KEY, NEED, b"[]", ""),
    "a missing field": (KEY, NEED, b'{"id": "n", "city": "1"}', "title"),
    "a wrong type": (KEY, NEED, b'{"id": "n", "city": 7, "title": "t"}', "city"),
    "an unknown stage": (KEY, NEED, b'{"id": "n", "city": "7", "title": "t", "stage": "someday"}', "stage"),
    "not a number": (KEY, NEED, b'{"id": "n", "city": "7", "title": "t", "agreed_risk": NaN}', "agreed_risk"),
    "a bomb of nesting": (KEY, NEED, b"[" * 1_000_000, "data"),
    "an unknown type": (KEY, "org.example.nonsense.v1", GOOD, "type"),
    "an unknown version": (KEY, NEED.replace(".v1", ".v9"), GOOD, "type"),
    "an unknown routing key": ("nobody.knows.this", "org.example.nonsense.v1", GOOD, "type"),
    "a release that is none": ("procurement.release.fi.test", RELEASE, b'{"hello": 1}', ""),
}


def bad(name: str) -> OutgoingMessage:
    key, kind, body, _ = BAD[name]
    return OutgoingMessage(key, uuid4().hex, "urn:test:bad input", kind, body)


async def fate(stack: Stack, source: str, event: str) -> dict[str, Any] | None:
    """What its sender finds out about a message."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answer = await client.get(
            f"{stack.ports.page('submissions')}/v1/events", params={"source": source, "id": event}
        )
    told: dict[str, Any] = answer.json()
    return told if answer.status_code == 200 else None


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_message_is_rejected_where_its_sender_can_find_it(stack: Stack, name: str) -> None:
    letter = bad(name)
    async with Outsider(stack.ports.amqp_url) as outsider:
        heard = await outsider.listen("submission.rejected")
        await tell(stack, [letter])
        said = events.SubmissionRejected.model_validate_json((await outsider.next(heard)).body)
        await heard.delete(if_empty=False)
    told = await fate(stack, letter.source, letter.id)
    assert told is not None
    assert told["fate"] == "rejected"
    complaints = [(complaint["path"], bool(complaint["message"])) for complaint in told["complaints"]]
    assert (BAD[name][3], True) in complaints
    assert (said.source, said.event) == (letter.source, letter.id)
    assert await list_dead_letters(stack.ports.amqp_url) == []


async def test_a_good_message_behind_the_bad_ones_is_recorded(stack: Stack) -> None:
    good = OutgoingMessage(KEY, uuid4().hex, "urn:test:good", NEED, GOOD)
    poison = [bad(name) for name in BAD if "MB" not in name] * 3
    await tell(stack, [*poison, good, *poison])
    told = await fate(stack, good.source, good.id)
    assert told is not None
    assert (told["fate"], told["records"]) == ("recorded", ["need|good-need"])


async def test_an_envelope_that_cannot_be_read_is_found_by_its_message_id(stack: Stack) -> None:
    message = a_message(b'{"specversion": "0.3"}', {})
    message.content_type = "application/cloudevents+json"
    async with Outsider(stack.ports.amqp_url) as outsider:
        await outsider.publish(IN, KEY, message)
    told = await until(lambda: fate(stack, "urn:citiesshare:ingest:anonymous", str(message.message_id)))
    assert told["fate"] == "rejected"


async def test_a_message_without_an_envelope_is_taken_for_a_bare_release_and_says_what_is_wrong(
    stack: Stack,
) -> None:
    message = aio_pika.Message(b"not a release", message_id="bare", delivery_mode=2)
    async with Outsider(stack.ports.amqp_url) as outsider:
        heard = await outsider.listen("submission.rejected")
        await outsider.publish(IN, "procurement.release.fi.test", message)
        said = events.SubmissionRejected.model_validate_json((await outsider.next(heard)).body)
        await heard.delete(if_empty=False)
    assert said.source == "urn:citiesshare:ingest:anonymous"
    assert said.complaints[0].message


def structured(body: bytes, **changes: object) -> bytes:
    """A structured CloudEvent around ``body``, where that is JSON."""
    event = {"specversion": "1.0", "id": uuid4().hex, "source": "urn:test:http", "type": NEED}
    return json.dumps({**event, "data": json.loads(body), **changes}).encode()


HTTP: dict[str, tuple[bytes, int, str]] = {
    "not JSON": (b"\xff{", 400, ""),
    "a list": (b"[]", 400, ""),
    "no source": (structured(GOOD, source=""), 400, "source"),
    "an old envelope": (structured(GOOD, specversion="0.3"), 400, "specversion"),
    "a missing field": (structured(b'{"id": "n", "city": "1"}'), 422, "title"),
    "a wrong type": (structured(b'{"id": "n", "city": 7, "title": "t"}'), 422, "city"),
    "an unknown type": (structured(GOOD, type="org.example.nonsense.v1"), 422, "type"),
    "a bomb of nesting": (b"[" * 1_000_000, 400, ""),
}


async def post(stack: Stack, body: bytes) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        return await client.post(
            f"{stack.ports.page('submissions')}/v1/events",
            content=body,
            headers={"content-type": "application/cloudevents+json"},
        )


@pytest.mark.parametrize("name", HTTP)
async def test_a_bad_request_is_answered_at_once_with_path_and_message(stack: Stack, name: str) -> None:
    body, status, path = HTTP[name]
    answer = await post(stack, body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert path in {complaint["path"] for complaint in answer.json()["complaints"]}


async def test_20_mb_over_http_are_too_large(stack: Stack) -> None:
    answer = await post(stack, structured(json.dumps({"id": "x" * 20_000_000}).encode()))
    assert answer.status_code == 413


async def test_a_good_request_is_told_where_to_ask(stack: Stack) -> None:
    answer = await post(stack, structured(a_need(id="http-need").model_dump_json().encode()))
    assert answer.status_code == 202
    where = f"{stack.ports.page('submissions')}{answer.headers['location']}"

    async def recorded() -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            told = await client.get(where)
        return told.status_code == 200 and told.json()["fate"] == "recorded"

    assert await until(recorded)


async def test_what_was_rejected_is_recorded_when_it_is_said_anew_and_mended(stack: Stack) -> None:
    letter = bad("a missing field")
    good = a_need(id="mended-need").model_dump_json().encode()
    mended = replace(letter, id=uuid4().hex, body=good)
    await tell(stack, [letter])
    await tell(stack, [mended])
    told = await fate(stack, mended.source, mended.id)
    assert told is not None
    assert (told["fate"], told["complaints"]) == ("recorded", [])
