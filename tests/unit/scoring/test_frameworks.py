"""The settings file, its schema and its page say the same."""

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from services.scoring.adapters.framework_files import FOLDER, load, read, versions
from services.scoring.domain.framework import UnknownFramework
from services.scoring.framework.page import PAGE, SCHEMA, schema, written
from services.scoring.settings import Settings

ROOT = Path(__file__).parents[3]
FIRST = FOLDER / "1.toml"


def test_both_versions_are_there_and_the_second_is_in_force() -> None:
    assert versions() == ("1", "2")
    assert load("1").version == "1"
    assert load().version == Settings().framework == "2"


def test_the_second_version_changes_what_is_said_and_no_number() -> None:
    first, second = load("1"), load("2")
    said = {"version", "published", "likeness", "bands"}
    assert first.model_dump(exclude=said) == second.model_dump(exclude=said)
    bands = second.bands.model_copy(update={"learn_from_failures": False})
    assert bands == first.bands


def test_the_schema_is_the_models() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema()


def test_the_settings_follow_the_schema() -> None:
    plain = json.loads(json.dumps(tomllib.loads(FIRST.read_text(encoding="utf-8")), default=str))
    jsonschema_rs.Draft202012Validator(json.loads(schema())).validate(plain)


def test_the_page_shows_the_settings() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == written(page, load())


def test_an_unknown_version_names_those_there_are() -> None:
    with pytest.raises(UnknownFramework, match="there are 1, 2"):
        load("7")


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ("evidence = 0.25", "evidence = 0.35", "must add up to 1"),
        ("half_life = 8.0", "half_life = -8", "track_record.half_life"),
        ("half_life = 8.0", "halflife = 8", "track_record.halflife"),
        ("self = 0.5", "nobody = 0.5", "verification"),
        ('version = "1"', 'version = "2"', "must agree"),
        ('version = "1"', "version = ", "is not TOML"),
        ('kind = "log", range = 30', 'kind = "log"', "needs a range"),
        ("reuse = 0.10", "usage = 0.10", "evaluation.weights"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, was: str, now: str, complaint: str) -> None:
    changed = tmp_path / "1.toml"
    text = FIRST.read_text(encoding="utf-8")
    assert was in text
    changed.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        read(changed)
