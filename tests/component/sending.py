"""The background of the notifications service in a process of its own, to be killed.

    python -m tests.component.sending HOW_MANY        settings come from the environment

Entrusts HOW_MANY letters to the post, says ``going``, and goes the rounds until each came to its end.
"""

import asyncio
import sys
from datetime import UTC, datetime

from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import open_context, open_scheduler, prepare_store
from services.notifications.application.context import NotificationContext
from services.notifications.domain.letter_status import FINAL
from services.notifications.settings import Settings
from shared.events import Event
from shared.store.mongo import open_database
from tests.builders import an_official
from tests.component.letters import a_letter, save_officials


async def nothing(_: Event) -> None:
    """Nobody listens."""


async def main(many: int) -> None:
    settings = Settings()
    database = open_database(settings, "notifications")
    pool = SmtpPool(settings.relay)
    context = open_context(settings, database, pool)
    rounds = open_scheduler(context, nothing, settings)
    if await database["letters"].count_documents({}) < many:
        await prepare_store(database)
        await entrust(context, many)
    print("going", flush=True)  # noqa: T201
    while not await finished(context, many):
        try:
            await rounds.letters(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - as the service does: the next round finds all as it was
            print(repr(error), file=sys.stderr)  # noqa: T201
        await asyncio.sleep(settings.letters_round)
    await pool.close()
    await database.close()


async def entrust(context: NotificationContext, many: int) -> None:
    officials = [
        an_official(id=name, email=f"{name}@example.org", quiet=None)
        for name in (f"official-{number}" for number in range(many))
    ]
    await save_officials(context.store, officials)
    for official in officials:
        await context.delivery.entrust(a_letter(official.id))


async def finished(context: NotificationContext, many: int) -> bool:
    counts = await context.store.letters.counts()
    return sum(counts.get(state, 0) for state in FINAL) == many


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
