"""Running `citiesshare submissions …` as a person would, against a test's own broker and store."""

import asyncio

from typer.testing import CliRunner, Result

from citiesshare.cli import app
from services.submissions.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """What a command reads from the environment."""
    return {
        "AMQP_URL": settings.amqp_url,
        "MONGO_URL": settings.mongo_url,
        "MONGO_PREFIX": settings.mongo_prefix,
    }


async def submissions(settings: Settings, *words: str) -> Result:
    """Run a command of the submissions service to its end."""
    line = ["submissions", *words]
    return await asyncio.to_thread(CliRunner().invoke, app, line, env=environment(settings))


async def erase(settings: Settings, *words: str) -> Result:
    """Run `citiesshare erase` to its end."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["erase", *words], env=environment(settings))
