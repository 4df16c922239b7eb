"""The loop of a process that answers questions of another, bounded in memory: nothing is lost when it dies.

Each question and each answer comes after its length in four bytes. An empty answer comes first: it is ready.
"""

import logging
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = 4


def answer_questions(answer: Callable[[bytes], bytes], megabytes: int) -> None:
    """Answer until the input ends, with at most so much memory and without writing any file."""
    _bound(megabytes * 1_000_000)
    logging.disable()  # what libraries say of their input may hold addresses
    come, go = sys.stdin.buffer, sys.stdout.buffer
    _tell(go, b"")
    while (question := _next(come)) is not None:
        _tell(go, answer(question))


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
