"""One attack: the stack, the inputs on their ways in, who watches, and the look at what was kept."""

import asyncio
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attack import aftermath, reading
from tests.attack.findings import Findings, Kind
from tests.attack.guard import Guard
from tests.attack.inputs import Input, Message, Way
from tests.attack.pages import SERVICES
from tests.attack.plan import Plan, late_words
from tests.attack.scene import Scene, new_scene, prepare, say_all, say_messages
from tests.attack.senders import TOGETHER, Senders

LANES: dict[Way, int] = {"http": 10, "amqp": 11, "pages": 4, "sockets": 12, "smtp": 4}
AHEAD = 200  # inputs of one way that may wait for a lane: one slow way keeps no other waiting
STALL = 1.0
NICE = 5
CHEAP = {"submissions": "/v1/schemas", "scoring": "/v1/frameworks", "notifications": "/openapi.json"}
LAST_WAIT = 600.0
Tell = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """What an attack found, with the figures around it."""

    findings: Findings
    seconds: float
    memory: dict[str, int]
    slowest: dict[str, tuple[float, float, float]]
    fates: dict[int, str]


async def attack(plan: Plan, numbers: Sequence[int], folder: Path, tell: Tell) -> Outcome:
    """Send the inputs ``numbers`` to a stack of its own, and judge what came of it; raises StackError."""
    findings = Findings(plan.seed, folder)
    with TemporaryDirectory(prefix="citiesshare-attack-") as data:
        scene = new_scene(Path(data))
        try:
            tell("starting the stack", 0, 1)
            await prepare(scene, plan.seed)
            whole = Plan(plan.seed, tuple(scene.routes))
            return await _attacked(scene, whole, numbers, findings, tell)
        finally:
            await scene.stack.stop()
            _keep_logs(scene.stack.data / "log", folder)


async def _attacked(
    scene: Scene, plan: Plan, numbers: Sequence[int], findings: Findings, tell: Tell
) -> Outcome:
    before = aftermath.victims_of(await asyncio.to_thread(scene.documents))
    senders = Senders(scene, findings)
    guard = Guard(scene.stack, senders, findings)
    watching = asyncio.create_task(guard.watch())
    probe = await _probe(scene, guard)
    _make_way()
    began = time.monotonic()
    await _send_all(plan, numbers, senders, findings, tell)
    tell("waiting until all is handled", 0, 1)
    try:
        await scene.quiet(LAST_WAIT)
    except TimeoutError:
        findings.add("stall", f"messages are still on their way {LAST_WAIT:.0f} s after the last input")
    seconds = time.monotonic() - began
    slowest = await _told_by(probe, findings)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await senders.close()
    tell("looking at what was kept", 0, 1)
    fates = await _judged(scene, plan, numbers, before, findings)
    return Outcome(findings, seconds, guard.most, slowest, fates)


async def _judged(
    scene: Scene, plan: Plan, numbers: Sequence[int], before: dict[str, str], findings: Findings
) -> dict[int, str]:
    documents = await asyncio.to_thread(scene.documents)
    fates = aftermath.check_fates(documents, plan, numbers, findings)
    aftermath.check_victims(before, aftermath.victims_of(documents), findings)
    aftermath.check_kept(documents, plan, findings)
    await aftermath.check_dead(scene, findings)
    await say_all(scene, list(late_words(plan.seed)))
    await say_messages(scene, list(aftermath.claims(plan.seed, scene.deposits)))
    await scene.quiet(LAST_WAIT)
    aftermath.check_late(await asyncio.to_thread(scene.documents), plan, scene.deposits, findings)
    return fates


async def _send_all(
    plan: Plan, numbers: Sequence[int], senders: Senders, findings: Findings, tell: Tell
) -> None:
    """All ways at once; the files go to a process of their own."""
    queues: dict[Way, asyncio.Queue[list[Input]]] = {way: asyncio.Queue(AHEAD) for way in LANES}
    lanes = [
        asyncio.create_task(_lane(queues[way], senders.send))
        for way, count in LANES.items()
        for _ in range(count)
    ]
    ticker = asyncio.create_task(_ticking(findings, len(numbers), tell))
    files = asyncio.create_task(_files(plan, numbers, findings))
    for group in _groups(plan, numbers):
        await queues[group[0].way].put(group)
    await asyncio.gather(*(queue.join() for queue in queues.values()), files)
    for task in (*lanes, ticker):
        task.cancel()
    await asyncio.gather(*lanes, ticker, return_exceptions=True)


