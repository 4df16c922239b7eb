"""The shipped extracts: small, attributed, and what their scripts build."""

import gzip
from pathlib import Path

import pytest

from services.submissions import data
from services.submissions.data import build_places, build_topics

SHIPPED = Path(next(iter(data.__path__)))
TABLES = sorted(SHIPPED.glob("*.csv.gz"))
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "classifications"


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def test_all_extracts_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in TABLES) < 2_000_000


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_extract_says_whose_it_is(path: Path) -> None:
    attribution = (SHIPPED / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    assert f"\n{path.name} " in attribution


@pytest.mark.slow
def test_cities_and_countries_are_what_the_script_builds(tmp_path: Path) -> None:
    build_places.main(tmp_path)
    for name in ("cities.csv.gz", "countries.csv.gz"):
        assert _text(tmp_path / name) == _text(SHIPPED / name)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the classifications are not beside the project")
def test_classifications_are_what_the_script_builds(tmp_path: Path) -> None:
    build_topics.main(PUBLISHED, tmp_path)
    for name in ("cpv.csv.gz", "cofog.csv.gz", "sdg.csv.gz", "themes.csv.gz"):
        assert _text(tmp_path / name) == _text(SHIPPED / name)
