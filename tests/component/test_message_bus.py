"""The edge between the broker and a handler: what is said, parked, buried, settled; on the real broker."""

import asyncio
import time
from collections import Counter

import pytest
from aio_pika.exceptions import DeliveryError, PublishError

from shared.errors import DiscardMessage, RetryableError
from shared.events import SolutionRecorded
from shared.messaging.bus import Published
from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.topology import EVENTS, UNHEARD
from tests.broker import Outsider, a_message, body_of
from tests.builders import a_solution, solution_matched, solution_recorded, solution_scored
from tests.component.buses import DEAD, QUEUE, an_edge, hearing, started
from tests.waiting import until

SCORED = solution_scored()


async def test_what_a_handler_returns_is_said_on_the_same_journey(outsider: Outsider) -> None:
    async def score(_: SolutionRecorded) -> Published:
        return SCORED

    heard = await outsider.listen("solution.scored")
    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded(), correlation_id="one journey")
        said = await outsider.next(heard)
    assert said.correlation_id == "one journey"
    assert said.headers["ce-id"] == SCORED.message_id
    assert said.headers["ce-type"] == "org.citiesshare.solution.scored.v1"
    assert body_of(said)["solution"] == SCORED.solution


async def test_what_is_said_survives_the_broker(outsider: Outsider) -> None:
    async def score(_: SolutionRecorded) -> Published:
        return SCORED

    heard = await outsider.listen("solution.scored")
    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded())
        said = await outsider.next(heard)
    assert said.delivery_mode is not None
    assert int(said.delivery_mode) == 2


async def test_several_messages_are_all_said(outsider: Outsider) -> None:
    async def score(_: SolutionRecorded) -> Published:
        return [solution_scored(revision=number) for number in range(1, 31)]

    heard = await outsider.listen("solution.scored")
    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded())
        revisions = [body_of(await outsider.next(heard))["revision"] for _ in range(30)]
    assert sorted(map(str, revisions)) == sorted(map(str, range(1, 31)))


async def test_what_nobody_can_receive_is_an_error_not_a_silence(amqp_url: str) -> None:
    async with Outsider(amqp_url) as somebody:
        await somebody.declare_topology(keys=())
        bus = an_edge(amqp_url, declare_topology=False)
        async with started(bus):
            with pytest.raises((DeliveryError, PublishError)):
                await bus.publish(SCORED, "journey")


async def test_a_returned_message_does_not_hide_a_good_one_beside_it(outsider: Outsider) -> None:
    """Publishes on one channel are told apart by their message ids: each fails or succeeds for itself."""
    heard = await outsider.listen("solution.matched")
    diary = await outsider.channel.get_queue(UNHEARD)
    await diary.unbind(EVENTS, "solution.scored")
    async with started(an_edge(outsider.url, declare_topology=False)) as bus:
        fates = await asyncio.gather(
            *(bus.publish(event, "journey") for event in (SCORED, solution_matched()) * 5),
            return_exceptions=True,
        )
    assert [fate is None for fate in fates] == [False, True] * 5
    assert await outsider.ready(heard.name) == 5


async def test_what_could_work_later_waits_longer_each_time_and_then_works(outsider: Outsider) -> None:
    tries: list[float] = []

    async def score(_: SolutionRecorded) -> Published:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise RetryableError("not yet")
        return SCORED

    heard = await outsider.listen("solution.scored")
    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded(), correlation_id="patience")
        said = await outsider.next(heard)
    assert said.correlation_id == "patience"
    first, second = tries[1] - tries[0], tries[2] - tries[1]
    assert (first >= 1, second >= 2) == (True, True), f"waited {first:.2f} s and {second:.2f} s"


