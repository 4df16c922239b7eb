"""What a replica does beside its messages: keep the index small, checked and on disk, and scores complete."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from services.scoring import metrics
from services.scoring.application.bulk_rescore import complete
from services.scoring.application.context import ScoringContext
from services.scoring.application.index_snapshots import IndexSnapshots, UnusableSnapshot
from services.scoring.domain.city_commitments import distribution
from services.scoring.settings import Settings
from shared.messaging.bus import MessageBus

FIRST_LANGUAGE = "en"
log = structlog.get_logger()


class Maintenance:
    """The index and the scores of one replica, looked after every few seconds."""

    def __init__(
        self, context: ScoringContext, bus: MessageBus, settings: Settings, snapshots: IndexSnapshots | None
    ) -> None:
        self._context, self._bus, self._snapshots = context, bus, snapshots
        self._complete = False
        self._rounds: tuple[tuple[float, Callable[[], Awaitable[None]]], ...] = (
            (settings.upkeep_seconds, self.tidy),
            (settings.upkeep_seconds, context.indexes.warm),
            (settings.upkeep_seconds, self.keep_scores),
            (settings.snapshot_seconds, self.write_snapshot),
            (settings.check_seconds, self.check),
        )

    async def wake(self) -> None:
        """Take the index from disk, if one is there, catch up with the store, and get ready for questions."""
        if self._snapshots is not None:
            await asyncio.to_thread(self._load, self._snapshots)
        await self._context.indexes.refresh()
        await self.tidy()
        await self._context.indexes.warm(FIRST_LANGUAGE)
        await asyncio.to_thread(distribution, (0.5,))  # loads SciPy, which the first portfolio would

    async def run(self) -> AsyncIterator[None]:
        """Be open while the service runs; the index is written down once more in the end."""
        tasks = [asyncio.create_task(_every(seconds, work)) for seconds, work in self._rounds]
        tasks.append(asyncio.create_task(self._context.indexes.warm()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.write_snapshot()

    async def tidy(self) -> None:
        """Bring the index up to the store, and fold recent edits into segments or drop dead rows."""
        indexes = self._context.indexes
        await indexes.refresh()
        await self._context.catalogue.refresh()
        for index in (indexes.needs.inverted_index, indexes.solutions.inverted_index):
            if index.due:
                await asyncio.to_thread(index.tidy)

    async def keep_scores(self) -> None:
        """Bring scores up to the version and the priors in force: once at the start, and when others come."""
        if await self._context.store.priors.refresh():
            self._complete = False
        if not self._complete:
            async for event in complete(self._context):
                await self._bus.publish(event, f"framework-{self._context.framework.version}")
            self._complete = True

    async def check(self) -> None:
        """Compare the index with the store, and look again at what was missed."""
        missed = await self._context.indexes.check()
        if missed:
            metrics.MISSED.inc(missed)
            log.warning("index_missed_edits", missed=missed)

    async def write_snapshot(self) -> None:
        """Write the index down, where a folder is set, and up to when it has read the store."""
        seen = self._context.indexes.need_changes.seen
        if self._snapshots is None or seen is None:
            return
        try:
            await asyncio.to_thread(self._snapshots.save, self._context.indexes.needs, seen)
        except OSError as error:
            log.warning("snapshot_failed", reason=str(error), mend="make INDEX_SNAPSHOT writable")

    def _load(self, snapshots: IndexSnapshots) -> None:
        indexes = self._context.indexes
        try:
            indexes.needs, indexes.need_changes.seen = snapshots.load(self._context.analyzer.vocabulary)
            log.info("snapshot_loaded", needs=len(indexes.needs))
        except UnusableSnapshot as error:
            log.info("snapshot_unusable", reason=str(error))


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do ``work`` again and again; one failure is a line in the log, not the end."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:
            log.exception("maintenance_failed", work=getattr(work, "__name__", "?"))
