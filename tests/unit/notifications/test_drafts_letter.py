"""The letter about drafts that procurement data made: what is in it, what is left of it, and who gets it."""

from typing import Any

import pytest

from services.notifications.domain.desk.draft_readers import told_of, who_may_confirm
from services.notifications.domain.desk.records import DraftGroup, OwnRecord, draft_groups
from services.notifications.domain.letters import drafts
from services.notifications.domain.officials import Official
from tests.builders import CPV, KRAKOW, NOW, a_need, a_solution, an_implementation, an_official

WASTE = {"scheme": "CPV", "id": "90500000"}


def bought(name: str, department: str | None = None, **changes: Any) -> OwnRecord:  # noqa: ANN401 - as builders
    changes |= {"origin": "procurement", "problem": {"service_owner": department}}
    fact = a_solution(id=name, city=KRAKOW, title=f"Title {name}", **changes)
    return OwnRecord("solution", name, KRAKOW, fact, "draft", 1)


def tried(name: str) -> OwnRecord:
    fact = an_implementation(
        solution=name, city=KRAKOW, outcome="abandoned", verification="procurement_record"
    )
    return OwnRecord("outcome", f"{name}|{KRAKOW}", KRAKOW, fact, "draft", 1)


def sought(*departments: str) -> OwnRecord:
    fact = a_need(id="n", ocid="ocds-1", departments=departments)
    return OwnRecord("need", "n", KRAKOW, fact, "draft", 1)


def written(*records: OwnRecord) -> drafts.DraftsLetter:
    letter = drafts.write(an_official(), "daily|2026-11-20", draft_groups(records), {}, NOW)
    assert letter is not None
    return letter


def test_a_purchase_and_what_became_of_it_are_one_line() -> None:
    letter = written(bought("a"), tried("a"), sought())
    assert [(line.title.text, line.outcome, line.stage) for line in letter.lines] == [
        ("Title a", "abandoned", None),
        ("Quieter deliveries", None, "early"),
    ]
    assert letter.tells_of == ("solution|a", f"outcome|a|{KRAKOW}", "need|n")


def test_there_is_no_letter_without_a_draft() -> None:
    assert drafts.write(an_official(), "daily|2026-11-20", (), {}, NOW) is None


def test_more_than_ten_are_counted_and_take_the_place_of_those_that_go() -> None:
    letter = written(*(bought(f"s{number:02}") for number in range(12)))
    assert (len(letter.lines), len(letter.rest)) == (10, 2)
    left = letter.without(frozenset({"solution|s00", "solution|s01", "solution|s02"}))
    assert left is not None
    assert ([line.key for line in left.lines[-2:]], left.rest) == (["solution|s10", "solution|s11"], ())
    assert left.lines[0].key == "solution|s03"


def test_a_line_stays_while_part_of_it_is_a_draft_and_nothing_left_is_no_letter() -> None:
    letter = written(bought("a"), tried("a"))
    left = letter.without(frozenset({"solution|a"}))
    assert left is not None
    assert [line.records for line in left.lines] == [(f"outcome|a|{KRAKOW}",)]
    assert letter.without(frozenset(letter.tells_of)) is None


@pytest.mark.parametrize(
    ("post", "gets_it"),
    [
        ({"role": "lead"}, True),
        ({"role": "barrier_buster"}, True),
        ({"role": "owner", "departments": ["Roads"]}, True),
        ({"role": "deputy", "stands_in_for": "x"}, True),
        ({"role": "member"}, False),
        ({"role": "member", "administers": True}, False),
        ({"kinds_off": ["drafts"]}, False),
        ({"cadence": "off"}, False),
    ],
)
def test_who_may_confirm_and_wants_the_letters_gets_them(post: dict[str, Any], gets_it: bool) -> None:
    assert bool(who_may_confirm([an_official(**post)])) is gets_it


def test_who_holds_two_posts_gets_one_letter() -> None:
    both = [an_official(id="a"), an_official(id="b")]
    assert [official.id for official in who_may_confirm(both)] == ["a"]


LEAD, ROADS, WASTE_LEAD = (
    an_official(id="lead"),
    an_official(id="roads", role="owner", departments=["Roads"]),
    an_official(id="waste", topics=["CPV:905"]),
)


@pytest.mark.parametrize(
    ("record", "officials", "told"),
    [
        (bought("a", topics=[CPV]), [LEAD, ROADS, WASTE_LEAD], ["lead", "roads"]),
        (bought("a", topics=[WASTE]), [LEAD, ROADS, WASTE_LEAD], ["lead", "roads", "waste"]),
        (bought("a", "Parks", topics=[CPV]), [LEAD, ROADS], ["lead"]),
        (sought("Parks"), [LEAD, ROADS], ["lead"]),
        (sought("roads"), [LEAD, ROADS], ["lead", "roads"]),
        (bought("a", topics=[CPV]), [WASTE_LEAD], ["waste"]),
        (sought("Parks"), [ROADS], []),
    ],
    ids=[
        "of a topic",
        "of another",
        "of another department",
        "of no department of theirs",
        "of theirs",
        "nobody's topic",
        "nobody",
    ],
)
def test_a_draft_goes_to_those_whose_topic_and_department_it_is(
    record: OwnRecord, officials: list[Official], told: list[str]
) -> None:
    (group,) = draft_groups([record])
    assert isinstance(group, DraftGroup)
    assert [official.id for official in told_of(group, officials)] == told
