"""No dead letter stops a command that reads dead letters, whatever anybody wrote into it."""

import asyncio
import json

import pytest
from typer.testing import CliRunner, Result

from citiesshare.commands.dead import app
from shared.erasure.person import Person
from shared.messaging.dead_letters import rewrite_all
from shared.messaging.topology import DEAD
from tests.broker import Outsider, a_message

MARKUP = "[/not a tag] [bold]x[/red] \x1b[2J\x1b]0;title\x07 \u202e reversed \x00"
BODIES = {
    "deep": b'{"name": "Erika Mustermann", "x": ' + b"[" * 900 + b"]" * 900 + b"}",
    "very deep": b'{"name": "Erika Mustermann", "x": ' + b"[" * 100_000,
    "half a character": b'{"name": "Erika Mustermann \\ud800"}',
    "no UTF-8": b"\xff\xfe Erika Mustermann \x80",
    "endless number": b'{"name": "Erika Mustermann", "n": ' + b"1" * 5000 + b"}",
    "nothing": b"",
}


async def dead(url: str, *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(words), env={"AMQP_URL": url})


async def bury(outsider: Outsider) -> None:
    for body in BODIES.values():
        headers = {"ce-type": MARKUP, "x-reason": MARKUP, "x-died": MARKUP, "x-place": "submissions.reports"}
        await outsider.publish(DEAD, "submissions", a_message(body, {**headers, "x-attempt": MARKUP}))


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("list", "--service", "submissions")])
async def test_the_list_shows_any_dead_letter(outsider: Outsider, words: tuple[str, ...]) -> None:
    await bury(outsider)
    result = await dead(outsider.url, *words)
    assert result.exit_code == 0, result.exception
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(result.stdout)


async def test_each_is_shown_erased_and_replayed_like_any_other(outsider: Outsider) -> None:
    await bury(outsider)
    rows = [json.loads(line) for line in (await dead(outsider.url, "list", "--json")).stdout.splitlines()]
    assert len(rows) == len(BODIES)
    for row in rows:
        shown = await dead(outsider.url, "show", row["id"])
        assert shown.exit_code == 0, shown.exception
    done = await rewrite_all(outsider.url, "submissions", Person(["Erika Mustermann"]).without)
    assert done.changed == len(BODIES) - 1
    shown = await dead(outsider.url, "list", "--json")
    for row in [json.loads(line) for line in shown.stdout.splitlines()]:
        assert "Erika" not in (await dead(outsider.url, "show", row["id"])).stdout
    assert f"{len(BODIES)} replayed" in (await dead(outsider.url, "replay", "--all")).stdout
    assert "No dead letters." in (await dead(outsider.url, "list")).stdout
