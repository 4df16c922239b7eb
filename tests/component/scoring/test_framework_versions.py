"""A new version of the framework beside the old: scored in the background, and both replayed to the byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.scoring.adapters import framework_files
from services.scoring.application.bulk_rescore import complete, replay
from services.scoring.application.context import ScoringContext
from services.scoring.application.impact_preview import preview_impact
from services.scoring.domain.scores import Score
from shared.store.mongo import Database
from tests.builders import city_recorded, outcome_recorded, solution_recorded
from tests.component.scoring.context import a_room, hear


@pytest.fixture(autouse=True)
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Version 1 as it comes, a second that expects less of a first try, and a third that moves nothing."""
    first = (framework_files.FOLDER / "1.toml").read_text()
    second = first.replace('version = "1"', 'version = "2"').replace("alpha = 4.0", "alpha = 3.0")
    assert second.count("alpha = 3.0") == 1
    (tmp_path / "1.toml").write_text(first)
    (tmp_path / "2.toml").write_text(second)
    (tmp_path / "3.toml").write_text(first.replace('version = "1"', 'version = "3"'))
    monkeypatch.setattr(framework_files, "FOLDER", tmp_path)
    framework_files.load.cache_clear()
    yield
    framework_files.load.cache_clear()


@pytest.fixture
async def old(room: ScoringContext) -> ScoringContext:
    """A replica under version 1 that has made a score."""
    await hear(room, city_recorded(), solution_recorded(), outcome_recorded())
    return room


async def score(room: ScoringContext) -> Score:
    kept = await room.store.scores.get("sol-1")
    assert kept is not None
    assert kept.assessment is not None
    return kept


async def test_a_new_version_is_scored_in_the_background_beside_the_old_one(
    old: ScoringContext, database: Database
) -> None:
    before = await score(old)
    new = await a_room(database, "2")
    assert [said.assessment.framework async for said in complete(new)] == ["2"]
    assert [said async for said in complete(new)] == [], "once"
    assert (await score(new)).assessment != before.assessment
    assert await score(old) == before, "what was said under the old version stands"


async def test_each_version_is_replayed_to_the_byte_by_its_own_rules(
    old: ScoringContext, database: Database
) -> None:
    new = await a_room(database, "2")
    assert [said.solution async for said in complete(new)] == ["sol-1"]
    for room, version in ((old, "1"), (new, "2")):
        assert [(one.framework, one.state) async for one in replay(room)] == [(version, "same")]


@pytest.mark.usefixtures("old")
async def test_a_score_whose_numbers_did_not_move_names_the_new_version_and_is_not_said(
    database: Database,
) -> None:
    new = await a_room(database, "3")
    assert [said async for said in complete(new)] == []
    kept = (await score(new)).assessment
    assert kept is not None
    assert kept.framework == "3"
    assert [(one.framework, one.state) async for one in replay(new)] == [("3", "same")]


@pytest.mark.usefixtures("old")
async def test_what_a_new_version_would_move_is_told_before_it_is_in_force(database: Database) -> None:
    second, third = await a_room(database, "2"), await a_room(database, "3")
    assert [
        (each.seen, each.moved) for each in (await preview_impact(second), await preview_impact(third))
    ] == [
        (1, 1),
        (1, 0),
    ]
    assert await second.store.scores.get("sol-1") is None, "nothing was made"
