"""The dead letters by the command a person uses: list, show, replay, drop; replay doubles nothing."""

import asyncio
import json
from collections import Counter

import pytest
from typer.testing import CliRunner, Result

from citiesshare.commands.dead import app
from shared.errors import DiscardMessage
from shared.events import SolutionRecorded
from shared.messaging.bus import Published
from tests.broker import Outsider
from tests.builders import a_solution, solution_recorded, solution_scored
from tests.component.buses import DEAD, QUEUE, hearing
from tests.waiting import until


async def dead(url: str, *words: str) -> Result:
    """Run `citiesshare dead …` against the broker at ``url``."""
    runner = CliRunner()
    return await asyncio.to_thread(runner.invoke, app, list(words), env={"AMQP_URL": url})


async def bury(somebody: Outsider, *solutions: str) -> None:
    """Have a handler that fails hear of ``solutions``, until all are dead."""

    async def fail(_: SolutionRecorded) -> Published:
        raise ValueError("broken today")

    before = await somebody.ready(DEAD)
    async with hearing(somebody.url, fail):
        for solution in solutions:
            await somebody.say(solution_recorded(solution=a_solution(id=solution)), correlation_id=solution)

        async def all_dead() -> bool:
            return await somebody.ready(DEAD) == before + len(solutions)

        await until(all_dead)


async def listed(url: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (await dead(url, "list", "--json")).stdout.splitlines()]


async def test_nothing_dead_is_said_in_words(outsider: Outsider) -> None:
    assert "No dead letters." in (await dead(outsider.url, "list")).stdout


async def test_the_list_tells_reason_place_and_journey_and_takes_nothing_away(outsider: Outsider) -> None:
    await bury(outsider, "sol-a", "sol-b")
    first, again = await listed(outsider.url), await listed(outsider.url)
    assert first == again
    assert {(row["place"], row["reason"], row["correlation_id"]) for row in first} == {
        (QUEUE, "ValueError: broken today", "sol-a"),
        (QUEUE, "ValueError: broken today", "sol-b"),
    }


async def test_one_is_shown_with_its_body(outsider: Outsider) -> None:
    await bury(outsider, "sol-a")
    (row,) = await listed(outsider.url)
    shown = json.loads((await dead(outsider.url, "show", str(row["id"])[:8])).stdout)
    assert json.loads(shown["body"])["solution"]["id"] == "sol-a"


async def test_what_is_replayed_works_once_the_cause_is_mended(outsider: Outsider) -> None:
    done: Counter[str] = Counter()

    async def score(event: SolutionRecorded) -> Published:
        done[event.solution.id] += 1
        return solution_scored(solution=event.solution.id)

    await bury(outsider, "sol-a", "sol-b")
    heard = await outsider.listen("solution.scored")
    assert "2 replayed" in (await dead(outsider.url, "replay", "--all")).stdout
    async with hearing(outsider.url, score):
        journeys = {(await outsider.next(heard)).correlation_id for _ in range(2)}
    assert (journeys, done) == ({"sol-a", "sol-b"}, Counter({"sol-a": 1, "sol-b": 1}))
    assert await listed(outsider.url) == []


async def test_a_second_replay_finds_nothing_to_double(outsider: Outsider) -> None:
    await bury(outsider, "sol-a")
    assert "1 replayed" in (await dead(outsider.url, "replay", "--all")).stdout
    assert "0 replayed" in (await dead(outsider.url, "replay", "--all")).stdout
    assert await outsider.ready(QUEUE) == 1


async def test_a_replayed_letter_has_all_its_attempts_before_it(outsider: Outsider) -> None:
    await bury(outsider, "sol-a")
    await dead(outsider.url, "replay", "--all")
    replayed = await outsider.next(QUEUE)
    assert [name for name in replayed.headers if name in {"x-attempt", "x-reason", "x-place"}] == []
    assert replayed.headers["ce-type"] == "org.citiesshare.solution.recorded.v1"


async def test_one_of_several_is_replayed_or_dropped_by_the_beginning_of_its_id(outsider: Outsider) -> None:
    await bury(outsider, "sol-a", "sol-b", "sol-c")
    first, second, third = [str(row["id"]) for row in await listed(outsider.url)]
    assert "1 replayed" in (await dead(outsider.url, "replay", first[:12])).stdout
    assert "1 dropped" in (await dead(outsider.url, "drop", second[:12])).stdout
    assert [row["id"] for row in await listed(outsider.url)] == [third]


@pytest.mark.parametrize("command", ["replay", "drop"])
async def test_nothing_is_replayed_or_dropped_by_accident(outsider: Outsider, command: str) -> None:
    await bury(outsider, "sol-a")
    refused = await dead(outsider.url, command)
    assert refused.exit_code == 2
    assert "give ids or --all" in refused.output
    assert len(await listed(outsider.url)) == 1


async def test_a_service_that_does_not_exist_is_named(outsider: Outsider) -> None:
    refused = await dead(outsider.url, "list", "--service", "billing")
    assert refused.exit_code == 2
    assert "billing" in refused.output


async def test_what_a_replay_says_again_is_the_same_message(outsider: Outsider) -> None:
    """A handler that keeps once and is heard twice says nothing new: ids come from the facts."""
    kept: set[str] = set()

    async def keep(event: SolutionRecorded) -> Published:
        if event.message_id in kept:
            raise DiscardMessage("kept before")
        kept.add(event.message_id)
        return solution_scored(solution=event.solution.id)

    heard = await outsider.listen("solution.scored")
    await bury(outsider, "sol-a")
    await outsider.say(solution_recorded(solution=a_solution(id="sol-a")))
    await dead(outsider.url, "replay", "--all")
    async with hearing(outsider.url, keep) as bus:

        async def both_heard() -> bool:
            return bus.load.handled == 2

        await until(both_heard)
    assert await outsider.ready(heard.name) == 1
