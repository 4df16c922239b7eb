"""The background of the notifications service in a process of its own, to be killed.

    python -m tests.component.sending HOW_MANY        settings come from the environment

Entrusts HOW_MANY letters to the post, says ``going``, and goes the rounds until each came to its end.
"""

import asyncio
import sys
from datetime import UTC, datetime

from services.notifications.adapters.mongo.letters import FINAL
from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import open_room
from services.notifications.application.scheduler import Scheduler
from services.notifications.handlers import HandlerContext
from services.notifications.settings import Settings
from shared.events import Event
from shared.store.mongo import open_database
from tests.builders import an_official
from tests.component.letters import a_letter


async def nothing(_: Event) -> None:
    """Nobody listens."""


async def main(many: int) -> None:
    settings = Settings()
    database = open_database(settings, "notifications")
    pool = SmtpPool(settings.relay)
    room = open_room(settings, database, pool, nothing)
    rounds = Scheduler(room.post, room.digests, room.handing_on, nothing, settings.rounds, room.desk.sign_in)
    if await database["letters"].count_documents({}) < many:
        await entrust(room, many)
    print("going", flush=True)  # noqa: T201
    while not await finished(room, many):
        try:
            await rounds.letters(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - as the service does: the next round finds all as it was
            print(repr(error), file=sys.stderr)  # noqa: T201
        await asyncio.sleep(settings.letters_round)
    await pool.close()
    await database.close()


async def entrust(room: HandlerContext, many: int) -> None:
    await room.prepare()
    officials = [
        an_official(id=name, email=f"{name}@example.org", quiet=None)
        for name in (f"official-{number}" for number in range(many))
    ]
    await room.store.keep_officials(officials)
    for official in officials:
        await room.post.entrust(a_letter(official.id))


async def finished(room: HandlerContext, many: int) -> bool:
    counts = await room.store.counts()
    return sum(counts.get(state, 0) for state in FINAL) == many


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
