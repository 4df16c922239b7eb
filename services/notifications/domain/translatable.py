"""Marks texts for the catalogues; the translation happens where the reader's language is known."""

from collections.abc import Mapping
from typing import TypeVar

Words = TypeVar("Words")


def mark(text: str) -> str:
    """Leave ``text`` as it is and have it collected for translation."""
    return text


def combined(*tables: Mapping[str, Words]) -> dict[str, Words]:
    """Join word tables into one, in their order.

    Raises ``ValueError`` naming the keys that two tables have: one of the two would silently be lost.
    """
    table: dict[str, Words] = {}
    for part in tables:
        if twice := sorted(table.keys() & part.keys()):
            raise ValueError(f"these words are defined twice: {', '.join(twice)}")
        table |= part
    return table
