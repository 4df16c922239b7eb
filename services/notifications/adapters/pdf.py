"""PDFs of pages, made by WeasyPrint in processes of their own; the newest are kept."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

import structlog

from services.notifications.adapters.child_processes import ChildProcesses, Died, ProcessLimits, TooSlow
from services.notifications.application.ports import NoPdf
from shared.errors import RetryableError

MODULE = "services.notifications.adapters.pdf_process"
LIMITS = ProcessLimits(processes=1, megabytes=1_500, seconds=10, waiting=20)
MOST_KEPT = 64

log = structlog.get_logger()


class WeasyPrinter:
    """Makes PDFs; a page that was asked for before and is unchanged is not laid out again."""

    def __init__(self, bounds: ProcessLimits = LIMITS) -> None:
        self._processes = ChildProcesses(MODULE, bounds)
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    async def print(self, pages: Sequence[str]) -> bytes:
        """Return the first of ``pages`` that is on one sheet as PDF. Raises ``NoPdf`` with the reason."""
        question = json.dumps(list(pages)).encode()
        key = blake2b(question, digest_size=16).digest()
        if key not in self._kept:
            self._kept[key] = await self._made(question)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def close(self) -> None:
        """End the processes."""
        await self._processes.close()

    async def _made(self, question: bytes) -> bytes:
        try:
            answer = await self._processes.ask(question)
        except (TooSlow, Died, RetryableError) as error:
            log.warning("pdf_not_made", reason=str(error) or type(error).__name__)
            raise NoPdf from error
        pages, pdf = answer[0], answer[1:]
        if not pages:
            log.warning("pdf_not_made", reason=pdf.decode(errors="replace"))
            raise NoPdf
        if pages > 1:
            log.warning("pdf_has_many_pages", pages=pages)
        return pdf
