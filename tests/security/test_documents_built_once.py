"""Documents that everybody may ask for cost their CPU once, and not in the thread that answers."""

import asyncio
import threading
from typing import Any

import pytest

from services.submissions.app import create
from services.submissions.settings import Settings
from shared.http.built_once import BuiltOnce
from shared.messaging import asyncapi
from shared.messaging.bus import MessageBus
from tests.security.test_security_headers import ask


async def test_what_is_built_once_is_built_by_another_thread_and_once_for_all_who_ask() -> None:
    built: list[int] = []

    def build() -> bytes:
        built.append(threading.get_ident())
        return b"document"

    document = BuiltOnce(build)
    assert await asyncio.gather(*(document.value() for _ in range(5))) == [b"document"] * 5
    assert len(built) == 1
    assert built[0] != threading.get_ident()


@pytest.mark.parametrize("path", ["/asyncapi.json", "/asyncapi"])
async def test_the_description_of_messages_is_not_built_for_each_request(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    public_document = asyncapi.public_document

    def counted(bus: MessageBus) -> dict[str, Any]:
        calls.append(bus.service)
        return public_document(bus)

    monkeypatch.setattr(asyncapi, "public_document", counted)
    app = create(Settings())
    answers = [await ask(app, path) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].status_code == 200
    assert calls == ["submissions"]
