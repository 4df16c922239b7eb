"""The splits by which the matching is measured keep buyers and years apart."""

from itertools import combinations
from pathlib import Path

import pytest

from benchmarks import ted_xml
from benchmarks.matching_unseen import KINDS, Kind, KnownNotice, Parts, groups, split
from services.scoring.data.build_code_training import CodedNotice


def notice(number: int, buyer: str, *, year: int = 2019, trained: bool = True, text: str = "") -> KnownNotice:
    """A notice with a text of its own unless one is given."""
    coded = CodedNotice(text or f"Notice number {number} about street lights", "en", ("34993000",))
    return KnownNotice(coded, buyer, year, trained)


MANY = [
    notice(
        number, f"buyer {number % 60}", year=2021 if number % 2 else 2016 + number % 5, trained=number % 3 > 0
    )
    for number in range(300)
]


@pytest.mark.parametrize(
    ("pair", "together"),
    [
        ((notice(1, "york"), notice(2, "york")), True),
        ((notice(1, "york"), notice(2, "leeds")), False),
        ((notice(1, "york", text="L" * 50), notice(2, "leeds", text="l" * 40 + "other")), True),
        ((notice(1, ""), notice(2, "")), False),
    ],
)
def test_one_buyer_or_one_beginning_makes_a_group(
    pair: tuple[KnownNotice, KnownNotice], together: bool
) -> None:
    first, second = groups(pair)
    assert (first == second) is together


def test_groups_reach_over_others() -> None:
    linked = [
        notice(1, "york"), notice(2, "leeds"),
        notice(3, "leeds", text="w" * 50), notice(4, "york", text="w" * 60),
    ]  # fmt: skip
    assert len(set(groups(linked))) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "text"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_buyer_is_in_two_parts(kind: Kind, seed: int) -> None:
    buyers = {one.coded.text: one.buyer for one in MANY}
    parts = split(MANY, kind, seed)
    found = [{buyers[one.text] for one in part} for part in parts]
    assert all(found)
    overlaps = {(a, b) for a, b in combinations(range(3), 2) if found[a] & found[b]}
    assert overlaps == ({(1, 2)} if kind == "large" else set())


def test_by_year_only_earlier_notices_train() -> None:
    spread = [notice(number, f"buyer {number}", year=2016 + number % 7) for number in range(100)]
    years = {one.coded.text: one.year for one in spread}
    parts = split(spread, "year", 1)
    assert max(years[one.text] for one in parts.training) == 2020
    assert min(years[one.text] for one in (*parts.solutions, *parts.needs)) == 2021


def test_unseen_notices_are_none_that_the_release_was_trained_on() -> None:
    trained = {one.coded.text for one in MANY if one.trained}
    parts: Parts = split(MANY, "unseen", 1)
    assert not trained & {one.text for one in (*parts.solutions, *parts.needs)}
    assert {one.text for one in parts.training} == trained


def test_a_notice_is_read_in_the_language_it_was_written_in(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text(
        '<TED_EXPORT xmlns="urn:ted" DOC_ID="1-2021"><DATE_PUB>20210105</DATE_PUB><LG_ORIG>PL</LG_ORIG>'
        '<FORM_SECTION><F02_2014 CATEGORY="TRANSLATION" LG="EN"><TITLE>Lamps</TITLE></F02_2014>'
        '<F02_2014 CATEGORY="ORIGINAL" LG="PL"><OFFICIALNAME>Gmina  Łódź!</OFFICIALNAME>'
        '<TITLE><P>Oświetlenie</P></TITLE><CPV_MAIN><CPV_CODE CODE="34993000"/></CPV_MAIN>'
        "<SHORT_DESCR>Dostawa lamp</SHORT_DESCR>"
        "</F02_2014></FORM_SECTION></TED_EXPORT>"
    )
    (tmp_path / "other.xml").write_text("<html/>")
    assert list(ted_xml.notices(tmp_path).values()) == [
        {
            "id": "1-2021", "date": "20210105", "lg": "PL", "main": "34993000", "cpv": ["34993000"],
            "titles": ["Oświetlenie"], "descr": ["Dostawa lamp"], "buyer": "gmina łódź",
        }
    ]  # fmt: skip
