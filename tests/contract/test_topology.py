"""What is declared: every queue has somebody who hears it, every key somewhere to go."""

import pytest

from shared.messaging.catalogue import EVENT_KEYS, FORWARDED_BY, INBOUND, PUBLISHED_BY, SERVICE_EVENTS
from shared.messaging.topology import BY_NAME, EVENTS, SERVICES, WORK, WorkQueue, subscribed_keys
from tests.contract.documents import carried, operations

OURS = [work for work in WORK if work.exchange == EVENTS]


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.name)
async def test_a_queue_has_a_handler_in_its_service(work: WorkQueue) -> None:
    """A queue without a consumer fills up until the disk is full."""
    assert work.name in await operations(work.service, "receive")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_hears_only_its_own_queues(service: str) -> None:
    assert {BY_NAME[queue].service for queue in await operations(service, "receive")} == {service}


@pytest.mark.parametrize("work", OURS, ids=lambda work: work.name)
async def test_a_handler_reads_the_model_its_queue_carries(work: WorkQueue) -> None:
    by_key = {event.key: event.__name__ for event in SERVICE_EVENTS}
    assert [by_key[key] for key in work.keys] == (await carried(work.service))[work.name]


async def test_every_message_that_may_come_in_is_described_on_its_queue() -> None:
    queues = (await carried("submissions")).values()
    assert sorted(model for models in queues for model in models) == sorted(each.__name__ for each in INBOUND)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_say_what_the_catalogue_says_it_says(service: str) -> None:
    may = (*PUBLISHED_BY[service], *FORWARDED_BY.get(service, ()))
    assert await operations(service, "send") == {event.key for event in may}


@pytest.mark.parametrize("work", OURS, ids=lambda work: work.name)
def test_a_queue_is_named_for_its_service_and_what_it_hears(work: WorkQueue) -> None:
    assert work.service in SERVICES
    assert [work.name] == [f"{work.service}.{key.replace('.', '-')}" for key in work.keys]


def test_every_key_that_is_heard_is_said_by_somebody() -> None:
    assert subscribed_keys() <= set(EVENT_KEYS)


def test_no_two_queues_share_a_name() -> None:
    assert len(BY_NAME) == len(WORK)
