"""Few log lines with constant event names and identifiers only: JSON, or colours in a terminal.

Every line, ours, the libraries' and the last words of a crash, goes out by one handler, which takes addresses
and keys out of it.
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
    """A handler that does not print the arguments of a record that it cannot write."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - named by logging
        self.stream.write(f"a log record of {record.name} could not be written\n")


def configure_logs(service: str, level: str, *, json: bool | None = None) -> None:
    """Send every line, ours and the libraries', through structlog with ``service`` bound once.

    ``json`` chooses the form; None means JSON wherever standard error is no terminal.
    """
    # Not rich's traceback, which prints what every variable held.
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
    _take_over_stdlib(before, last, level)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A crash is a log line like any other."""
    log.critical("crashed", exc_info=(kind, error, trace))


def _take_over_stdlib(
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
    for noisy in QUIETER:
        logging.getLogger(noisy).setLevel(logging.WARNING)