async def _ticking(findings: Findings, total: int, tell: Tell) -> None:
    while True:
        tell("attacking", sum(findings.sent.values()), total)
        await asyncio.sleep(1)


async def _lane(
    queue: "asyncio.Queue[list[Input]]", send: Callable[[Sequence[Input]], Awaitable[None]]
) -> None:
    while True:
        group = await queue.get()
        try:
            await send(group)
        finally:
            queue.task_done()


def _groups(plan: Plan, numbers: Sequence[int]) -> Iterator[list[Input]]:
    """Inputs in their order; events of one account that may go in a batch are put together."""
    waiting: dict[str, list[Input]] = {}
    for number in (each for each in numbers if not plan.is_file(each)):
        one = plan.input(number)
        content = one.content
        if not isinstance(content, Message) or content.alone or one.way != "http":
            yield [one]
            continue
        group = waiting.setdefault(content.account, [])
        group.append(one)
        if len(group) == TOGETHER:
            yield waiting.pop(content.account)
    yield from waiting.values()


async def _files(plan: Plan, numbers: Sequence[int], findings: Findings) -> None:
    """Have a process read the files; one that ends before it should is a crash."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    with TemporaryDirectory(prefix="citiesshare-files-") as folder:
        worker = context.Process(target=reading.work, args=(plan.seed, list(numbers), Path(folder), results))
        worker.start()
        try:
            await _read_results(worker, results, plan, findings)
        finally:
            worker.kill()
            worker.join()


async def _read_results(
    worker: multiprocessing.process.BaseProcess,
    results: "multiprocessing.queues.Queue[list[reading.Reading] | None]",
    plan: Plan,
    findings: Findings,
) -> None:
    while True:
        if results.empty():
            if not worker.is_alive() and results.empty():
                findings.add("crash", f"the process that reads files ended with {worker.exitcode}")
                return
            await asyncio.sleep(0.1)
            continue
        some = results.get()
        if some is None:
            return
        for one in some:
            findings.answered(plan.input(one.number), one.answer)
            if one.error:
                kind: Kind = "stall" if one.error.startswith(reading.TooLong.__name__) else "crash"
                findings.add(kind, f"file: {one.error}", one.number)


async def _probe(scene: Scene, guard: Guard) -> asyncio.subprocess.Process:
    urls = [
        f"{scene.page(service)}{path}" for service in SERVICES for path in ("/health/live", CHEAP[service])
    ]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attack.probe", str(guard.pids), *urls), stdout=asyncio.subprocess.PIPE
    )


def _make_way() -> None:
    """The attacker runs behind the services: what it takes of the machine is no stall of theirs."""
    os.nice(NICE)


async def _told_by(
    probe: asyncio.subprocess.Process, findings: Findings
) -> dict[str, tuple[float, float, float]]:
    """The slowest answer of each address, what was subtracted, and when; a stall for each above a second."""
    probe.terminate()
    said, _ = await probe.communicate()
    told = json.loads(said)
    for url, seen in told.items():
        path = "/" + url.split("/", 3)[3]
        for took, late, at in seen["slowest"]:
            if took > STALL:
                when = time.strftime("%H:%M:%S", time.localtime(at))
                findings.add(
                    "stall",
                    f"{_service(url)}{path}: {took:.2f} s at {when}, {late:.2f} s of waiting aside",
                )
    return {url: tuple(seen["slowest"][0]) for url, seen in told.items() if seen["slowest"]}


def _service(url: str) -> str:
    return url.split("/")[2].partition(":")[2]


def _keep_logs(log: Path, folder: Path) -> None:
    """The services' logs stay beside the findings."""
    target = folder / "log"
    target.mkdir(parents=True, exist_ok=True)
    for path in log.glob("*.log"):
        (target / path.name).write_bytes(path.read_bytes()[-20_000_000:])
