"""Indexes: what a repository declares is created when its service starts."""

import pkgutil
from collections import Counter
from importlib import import_module
from types import ModuleType

import pytest

from services.notifications.adapters import mongo as notifications
from services.notifications.adapters.mongo.repositories import INDEXED as OF_NOTIFICATIONS
from services.scoring.adapters import mongo as scoring
from services.scoring.adapters.mongo.repositories import INDEXED as OF_SCORING
from services.submissions.adapters import mongo as submissions
from services.submissions.adapters.mongo.repositories import INDEXED as OF_SUBMISSIONS
from shared.store.indexes import Indexed

PACKAGES: dict[ModuleType, tuple[type[Indexed], ...]] = {
    submissions: OF_SUBMISSIONS,
    scoring: OF_SCORING,
    notifications: OF_NOTIFICATIONS,
}
SERVICES = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__.split(".")[1])


@SERVICES
def test_every_repository_that_declares_indexes_has_them_created(package: ModuleType) -> None:
    modules = [
        import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)
    ]
    declaring = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and "INDEXES" in vars(one)
    }
    assert declaring == {*PACKAGES[package]}


@SERVICES
def test_an_index_is_declared_once(package: ModuleType) -> None:
    declared = Counter(
        (collection, index.document["name"])
        for one in PACKAGES[package]
        for collection, indexes in one.INDEXES.items()
        for index in indexes
    )
    assert [index for index, times in declared.items() if times > 1] == []
