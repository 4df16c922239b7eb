"""Solutions beside each other: the same criteria, claims marked, gaps said, nothing hidden told."""

import re
from typing import Any

import pytest

from tests.builders import KRAKOW, an_assessment, an_official
from tests.component import test_catalogue as public
from tests.component.test_catalogue import HIDDEN, SECRET, SOLUTION, Catalogue
from tests.unit.notifications.browser import browser

pytestmark = pytest.mark.component
catalogue = public.catalogue
PAGE = "/compare?ids=sol-1,sol/2&lang=en"
CONTRIBUTIONS = [
    {"key": "evidence", "points": 7.0, "of": 10.0},
    {"key": "reuse", "points": 5.0, "of": 9.0},
]
LEVELS = {"sol-1": 4, "sol/2": 1}


def a_sheet(*solutions: str) -> dict[str, Any]:
    """What scoring answers: the one has a claim, the other a criterion of which nothing is known."""
    return {
        "solutions": [
            {
                "solution": one,
                "title": one,
                "assessment": an_assessment(
                    transferability=None,
                    evidence_level=LEVELS[one],
                    evaluation_contributions=CONTRIBUTIONS,
                ).model_dump(mode="json"),
            }
            for one in solutions
        ],
        "rows": [
            {
                "score": "evaluation",
                "key": key,
                "cells": [
                    {
                        "solution": one,
                        "known": (one, key) != ("sol/2", "reuse"),
                        "points": 5.0,
                        "value": 0.5,
                        "claim": (one, key) == ("sol-1", "evidence"),
                        "reason": "-",
                    }
                    for one in solutions
                ],
            }
            for key in ("evidence", "reuse")
        ],
    }


async def cells(catalogue: Catalogue, address: str = PAGE) -> dict[str, list[str]]:
    """The rows of the page as texts."""
    text = (await catalogue.reader.get(address)).text
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    plain = {
        re.sub("<[^>]+>", "", name): [
            " ".join(re.sub("<[^>]+>", " ", cell).split())
            for cell in re.findall("<td>(.*?)</td>", rest, re.DOTALL)
        ]
        for name, rest in rows
    }
    assert plain
    return plain


async def test_the_same_criteria_stand_beside_each_other_with_claims_marked_and_gaps_said(
    catalogue: Catalogue,
) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    rows = await cells(catalogue)
    assert rows["What became of it"][0] == "York: failed Tampere: succeeded"
    assert "Empty vans" in rows["What failed"][0]
    assert rows["What failed"][1] == "No failure is known."
    assert rows["First step"] == ["Count the lorries", "not known"]
    numbers = [tuple(row) for row in rows.values() if " / " in row[0]]
    assert numbers == [("5 / 10 claim", "5 / 10"), ("5 / 9", "not known")]
    assert rows["Evidence"][0] != rows["Evidence"][1]
    asked = [address for address, _ in catalogue.scoring.asked]
    assert asked == ["/v1/compare?solution=sol-1&solution=sol%2F2"]


async def test_each_can_be_left_out_and_another_one_looked_for(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    text = (await catalogue.reader.get(PAGE)).text
    assert 'href="/compare?ids=sol-1&amp;lang=en"' in text
    assert 'href="/compare?ids=sol%2F2&amp;lang=en"' in text
    assert 'name="ids" value="sol-1,sol/2"' in text
    results = (await catalogue.reader.get("/solutions?ids=sol-1,elsewhere&lang=en")).text
    assert re.search(r'type="checkbox" name="ids" value="sol-1"[^>]* checked', results)
    assert not re.search(r'type="checkbox" name="ids" value="sol/2"[^>]* checked', results)
    assert '<input type="hidden" name="ids" value="elsewhere">' in results
    assert "outcome=failed&amp;ids=sol-1%2Celsewhere&amp;lang=en" in results
    assert "/compare?ids=sol-1,sol%2F2" in (await catalogue.reader.get(SOLUTION)).text


async def test_ticked_boxes_are_the_same_as_one_field(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    one, several = [
        (await catalogue.reader.get(address)).text
        for address in ("/compare?ids=sol-1,sol/2", "/compare?ids=sol-1&ids=sol%2F2")
    ]
    assert one == several


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_hidden_is_left_out_like_what_is_not_known(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub(**HIDDEN[state])
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    hidden, unknown = [
        (await catalogue.reader.get(f"/compare?ids={other},sol/2&lang=en")).text
        for other in ("sol-1", "nothing")
    ]
    assert SECRET not in hidden
    assert hidden == unknown
    assert "Not all of these are there" in hidden
    assert "solution=sol-1" not in str(catalogue.scoring.asked)


async def test_without_scoring_the_facts_stand_there_and_without_ids_what_to_do(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    rows = await cells(catalogue)
    assert rows["Evidence"] == ["not known", "not known"]
    assert rows["First step"] == ["Count the lorries", "not known"]
    assert "score cannot be reached" in (await catalogue.reader.get(PAGE)).text
    empty = await catalogue.reader.get("/compare?lang=en")
    assert empty.status_code == 200
    assert "Tick up to four" in empty.text


async def test_who_is_signed_in_compares_as_the_own_city_sees_them(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    async with await catalogue.desk.signed_in(an_official(locale="en")) as maja:
        page = await maja.get(PAGE)
    assert page.headers["cache-control"] == "private, no-store"
    asked = [address for address, _ in catalogue.scoring.asked]
    assert asked == [f"/v1/compare?solution=sol-1&solution=sol%2F2&city={KRAKOW}"]


async def test_the_page_can_be_read_by_everybody_on_a_phone_and_in_the_dark(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers["/v1/compare"] = a_sheet("sol-1", "sol/2")
    pages = [(await catalogue.reader.get(address)).text for address in (PAGE, "/compare", "/solutions")]
    with browser() as opened:
        for page in pages:
            for scheme, width in (("dark", 320), ("light", 1000)):
                opened.show(page, width, scheme)  # type: ignore[arg-type]
                assert opened.violations() == []
                assert not opened.overflows()
