"""What became of a world, asked from the outside: records, scores, letters and dead letters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from citiesshare.local.stack import Stack
from services.notifications.settings import Settings
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.errors import PermanentError
from shared.messaging import dead_letters
from shared.store.mongo import open_database
from tests.chaos.sample_world import ExpectedLetter, World

PATIENCE = 120.0  # seconds; the machine may be at its limit
FOR_GOOD = f"{PermanentError.__name__}:"


@dataclass
class Verdict:
    """The figures of one world, a sentence for everything that is wrong, and what else is worth a look."""

    submissions: int = 0
    letters: int = 0
    lost: int = 0
    double: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)


def total(verdicts: Sequence[Verdict]) -> str:
    """The figures of all ``verdicts``, in one line."""
    names = ("submissions", "letters", "lost", "double", "unknown")
    return ", ".join(f"{name} {sum(getattr(verdict, name) for verdict in verdicts)}" for name in names)


async def judge(stack: Stack, world: World, poisoned: Sequence[OutgoingMessage]) -> Verdict:
    """Judge what ``stack`` made of ``world``: nothing lost, nothing double, nothing dead without a reason."""
    verdict = Verdict(submissions=len(world.letters) + len(poisoned))
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        for letter in world.letters:
            await _recorded(client, stack, letter, verdict)
        for letter in poisoned:
            await _rejected(client, stack, letter, verdict)
        for solution in world.solutions:
            await _scored(client, stack, solution, verdict)
        await _letters(client, stack, world, verdict)
    await _dead(stack, verdict)
    return verdict


async def _fate(client: httpx.AsyncClient, stack: Stack, letter: OutgoingMessage) -> dict[str, object]:
    where = f"{stack.ports.page('submissions')}/v1/events"
    answer = await client.get(where, params={"source": letter.source, "id": letter.id})
    told: dict[str, object] = answer.json()
    return told


async def _recorded(
    client: httpx.AsyncClient, stack: Stack, letter: OutgoingMessage, verdict: Verdict
) -> None:
    told = await _fate(client, stack, letter)
    records = told.get("records")
    if told.get("fate") != "recorded" or not isinstance(records, list) or len(records) != 1:
        verdict.lost += 1
        verdict.wrong.append(f"{letter.key} {letter.id} has not one record: {told}")


async def _rejected(
    client: httpx.AsyncClient, stack: Stack, letter: OutgoingMessage, verdict: Verdict
) -> None:
    told = await _fate(client, stack, letter)
    if told.get("fate") != "rejected" or not told.get("complaints"):
        verdict.lost += 1
        verdict.wrong.append(f"poison {letter.id} was not rejected with a reason: {told}")


async def _scored(client: httpx.AsyncClient, stack: Stack, solution: str, verdict: Verdict) -> None:
    """The score is current when the outcome, which was said last, is in it."""
    answer = await client.get(f"{stack.ports.page('scoring')}/v1/solutions/{solution}/score")
    record = answer.json()["assessment"].get("record") if answer.status_code == 200 else None
    if not record or record.get("ended") != 1:
        verdict.lost += 1
        verdict.wrong.append(f"{solution} has no current score: {answer.status_code} {record}")


async def _letters(client: httpx.AsyncClient, stack: Stack, world: World, verdict: Verdict) -> None:
    """Every due letter is in the mailbox once, or visibly unknown; no letter is there twice."""
    kept = (await client.get(f"{stack.ports.page('mailbox')}/letters.json")).json()
    readers = {official.email for official in world.officials}
    here = Counter(
        letter["Message-ID"].strip("<>").split("@")[0]
        for letter in kept
        if any(reader in letter["To"] for reader in readers)
    )
    verdict.letters = sum(here.values())
    for letter, times in here.items():
        if times > 1:
            verdict.double += 1
            verdict.wrong.append(f"letter {letter} is in the mailbox {times} times")
    standing = await _standing(stack, world)
    for due in sorted(world.due, key=str):
        judge_due(due, standing.get((due.official, due.solution), []), here, verdict)


def judge_due(
    due: ExpectedLetter, standing: Sequence[dict[str, object]], here: Counter[str], verdict: Verdict
) -> None:
    """Judge what stands of one letter that is due, and what is in the mailbox, by id."""
    # Warnings and introductions come besides; who was told of the solution has an alert, or its update.
    telling = [letter for letter in standing if letter["kind"] in {"alert", "update"}]
    arrived = [letter for letter in telling if here[str(letter["_id"])]]
    unknown = [letter for letter in telling if letter["state"] == "unknown"]
    verdict.unknown += len(unknown)
    if not arrived and not unknown:
        verdict.lost += 1
        verdict.wrong.append(f"{due.official} was not told of {due.solution}: {standing}")
    # One that was skipped counts where it is in the mailbox all the same: the service may be wrong there.
    alerts = [
        letter
        for letter in standing
        if letter["kind"] == "alert" and (letter["state"] != "skipped" or here[str(letter["_id"])])
    ]
    if len(alerts) > 1:
        verdict.double += 1
        verdict.wrong.append(f"{due.official} was alerted to {due.solution} {len(alerts)} times: {standing}")


async def _standing(stack: Stack, world: World) -> dict[tuple[str, str], list[dict[str, object]]]:
    """The letters of a world's officials as the notifications service keeps them, by reader and solution."""
    database = open_database(Settings(mongo_url=stack.ports.mongo_url), "notifications")
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    try:
        for official in world.officials:
            letters = database["letters"].find({"official": official.id}, {"raw": 0, "letter": 0})
            for letter in await letters.to_list(None):
                found.setdefault((official.id, str(letter["solution"])), []).append(letter)
    finally:
        await database.close()
    return found


async def _dead(stack: Stack, verdict: Verdict) -> None:
    """Nothing is dead without a reason, and none of a fault: only what time cannot mend may be dead.

    Whether a submission or a letter was lost by it is judged where these are looked for.
    """
    for letter in await dead_letters.list_dead_letters(stack.ports.amqp_url):
        sentence = f"dead in {letter.place}: {letter.reason or 'without a reason'}"
        (verdict.noted if letter.reason.startswith(FOR_GOOD) else verdict.wrong).append(sentence)
        verdict.lost += not letter.reason
