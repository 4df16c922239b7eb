"""`submissions publishers`: a key is shown once, rotated, revoked; every mistake says its mend."""

import json

import pytest

from services.submissions.settings import Settings
from tests.builders import YORK
from tests.component.commands import submissions

ADD = ("publishers", "add", "york", "--name", "York", "--city", "York, GB", "--source", "urn:york")


async def listed(settings: Settings) -> list[dict[str, object]]:
    told = await submissions(settings, "publishers", "list", "--json")
    return [json.loads(line) for line in told.stdout.splitlines()]


async def test_a_key_is_shown_when_it_is_made_and_never_again(settings: Settings) -> None:
    made = await submissions(settings, *ADD)
    key = made.stdout.strip()
    assert key.startswith("csk_")
    (york,) = await listed(settings)
    assert york["cities"] == [YORK]
    assert key.rsplit("_", 1)[1] not in json.dumps(york)
    assert (await submissions(settings, *ADD)).stdout == "", "added again, its key stays"


async def test_old_keys_end_when_a_new_one_is_made(settings: Settings) -> None:
    await submissions(settings, *ADD)
    await submissions(settings, "publishers", "rotate", "york", "--days", "3")
    shown = (await submissions(settings, "publishers", "list")).stdout
    assert "until" in shown
    ended = await submissions(settings, "publishers", "revoke", "york")
    assert "2 keys ended" in ended.output
    assert (await submissions(settings, "publishers", "list")).stdout.count("(ended)") == 2


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("rotate", "nobody"), "publishers list"),
        (("revoke", "nobody"), "publishers list"),
        (("add", "scoring", *ADD[3:]), "choose another"),
        (("add", "york", "--name", "York", "--city", "York", "--source", "urn:york"), "GeoNames id"),
        (("add", "other", *ADD[3:], "--account", "york-account"), "each has its own"),
    ],
)
async def test_a_mistake_says_its_mend(settings: Settings, words: tuple[str, ...], mend: str) -> None:
    await submissions(settings, *ADD, "--account", "york-account")
    told = await submissions(settings, "publishers", *words)
    assert told.exit_code == 2
    assert mend in told.output


async def test_a_store_that_is_away_is_named(settings: Settings) -> None:
    away = settings.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1/?timeoutMS=500"})
    told = await submissions(away, "publishers", "list")
    assert told.exit_code == 1
    assert "no store answers at 127.0.0.1:1" in told.output
