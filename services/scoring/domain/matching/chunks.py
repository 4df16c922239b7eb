"""Matches are said in chunks: one solution may meet thousands of needs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Chunk(NamedTuple):
    """Part ``number`` of ``total``, counted from one."""

    number: int
    total: int
    start: int
    end: int


def chunks(count: int, size: int) -> Iterator[Chunk]:
    """Cut ``count`` things into parts of at most ``size``; nothing gives no part."""
    if size < 1:
        raise ValueError(f"a chunk of {size} holds nothing; choose 1 or more")
    total = -(-count // size)
    for place in range(total):
        yield Chunk(place + 1, total, place * size, min(count, (place + 1) * size))


def cut(things: Sequence[T], size: int) -> Iterator[tuple[Chunk, Sequence[T]]]:
    """The parts with their things, in order."""
    for chunk in chunks(len(things), size):
        yield chunk, things[chunk.start : chunk.end]
