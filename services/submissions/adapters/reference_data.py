"""The shipped extracts as tables in memory: read on first use, then kept.

``gazetteer()`` takes about two seconds and 90 MB the first time; ``topic_table()`` some milliseconds.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import cast

from babel import Locale

from services.submissions.domain import publiccode
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.places import City, Country, Gazetteer
from services.submissions.domain.topics import Kind, Theme, TopicTable
from shared.language_detection import detect


@cache
def gazetteer() -> Gazetteer:
    """Give the cities of 15,000 people and more, and all countries (GeoNames; country names from CLDR)."""
    return Gazetteer.of(map(_city, _rows("cities")), map(_country, _rows("countries")))


@cache
def topic_table() -> TopicTable:
    """Give CPV 2008, COFOG and the Sustainable Development Goals with the 21 themes."""
    return TopicTable.of(
        cpv=_labels("cpv"), cofog=_labels("cofog"), sdg=_labels("sdg"), themes=map(_theme, _rows("themes"))
    )


@cache
def reference() -> ReferenceTables:
    """Give what reports are compared with: cities and topics."""
    return ReferenceTables(gazetteer(), topic_table(), detect)


def _rows(name: str) -> Iterator[dict[str, str]]:
    packed = files("services.submissions.data").joinpath(f"{name}.csv.gz").read_bytes()
    yield from csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))


@cache
def publiccode_reference() -> publiccode.PubliccodeReference:
    """Give what a publiccode.yml is checked against: the gazetteer and the languages known to CLDR."""
    languages = Locale("en").languages
    return publiccode.PubliccodeReference(
        gazetteer=gazetteer(), languages=frozenset(map(str.lower, languages))
    )


def _labels(name: str) -> dict[str, str]:
    return {row["code"]: row["label"] for row in _rows(name)}


def _city(row: dict[str, str]) -> City:
    return City(
        id=row["id"],
        name=row["name"],
        country=row["country"],
        region=row["region"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"]),
        timezone=row["timezone"],
        renown=int(row["renown"]),
        aliases=_several(row["aliases"], "|"),
    )


def _country(row: dict[str, str]) -> Country:
    languages, aliases = _several(row["languages"], ","), _several(row["aliases"], "|")
    return Country(row["code"], row["name"], row["currency"], languages, aliases)


def _theme(row: dict[str, str]) -> Theme:
    return Theme(
        id=row["id"],
        label=row["label"],
        cpv=_several(row["cpv"], ";"),
        cofog=_several(row["cofog"], ";"),
        sdg=_several(row["sdg"], ";"),
        data_theme=row["data_theme"],
        kind=cast("Kind", row["kind"]),
    )


def _several(text: str, mark: str) -> tuple[str, ...]:
    return tuple(text.split(mark)) if text else ()
