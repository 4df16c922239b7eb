"""What is killed comes back, and nothing that was confirmed is lost on the way."""

import asyncio
from collections import Counter
from contextlib import suppress

from aio_pika.exceptions import AMQPError
from faststream.rabbit.annotations import RabbitMessage

from citiesshare.local.stack import Stack
from shared.events import SolutionRecorded
from shared.messaging.bus import MessageBus, Published
from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.topology import RETRY
from shared.settings import ServiceSettings
from shared.store.mongo import keep_once, open_database
from tests.broker import Outsider, a_message
from tests.builders import a_solution, solution_recorded, solution_scored
from tests.component.buses import DEAD, QUEUE, hearing, hearing_raw
from tests.component.faults import declared, evaluate, kill, kill_and_wait
from tests.waiting import until


def numbered(number: int) -> SolutionRecorded:
    return solution_recorded(solution=a_solution(id=f"sol-{number}"))


def all_of(count: int) -> set[str]:
    return {f"sol-{number}" for number in range(count)}


async def test_after_the_broker_was_killed_the_service_hears_on_and_nothing_is_lost(
    backing: Stack, outsider: Outsider
) -> None:
    heard: Counter[str] = Counter()

    async def score(event: SolutionRecorded) -> Published:
        heard[event.solution.id] += 1
        return solution_scored(solution=event.solution.id)

    async with hearing(outsider.url, score, prefetch=5, grace_seconds=5):
        for number in range(60):
            await outsider.say(numbered(number))
        await declared(backing, f"{outsider.url.rpartition('/')[2]}_citiesshare.unheard")
        await kill_and_wait(backing, "broker")
        async with Outsider(outsider.url) as again:
            for number in range(60, 80):
                await again.say(numbered(number))

            async def done() -> bool:
                return set(heard) == all_of(80) and await again.ready(QUEUE) == 0

            await until(done)
            assert await again.ready(DEAD) == 0
            said = await again.ready("citiesshare.unheard")
    assert said >= 80, "what was heard was also said, before or after the crash"


async def test_a_lost_channel_to_speak_on_leaves_nothing_stuck_unsaid_or_dead(outsider: Outsider) -> None:
    """Channels come back one by one, so a service may hear while it cannot speak yet."""
    heard: Counter[str] = Counter()

    async def score(event: SolutionRecorded) -> Published:
        heard[event.solution.id] += 1
        if len(heard) == 5:
            await break_channel(bus)
        return solution_scored(solution=event.solution.id)

    async with hearing(outsider.url, score, prefetch=5) as bus:
        for number in range(20):
            await outsider.say(numbered(number))
        await until(lambda: all_said(outsider, 20))
    assert set(heard) == all_of(20)
    assert [await outsider.ready(queue) for queue in (QUEUE, DEAD)] == [0, 0]


async def break_channel(bus: MessageBus) -> None:
    """Make the broker close the channel on which ``bus`` speaks, as an error of anybody's on it would."""
    channel = await (await bus.channel()).get_underlay_channel()
    with suppress(AMQPError):
        await channel.basic_publish(b"", exchange="nowhere")


async def all_said(outsider: Outsider, count: int) -> bool:
    return await outsider.ready("citiesshare.unheard") >= count


async def test_while_the_store_is_away_messages_wait_and_then_work(
    backing: Stack, outsider: Outsider
) -> None:
    heard: list[str] = []
    settings = ServiceSettings(
        mongo_url=backing.ports.mongo_url.replace("timeoutMS=10000", "timeoutMS=1000"), mongo_prefix="faults_"
    )
    database = open_database(settings, "test")

    async def keep(event: SolutionRecorded) -> Published:
        heard.append(event.solution.id)
        await keep_once(database["kept"], {"_id": event.solution.id})
        return None

    async with hearing(outsider.url, keep, retry_attempts=30):
        await outsider.say(numbered(0))
        await until(lambda: kept(database["kept"].count_documents({}), 1))
        await kill(backing, "store")
        for number in range(1, 21):
            await outsider.say(numbered(number))
        await backing.children["store"].until_ready() if backing.children["store"].running else None
        await until(lambda: kept(database["kept"].count_documents({}), 21))
    await database.close()
    assert set(heard) == all_of(21)
    assert await list_dead_letters(outsider.url) == []


async def test_a_graceful_stop_finishes_what_is_in_work_and_leaves_the_rest(outsider: Outsider) -> None:
    done: Counter[str] = Counter()
    begun: list[str] = []

    async def slowly(event: SolutionRecorded) -> Published:
        begun.append(event.solution.id)
        await asyncio.sleep(0.5)
        done[event.solution.id] += 1
        return solution_scored(solution=event.solution.id)

    for number in range(40):
        await outsider.say(numbered(number))
    async with hearing(outsider.url, slowly, prefetch=8):
        await until(lambda: kept_now(len(begun) >= 8))
    stopped_with = sum(done.values())
    assert 8 <= stopped_with < 40
    async with hearing(outsider.url, slowly, prefetch=40):
        await until(lambda: kept_now(set(done) == all_of(40)))
    assert done == Counter(all_of(40)), "handled once each: the stop neither lost nor repeated anything"


async def test_a_handler_that_was_cut_off_is_heard_again_marked_as_redelivered(outsider: Outsider) -> None:
    begun = asyncio.Event()
    deliveries: list[bool | None] = []

    async def never(message: RabbitMessage) -> Published:
        deliveries.append(message.raw_message.redelivered)
        begun.set()
        await asyncio.Event().wait()
        return None

    async def at_once(message: RabbitMessage) -> Published:
        deliveries.append(message.raw_message.redelivered)
        return None

    await outsider.say(numbered(0))
    async with hearing_raw(outsider.url, never, grace_seconds=0.5):
        await begun.wait()
    async with hearing_raw(outsider.url, at_once):
        await until(lambda: kept_now(len(deliveries) == 2))
    assert deliveries == [False, True]


async def test_a_service_that_starts_before_its_broker_waits_for_it(
    backing: Stack, outsider: Outsider
) -> None:
    """Killed and started in any order: an edge that begins while the broker is away connects later."""
    heard: list[str] = []

    async def score(event: SolutionRecorded) -> Published:
        heard.append(event.solution.id)
        return None

    await outsider.say(numbered(0))
    restarts = backing.children["broker"].restarts
    await kill(backing, "broker")
    async with hearing(outsider.url, score):
        await until(lambda: kept_now(heard == ["sol-0"]))
    assert backing.children["broker"].restarts == restarts + 1


async def kept(counting: object, wanted: int) -> bool:
    try:
        return int(await counting) >= wanted  # type: ignore[misc]
    except Exception:  # noqa: BLE001 - the store is away
        return False


async def kept_now(fact: bool) -> bool:
    return fact


async def test_the_broker_gets_the_supervisor_of_its_dead_letter_workers_back(
    backing: Stack, outsider: Outsider
) -> None:
    """It ends for good when two of them crash within five seconds: nothing parked would ever come back."""
    workers = "supervisor:which_children(rabbit_fifo_dlx_sup)"
    await evaluate(backing, f"[exit(Worker, kill) || {{_, Worker, _, _}} <- {workers}]")
    await outsider.publish(RETRY, f"1.{QUEUE}", a_message(b"parked", {}))
    assert (await outsider.next(QUEUE)).body == b"parked"
