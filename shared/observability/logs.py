"""Structured logs with constant event names and identifiers: JSON lines, or colours in a terminal.

Every line (of the product, of libraries, of an uncaught exception) is written by one handler, which removes
addresses and keys.
"""

import logging
import sys
from types import TracebackType
from typing import TextIO

import structlog

from shared.observability.redaction import redact_line

QUIETER = ("aio_pika", "aiormq", "pymongo", "uvicorn.access", "faststream", "mail.log", "aiosmtplib", "httpx")
log = structlog.get_logger()


class _Handler(logging.StreamHandler[TextIO]):
    """A handler that does not print the arguments of a record that it failed to write."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - named by logging
        self.stream.write(f"a log record of {record.name} could not be written\n")


def configure_logs(service: str, level: str, *, json: bool | None = None) -> None:
    """Send all log lines, also those of libraries, through structlog with ``service`` bound.

    ``json`` chooses the format; None means JSON unless standard error is a terminal.
    """
    # rich's traceback would print the values of all variables.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    as_json = not sys.stderr.isatty() if json is None else json
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(), redact_line]
        if as_json
        else [console, redact_line]
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    _configure_stdlib(before, last, level)
    sys.excepthook = _log_uncaught


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught exception."""
    log.critical("crashed", exc_info=(kind, error, trace))


def _configure_stdlib(
    before: list[structlog.typing.Processor], last: list[structlog.typing.Processor], level: str
) -> None:
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for library in QUIETER:
        logging.getLogger(library).setLevel(logging.WARNING)
