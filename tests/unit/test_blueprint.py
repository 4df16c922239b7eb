"""Blueprints, shared documents and funding: which links are taken, and until when a document is offered."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.submissions.http.serializers import openly
from shared.facts import FROM_OUTSIDE, Funding, SharedDocument, Solution, offered
from tests.builders import a_solution

CONTRACT = {"kind": "contract", "title": "The contract", "link": "https://city.example/contract"}
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("expires", "shown"),
    [(None, True), ("2026-12-02", True), ("2026-12-01", False), ("2026-11-30", False), ("2050-01-01", True)],
)
def test_a_document_is_offered_until_the_day_it_expires(expires: str | None, *, shown: bool) -> None:
    document = SharedDocument.model_validate({**CONTRACT, "expires": expires})
    assert offered([document], DAY) == ((document,) if shown else ())


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("https://city.example/contract.pdf?page=2#top", True),
        ("https://city.example", True),
        ("https://stadt.example/verträge/1", True),
        ("http://city.example/contract", False),
        (f"https://{'name:word'}@city.example/contract", False),
        ("https://", False),
        ("https:///contract", False),
        ("javascript:alert(1)", False),
        ("https://city.example\\@other.example", False),
        ("https://city.example/a b", False),
        ("see https://city.example", False),
    ],
)
def test_only_links_over_tls_are_taken(link: str, *, taken: bool) -> None:
    try:
        SharedDocument.model_validate({**CONTRACT, "link": link}, context=FROM_OUTSIDE)
    except ValidationError:
        assert not taken
    else:
        assert taken


def test_the_interface_does_not_offer_what_expired() -> None:
    solution = a_solution(documents=[{**CONTRACT, "expires": "2020-01-01"}, CONTRACT])
    shown = openly(solution)
    assert isinstance(shown, Solution)
    assert [one.expires for one in shown.documents] == [None]


def test_a_share_that_was_not_told_is_not_known() -> None:
    assert Funding.model_validate({"source": "ERDF"}).share is None
    with pytest.raises(ValidationError):
        Funding.model_validate({"source": "ERDF", "share": 60})
