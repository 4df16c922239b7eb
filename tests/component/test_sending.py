"""`submissions send`: an interrupted sending goes on where it stopped, and nothing is recorded twice."""

import asyncio
import json
import os
import sys
from pathlib import Path

from services.submissions.settings import Settings
from shared.http.asgi import Service
from shared.json_limits import LARGEST_MESSAGE
from tests.broker import Outsider
from tests.component.commands import environment, submissions
from tests.component.intake import counts
from tests.waiting import until

MANY = 2_000
QUEUE = "submissions.procurement"


def releases(folder: Path, many: int) -> Path:
    """A file of ``many`` releases, each of a process of its own."""
    file = folder / "releases.jsonl"
    with file.open("w") as lines:
        for number in range(many):
            tender = {"id": "t", "title": f"Lamps {number}", "status": "active"}
            release = {"ocid": f"ocds-abc123-{number}", "id": "1", "tag": ["tender"], "tender": tender}
            lines.write(json.dumps(release) + "\n")
    return file


async def test_a_killed_sending_goes_on_where_it_stopped(
    settings: Settings, outsider: Outsider, tmp_path: Path
) -> None:
    file, journal = releases(tmp_path, MANY), str(tmp_path / "sent.sqlite")
    words = ("send", str(file), "--journal", journal, "--json")
    sending = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "citiesshare.cli",
        "submissions",
        *words,
        env={**os.environ, **environment(settings)},
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def some_are_there() -> bool:
        return await outsider.ready(QUEUE) > 150

    await until(some_are_there)
    sending.kill()
    await sending.wait()
    came = await outsider.ready(QUEUE)
    assert came < MANY, "it was killed too late to show anything"
    told = json.loads((await submissions(settings, *words)).stdout)
    assert told["skipped"] >= 100
    assert told["sent"] + told["skipped"] == MANY
    assert MANY <= await outsider.ready(QUEUE) <= MANY + 200  # what was on its way comes twice, under one id
    again = json.loads((await submissions(settings, *words)).stdout)
    assert (again["sent"], again["skipped"]) == (0, MANY)


async def test_what_is_sent_twice_is_recorded_once(settings: Settings, app: Service, tmp_path: Path) -> None:
    file = releases(tmp_path, 5)
    for journal in ("one", "two"):
        told = await submissions(settings, "send", str(file), "--journal", str(tmp_path / journal))
        assert "5 messages" in told.output

    async def all_recorded() -> bool:
        return (await counts(app)).get("recorded") == 5

    await until(all_recorded)


async def test_a_message_that_is_too_large_is_told_and_the_next_one_is_sent(
    settings: Settings, outsider: Outsider, tmp_path: Path
) -> None:
    """The broker closed the channel, with all that was on its way."""
    file = releases(tmp_path, 3)
    lines = file.read_text().splitlines()
    large = json.loads(lines[1])
    large["tender"]["documents"] = [{"id": "d", "description": "x" * LARGEST_MESSAGE}]
    file.write_text("\n".join([lines[0], json.dumps(large), lines[2]]))
    told = await submissions(settings, "send", str(file), "--journal", str(tmp_path / "sent"), "--json")
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert (found["sent"], found["too_large"]) == (2, 1)
    assert "more than the 10,000,000 of one message: not sent" in told.stderr
    assert await outsider.ready(QUEUE) == 2


async def test_what_one_broker_confirmed_is_still_to_be_sent_to_another(
    settings: Settings, outsider: Outsider, tmp_path: Path
) -> None:
    words = ("send", str(releases(tmp_path, 3)), "--journal", str(tmp_path / "sent"), "--json")
    elsewhere = settings.model_copy(update={"amqp_url": "amqp://guest:guest@127.0.0.1:1/"})
    away = await submissions(elsewhere, *words)
    assert away.exit_code == 1
    assert "no broker answers at 127.0.0.1:1" in away.output
    assert json.loads((await submissions(settings, *words)).stdout)["sent"] == 3
    other = outsider.url.replace("127.0.0.1", "localhost")
    there = settings.model_copy(update={"amqp_url": other})
    assert json.loads((await submissions(there, *words)).stdout)["sent"] == 3


async def test_a_broker_without_topology_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    words = ("send", str(releases(tmp_path, 3)), "--journal", str(tmp_path / "sent"))
    told = await submissions(settings, *words)
    assert told.exit_code == 1
    assert "topology declare" in told.output
