"""Who may decide what in the moderation queue, which words are marked, and who may reply to a failure."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.submissions.domain.moderation import (
    ItemKind,
    Reviewer,
    State,
    actions,
    doubts,
    is_repeated,
    may_see,
    refusal,
    repeatable,
)
from services.submissions.domain.office_holders import OfficeHolder
from services.submissions.domain.right_of_reply import answered, party_to
from shared.events import Actor, CommentMade, Complaint, Reply
from shared.facts import FailureRecord
from tests.builders import KRAKOW, TAMPERE, YORK, a_solution, an_implementation

OPERATOR = Reviewer("operator: IT", operator=True)
CITY = Reviewer("York: Clerk", YORK)
BOTH, NONE = {"show", "refuse"}, set[str]()
MAYOR = OfficeHolder("mayor", ("Aino Esimerkki", "Ö. Näyte", "Ann"))


@pytest.mark.parametrize(
    ("reviewer", "kind", "cities", "state", "expected"),
    [
        (OPERATOR, "comment", (YORK,), "waiting", BOTH),
        (OPERATOR, "reply", (YORK,), "shown", BOTH),
        (OPERATOR, "held", (), "waiting", BOTH),
        (OPERATOR, "held", (), "refused", BOTH),
        (OPERATOR, "held", (), "shown", NONE),
        (OPERATOR, "place", (), "decided", {"place"}),
        (CITY, "comment", (YORK,), "refused", BOTH),
        (CITY, "comment", (TAMPERE,), "waiting", NONE),
        (CITY, "comment", (), "waiting", NONE),
        (CITY, "reply", (YORK,), "waiting", NONE),
        (CITY, "dispute", (YORK,), "waiting", NONE),
        (CITY, "held", (YORK,), "waiting", {"refuse"}),
        (CITY, "place", (YORK, TAMPERE), "waiting", {"place"}),
        (Reviewer("nobody"), "comment", (YORK,), "waiting", NONE),
    ],
)
def test_who_may_decide_what(
    reviewer: Reviewer, kind: ItemKind, cities: tuple[str, ...], state: State, expected: set[str]
) -> None:
    assert actions(reviewer, kind, cities, state) == expected
    assert may_see(reviewer, kind, cities) is (bool(expected) or state == "shown")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("As AINO esimerkki, promised", ["AINO esimerkki,"]),
        ("Ask Aino-Esimerkki!", ["Aino-Esimerkki!"]),
        ("O. Nayte said", ["O. Nayte"]),
        ("Ainos Esimerkki", []),
        ("Ann is too short a name", []),
        ("See www.example.org and https://x.example/a?b", ["www.example.org", "https://x.example/a?b"]),
        ("", []),
    ],
)
def test_names_of_office_holders_and_links_are_marked(text: str, marked: list[str]) -> None:
    assert [text[mark.start : mark.end] for mark in doubts(text, [MAYOR])] == marked


SELLER, OTHER = (None, YORK, None), (None, TAMPERE, "Clerk")
Said = tuple[str, tuple[str | None, ...]]


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        (("Buy our bins", SELLER), [], False),
        (("Buy our bins", SELLER), [("BUY, our bíns!", SELLER)], True),
        (("Buy our bins", SELLER), [("Buy our bins", OTHER)], False),
        (("Buy our bins", SELLER), [("Buy our bins now", SELLER)], False),
        (("???", SELLER), [("!!!", SELLER)], False),
        (("See www.bins.example", SELLER), [("Look: www.bins.example", OTHER)], False),
        (
            ("See www.bins.example", SELLER),
            [("Look: https://bins.example/", OTHER), ("(http://www.BINS.example#now)", OTHER)],
            True,
        ),
        (
            ("See www.bins.example", SELLER),
            [("Look: https://bins.example/a", OTHER), ("Well, https://bins.example/b", OTHER)],
            False,
        ),
        (("See https://a.example", SELLER), [("https://a.example https://a.example/#b", OTHER)], False),
    ],
)
def test_the_same_text_of_one_sender_or_the_same_link_in_three_comments_is_repeated(
    first: Said, others: list[Said], expected: bool
) -> None:
    comments = [repeatable(text, sender) for text, sender in (first, *others)]
    counts = Counter(key for keys in comments for key in keys)
    assert is_repeated(comments[0], counts) is expected


def test_a_refusal_is_told_in_words_that_fit_a_complaint() -> None:
    assert refusal("spam", None) == "it is advertising or was sent many times"
    assert refusal("other", "Said twice.") == "a moderator refused it: Said twice."
    assert len(refusal("person", "x" * 600)) == 500


ATTEMPT = an_implementation(
    city=YORK, outcome="failed", why="It failed.", failure=FailureRecord(result="The lorries of Kraków came.")
)
SOLUTION = a_solution(provider={"name": "Vans Ltd"})


def said(**changes: object) -> CommentMade:
    usual = {"about": f"sol-1|{YORK}", "city": TAMPERE, "text": "No.", "kind": "reply", "by": "Clerk"}
    return CommentMade.model_validate({**usual, **changes})


@pytest.mark.parametrize(
    ("comment", "name", "expected"),
    [
        (said(), "Tampere", "city"),
        (said(kind="dispute"), "Tampere", "city"),
        (said(city=KRAKOW), "Kraków", "city"),
        (said(city="2645425"), "Hull", "neither this city"),
        (said(city="x"), "AT", "neither this city"),
        (said(city=YORK), "York", "city"),
        (said(city=YORK, kind="dispute"), "York", "corrects or withdraws its own"),
        (said(city=YORK, by="VANS LTD, Leeds"), "York", "supplier"),
        (said(city=YORK, by="Vans Ltd", kind="dispute"), "York", "supplier"),
        (said(city=YORK, by="Caravans Ltd"), "York", "city"),
        (
            said(
                city=YORK,
                by="Vans Ltd",
                kind="dispute",
                actor=Actor(official="o", post="Vans Ltd", city=YORK),
            ),
            "York",
            "corrects or withdraws its own",
        ),
        (said(by=None), "Tampere", "names the post or the company"),
    ],
)
def test_who_is_named_in_a_failure_may_reply(comment: CommentMade, name: str, expected: str) -> None:
    party = party_to(comment, ATTEMPT, SOLUTION, [name])
    told = party.message if isinstance(party, Complaint) else party
    assert expected in told


def test_a_success_has_no_replies() -> None:
    party = party_to(said(), an_implementation(city=YORK, outcome="succeeded"), SOLUTION, ["Tampere"])
    assert isinstance(party, Complaint)
    assert party.path == "about"


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reply(hours: int, **changes: object) -> Reply:
    usual = {"id": str(hours), "kind": "dispute", "city": TAMPERE, "by": "Clerk", "text": "No."}
    return Reply.model_validate({**usual, "said": NOON + hours * HOUR, **changes})


@pytest.mark.parametrize(
    ("others", "own_words", "hours"),
    [
        ([], [], None),
        ([], [-1], None),
        ([], [0], None),
        ([], [3, 2], 2),
        ([reply(4, kind="reply", city=YORK)], [5], 4),
        ([reply(4, kind="reply", city=YORK, party="supplier")], [], None),
        ([reply(4, kind="reply", city=KRAKOW)], [], None),
    ],
)
def test_a_dispute_is_open_until_its_city_reports_confirms_or_replies(
    others: list[Reply], own_words: list[int], hours: int | None
) -> None:
    first, *_ = answered([reply(0), *others], YORK, [NOON + number * HOUR for number in own_words])
    assert first.answered == (None if hours is None else NOON + hours * HOUR)
