"""The process that parses mail: bounded in memory, without secrets, and nothing is lost when it dies.

    python -m services.notifications.adapters.mail_parser_process MEGABYTES

Reads mails from its standard input, each after its length in four bytes, and answers each in the same form
with JSON: ``{"mail": …}``, or ``{"unreadable": "why"}``. An empty answer comes first: it is ready.
"""

import json
import logging
import resource
import sys
from dataclasses import asdict
from typing import BinaryIO

from services.notifications.adapters.mail_parser import read_mail
from services.notifications.domain.parsed_mail import MailParseError

LENGTH = 4


def main() -> None:
    """Answer until the input ends."""
    _bound(int(sys.argv[1]) * 1_000_000)
    logging.disable()  # what libraries say of a mail may hold addresses
    come, go = sys.stdin.buffer, sys.stdout.buffer
    _tell(go, b"")
    while (raw := _next(come)) is not None:
        _tell(go, json.dumps(_answer(raw)).encode())


def _tell(go: BinaryIO, answer: bytes) -> None:
    go.write(len(answer).to_bytes(LENGTH, "big") + answer)
    go.flush()


def _bound(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _next(come: BinaryIO) -> bytes | None:
    length = come.read(LENGTH)
    return come.read(int.from_bytes(length, "big")) if len(length) == LENGTH else None


def _answer(raw: bytes) -> dict[str, object]:
    try:
        return {"mail": asdict(read_mail(raw))}
    except MailParseError as error:
        return {"unreadable": str(error)}
    except MemoryError:
        raise  # who read too much has broken pieces in hand: the process ends, the next mail gets a new one
    except Exception as error:  # noqa: BLE001 - whatever a mail makes the parser raise, that mail is set aside
        return {"unreadable": f"the parser failed: {type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    main()
