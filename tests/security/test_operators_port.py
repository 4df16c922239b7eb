"""What operators are told stands on their own port; what integrators need stands on the public one."""

import json
import re
from typing import Any

import pytest

from shared.events import RecordDue
from shared.messaging.catalogue import INBOUND, PUBLISHED_BY
from shared.messaging.topology import DEAD, EVENTS, IN, RETRY, SERVICES, WORK
from tests.contract.documents import application, document, public_document
from tests.security.test_security_headers import ask

EVERY = pytest.mark.parametrize("service", SERVICES)
OPERATORS = ("/metrics", "/v1/status", "/health/ready", "/health/work")


@EVERY
@pytest.mark.parametrize("path", OPERATORS)
async def test_nobody_is_told_on_the_public_port_what_operators_are_told(service: str, path: str) -> None:
    assert (await ask(application(service), path)).status_code == 404
    paths = application(service).openapi()["paths"]
    assert path not in paths


@EVERY
async def test_operators_are_told_on_their_port(service: str) -> None:
    app = application(service).operations
    assert app is not None
    assert {"/v1/status", "/health/ready", "/health/live", "/health/work"} <= set(app.openapi()["paths"])
    metrics = await ask(app, "/metrics")
    assert "messaging_client_consumed_messages" in metrics.text
    assert (await ask(app, "/health/live")).status_code == 200


@EVERY
async def test_a_gateway_may_ask_whether_the_process_answers(service: str) -> None:
    assert (await ask(application(service), "/health/live")).json()["status"] == "live"


@EVERY
async def test_integrators_are_told_no_queue_and_no_address_of_ours(service: str) -> None:
    public = await public_document(service)
    text = json.dumps({name: value for name, value in public.items() if name != "components"})
    queues = {work.name for work in WORK}
    assert [name for name in (*queues, DEAD, RETRY, "5672", "127.0.0.1") if name in text] == []
    assert queues & set((await document(service))["channels"])


@EVERY
async def test_integrators_are_told_all_that_they_may_say_and_all_that_is_said_to_them(service: str) -> None:
    public = await public_document(service)
    said = {event.key for event in PUBLISHED_BY[service]}
    heard = {event.key for event in INBOUND if event is not RecordDue} if service == "submissions" else set()
    actions = {name: each["action"] for name, each in public["operations"].items()}
    assert actions == dict.fromkeys(said, "send") | dict.fromkeys(heard, "receive")
    for key, channel in public["channels"].items():
        assert channel["address"] == key
        exchange = channel["bindings"]["amqp"]["exchange"]["name"]
        assert exchange == (IN if key in heard else EVENTS)


@EVERY
async def test_every_reference_of_the_public_document_leads_somewhere(service: str) -> None:
    public = await public_document(service)
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(public)))
    assert references
    for reference in references:
        found: Any = public
        for step in reference.split("/"):
            found = found[step]
