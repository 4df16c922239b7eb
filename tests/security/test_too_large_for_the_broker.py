"""A message of more than 10,000,000 bytes: the broker refuses it, its sender finds out, others are heard."""

from collections.abc import AsyncIterator

import orjson
import pytest
from aiormq.exceptions import ChannelPreconditionFailed

from citiesshare.local.stack import Stack
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.json_limits import LARGEST_MESSAGE
from shared.messaging.connection_errors import explained
from tests.builders import YORK, a_need
from tests.component.intake import settings_on
from tests.security.doors import Doors, a_release, account, closed_doors, letter, tell

BUYER = ("Gmina Kraków", "Kraków", "PL")
SAID = {
    "a need": ("york-city", "city", "need.submitted", "urn:york"),
    "a release": ("krakow-portal", "procurement", "procurement.release", "urn:kp"),
}


@pytest.fixture
async def doors(backing: Stack, amqp_url: str) -> AsyncIterator[Doors]:
    async with closed_doors(settings_on(backing, amqp_url)) as opened:
        yield opened


def body_of(what: str, size: int) -> bytes:
    """The data of a need or of a release, with white space up to ``size`` bytes."""
    need = a_need(id="need-1", city=YORK).model_dump(mode="json")
    release = {"release": a_release("ocds-abc123-vans", *BUYER)}
    return orjson.dumps(need if what == "a need" else release).ljust(size)


@pytest.mark.parametrize("what", SAID)
async def test_the_broker_refuses_it_the_sender_is_told_and_the_next_message_is_heard(
    doors: Doors, backing: Stack, amqp_url: str, what: str
) -> None:
    name, kind, key, source = SAID[what]

    async def large() -> AsyncIterator[OutgoingMessage]:
        yield letter(key, body_of(what, LARGEST_MESSAGE + 1), source)

    async with account(backing, amqp_url, name, kind) as url:
        with pytest.raises(ExceptionGroup) as refused:
            await send(url, large())
        (error,) = refused.value.exceptions
        assert isinstance(error, ChannelPreconditionFailed)
        told = explained(error, url)
        assert ("too large" in told, str(LARGEST_MESSAGE) in told) == (True, True), told
        next_one = await tell(doors, url, letter(key, body_of(what, 0), source))
        largest = await tell(doors, url, letter(key, body_of(what, LARGEST_MESSAGE), source))
    assert await doors.database["messages"].count_documents({}) == 2
    assert (next_one["fate"], largest["fate"]) == ("recorded", "recorded")
