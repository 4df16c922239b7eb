"""Scoring without a broker: an empty replica on a store of the test's own."""

import pytest

from services.scoring.application.context import ScoringContext
from shared.store.mongo import Database
from tests.component.scoring.context import a_room


@pytest.fixture
async def room(database: Database) -> ScoringContext:
    """An empty replica."""
    return await a_room(database)