async def test_what_never_works_dies_after_its_attempts_with_reason_place_and_journey(
    outsider: Outsider,
) -> None:
    tries: list[SolutionRecorded] = []

    async def score(event: SolutionRecorded) -> Published:
        tries.append(event)
        raise RetryableError("the relay is away")

    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded(), correlation_id="in vain")
        await until(lambda: outsider.ready(DEAD))
    (dead,) = await list_dead_letters(outsider.url)
    assert (len(tries), dead.attempts) == (3, 3)
    assert (dead.reason, dead.place, dead.correlation_id) == (
        "RetryableError: the relay is away",
        QUEUE,
        "in vain",
    )
    assert dead.type == "org.citiesshare.solution.recorded.v1"


async def test_an_error_nobody_foresaw_is_dead_at_once(outsider: Outsider) -> None:
    tries: list[SolutionRecorded] = []

    async def score(event: SolutionRecorded) -> Published:
        tries.append(event)
        raise KeyError("surprise")

    async with hearing(outsider.url, score):
        await outsider.say(solution_recorded())
        await until(lambda: outsider.ready(DEAD))
    (dead,) = await list_dead_letters(outsider.url)
    assert (len(tries), dead.reason, dead.attempts) == (1, "KeyError: 'surprise'", 1)


async def test_what_is_settled_is_done_with(outsider: Outsider) -> None:
    async def score(_: SolutionRecorded) -> Published:
        raise DiscardMessage("said before")

    async with hearing(outsider.url, score) as bus:
        await outsider.say(solution_recorded())
        await until(lambda: handled(bus.load.handled, 1))
    assert [await outsider.ready(queue) for queue in (QUEUE, DEAD)] == [0, 0]


RECORDED = solution_recorded().model_dump_json()
POISON = {
    "not JSON": b"\xff\xfe{",
    "a list": b"[]",
    "empty": b"",
    "another message": SCORED.model_dump_json().encode(),
    "a bomb of nesting": b"[" * 200_000,
    "a wrong type": solution_recorded()
    .model_dump_json()
    .replace('"revision":1', '"revision":"one"')
    .encode(),
}


@pytest.mark.parametrize("poison", POISON)
async def test_poison_is_dead_with_a_reason_and_blocks_nobody(outsider: Outsider, poison: str) -> None:
    heard: list[str] = []

    async def score(event: SolutionRecorded) -> Published:
        heard.append(event.solution.id)
        return None

    async with hearing(outsider.url, score, prefetch=1):
        await outsider.publish(EVENTS, "solution.recorded", a_message(POISON[poison], {}))
        await outsider.say(solution_recorded(solution=a_solution(id="after it")))
        await until(lambda: handled(len(heard), 1))
        await until(lambda: outsider.ready(DEAD))
    (dead,) = await list_dead_letters(outsider.url)
    assert heard == ["after it"]
    assert dead.reason.startswith(
        f"PermanentError: {QUEUE} expects solution.recorded, and this message does not fit"
    )


async def test_what_waits_in_a_backlog_is_all_handled_by_who_starts_later(outsider: Outsider) -> None:
    """A subscriber that begins under a backlog must not drop what arrives in its first instant."""
    heard: Counter[str] = Counter()

    async def score(event: SolutionRecorded) -> Published:
        heard[event.solution.id] += 1
        return None

    wanted = {f"sol-{number}" for number in range(200)}
    for solution in sorted(wanted):
        await outsider.say(solution_recorded(solution=a_solution(id=solution)))
    async with hearing(outsider.url, score, prefetch=50) as bus:
        await until(lambda: handled(bus.load.handled, len(wanted)))
    assert heard == Counter(wanted)
    assert await outsider.ready(QUEUE) == 0


async def test_prefetch_bounds_what_is_in_work_at_once(outsider: Outsider) -> None:
    most = 0

    async def score(_: SolutionRecorded) -> Published:
        nonlocal most
        most = max(most, bus.load.in_work)
        return None

    for number in range(30):
        await outsider.say(solution_recorded(revision=number + 1))
    async with hearing(outsider.url, score, prefetch=4) as bus:
        await until(lambda: handled(bus.load.handled, 30))
    assert 1 <= most <= 4


async def handled(count: int, wanted: int) -> bool:
    return count >= wanted
