"""Indexes: each repository declares those of its collections beside the queries that need them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Protocol

from shared.store.mongo import Database, IndexModel


class Indexed(Protocol):
    """A repository with the indexes of its collections, by the name of the collection."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]]


async def ensure_indexes(database: Database, repositories: Iterable[type[Indexed]]) -> None:
    """Create the indexes that ``repositories`` declare; those that are there stay."""
    for repository in repositories:
        for collection, indexes in repository.INDEXES.items():
            await database.ensure_indexes(collection, indexes)
