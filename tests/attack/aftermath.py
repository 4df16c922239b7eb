"""After the attack: what was kept, and whether its sender might say it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import aio_pika

from tests.attack.findings import Findings
from tests.attack.inputs import Message, over_amqp
from tests.attack.marks import marks_in
from tests.attack.plan import FIRST_VICTIM, Plan, judge_of, late_words
from tests.attack.scene import Scene
from tests.attack.world import ACCOUNTS, PREFIX, VICTIMS_IDS

Documents = Mapping[str, list[dict[str, Any]]]
TOLD = ("messages",)
"""The collection that tells what was refused, and why: the words of who was refused may stand there."""
TAKEN = frozenset({"recorded", "held"})


def check_fates(
    documents: Documents, plan: Plan, numbers: Sequence[int], findings: Findings
) -> dict[int, str]:
    """Compare the fate of each message with the judge; gives the fates by number."""
    fates = {(one["source"], one["event"]): one for one in _of(documents, "messages")}
    judge, found = judge_of(plan.seed), dict[int, str]()
    for number in (each for each in numbers if not plan.is_file(each)):
        one = plan.input(number)
        said = one.statement
        if said is None or one.way not in {"http", "amqp"}:
            continue
        fate = fates.get((said.source, said.event), {})
        found[number] = str(fate.get("fate", "unknown"))
        verdict = judge.judge(said)
        if not verdict.may and fate.get("fate") in TAKEN:
            findings.add(
                "accepted wrongly",
                f"{one.way} {one.kind}: {said.account} {said.key}: {fate['fate']} {fate.get('records')}, "
                f"though {verdict.why}",
                number,
            )
    return found


def check_kept(documents: Documents, plan: Plan, findings: Findings) -> None:
    """Look for the words of inputs in all that is kept: none may come from who may not say it."""
    judge, known = judge_of(plan.seed), {each.numbers[:1] for each in findings.found}
    for place, kept in documents.items():
        if place.split(".")[-1] in TOLD:
            continue
        for number in sorted({one for each in kept for one in marks_in(str(each))}):
            if number >= FIRST_VICTIM or (number,) in known:
                continue
            one = plan.input(number)
            verdict = judge.judge(one.statement) if one.statement else None
            if verdict and not verdict.may:
                what = f"{one.way} {one.kind}: words kept in {place}, though {verdict.why}"
                findings.add("accepted wrongly", what, number)
            elif one.way == "smtp" and "remarks" in place:
                findings.add("accepted wrongly", f"smtp {one.kind}: relayed in {place} without a key", number)


def victims_of(documents: Documents) -> dict[str, str]:
    """The victims' records as they are: by key, the document as a text."""
    return {
        str(one["_id"]): json.dumps(one, default=str, sort_keys=True)
        for one in _of(documents, "records")
        if any(name in str(one["_id"]) for name in VICTIMS_IDS)
    }


def check_victims(before: Mapping[str, str], after: Mapping[str, str], findings: Findings) -> None:
    """The victims' records are as they were: nobody who may change them spoke meanwhile."""
    for key, document in before.items():
        if after.get(key) != document:
            numbers = sorted(marks_in(after.get(key, "")) - marks_in(document))
            findings.add("accepted wrongly", f"record {key} of a victim was changed", *numbers[:10])


def check_late(documents: Documents, plan: Plan, deposits: list[str], findings: Findings) -> None:
    """What Malmö says afterwards is taken, though others used its ids and claimed its deposits before."""
    fates = {(one["source"], one["event"]): one for one in _of(documents, "messages")}
    malmo = ACCOUNTS[f"{PREFIX}-malmo"]
    events = [each.event for each in late_words(plan.seed)]
    events += [str(each.headers["ce-id"]) for each in claims(plan.seed, deposits)]
    for event in events:
        fate = fates.get((malmo.source, event), {})
        if fate.get("fate") != "recorded":
            told = f"{event} of {malmo.name} was spoilt: {fate.get('fate')} {fate.get('complaints')}"
            findings.add("accepted wrongly", told)


def claims(seed: int, deposits: list[str]) -> Iterator[Message]:
    """Malmö claims its own deposits."""
    like = over_amqp(next(late_words(seed)))
    for number, dataref in enumerate(deposits):
        named = {"ce-id": f"{PREFIX}-{seed}-claim-{number}", "ce-dataref": dataref}
        yield replace(like, body=b"", headers={**like.headers, **named})


async def check_dead(scene: Scene, findings: Findings) -> None:
    """Dead letters: what made a service give up. They stay where they are."""
    async with await aio_pika.connect(scene.stack.amqp_url) as connection:
        channel = await connection.channel()
        for service in scene.stack.services:
            queue = await channel.get_queue(f"{service}.dead")
            messages = []
            while message := await queue.get(fail=False, timeout=30):
                messages.append(message)
            for message in messages:
                numbers = _numbers(message.headers, message.body)
                reason = " ".join(str(message.headers.get(name, "")) for name in ("x-place", "x-reason"))
                findings.add("crash", f"dead letter at {reason}"[:300], *numbers)
                with suppress(Exception):
                    await message.nack(requeue=True)


def _numbers(headers: Mapping[str, Any], body: bytes) -> list[int]:
    named = headers.get("ce-id")
    event = named.rsplit("-", 1)[-1] if isinstance(named, str) else ""
    found = marks_in(body.decode(errors="replace"))
    return sorted({*found, *([int(event)] if event.isdecimal() else [])})[:10]


def _of(documents: Documents, collection: str) -> list[dict[str, Any]]:
    """The documents of a collection of the submissions service."""
    return [
        one
        for place, kept in documents.items()
        if place.endswith(f"submissions.{collection}")
        for one in kept
    ]
