"""The pages of the catalogue for an official who is signed in: what only that city is told."""

import pytest

from services.notifications.settings import Settings
from shared.events import Gap
from shared.store.mongo import Database
from tests.builders import KRAKOW, TAMPERE, YORK, a_peer, an_assessment, an_official
from tests.component import test_catalogue as public
from tests.component.desk import SITE, a_desk
from tests.component.scoring_servers import scoring_server
from tests.component.test_catalogue import CATALOGUE, SOLUTION, Catalogue
from tests.unit.notifications.browser import browser

pytestmark = pytest.mark.component
catalogue = public.catalogue
SCORE_FOR = f"/v1/solutions/sol-1/score-for/{KRAKOW}"
MAJA = an_official(city_name="Kraków", locale="en")


def a_gap(closed_by: str) -> dict[str, object]:
    """A unit that Kraków lacks."""
    gap = Gap(unit="u", name="A rule", critical=True, have=0, told_by="Tampere", closed_by=closed_by)
    return gap.model_dump(mode="json")


def city_score(**changes: object) -> dict[str, object]:
    """How Kraków sees the hub."""
    usual = {
        "solution": "sol-1",
        "title": "-",
        "city": KRAKOW,
        "assessment": an_assessment().model_dump(mode="json"),
        "gaps": [a_gap("York")],
        "nearest_failure": a_peer(clearly_nearer=True).model_dump(mode="json"),
        "nearest_success": a_peer(city=TAMPERE, name="Tampere", outcome="succeeded").model_dump(mode="json"),
        "warning": None,
    }
    return {**usual, **changes}


async def test_who_is_signed_in_reads_how_it_could_work_in_the_own_city_and_nobody_else_does(
    catalogue: Catalogue,
) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers[SCORE_FOR] = city_score()
    async with await catalogue.desk.signed_in(MAJA) as maja:
        mine = await maja.get(SOLUTION)
        again = await maja.get(SOLUTION, headers={"if-none-match": mine.headers.get("etag", '"x"')})
    assert mine.headers["cache-control"] == "private, no-store"
    assert "etag" not in mine.headers
    assert again.status_code == 200
    assert "how it could work in Kraków" in mine.text
    assert "Count the lorries" in mine.text
    assert "You resemble York more than Tampere" in mine.text
    everybody = await catalogue.reader.get(SOLUTION, headers={"accept-language": "en"})
    assert everybody.headers["cache-control"] == "public, no-cache"
    assert "Cookie" in everybody.headers["vary"]
    assert "Kraków, where" not in everybody.text
    assert "how it could work in" not in everybody.text
    assert SCORE_FOR in {address for address, _ in catalogue.scoring.asked}
    assert sum(address == SCORE_FOR for address, _ in catalogue.scoring.asked) == 2


async def test_a_city_whose_attempt_is_not_public_is_not_named_to_the_reader(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    hidden = a_peer(city="999", name="Atlantis")
    catalogue.scoring.answers[SCORE_FOR] = city_score(
        nearest_failure=hidden.model_dump(mode="json"), gaps=[a_gap("Atlantis")]
    )
    async with await catalogue.desk.signed_in(MAJA) as maja:
        text = (await maja.get(SOLUTION)).text
    assert "how it could work in Kraków" in text
    assert "Atlantis" not in text


@pytest.mark.parametrize(("city", "told"), [(KRAKOW, "cannot be told just now"), (TAMPERE, "")])
async def test_where_scoring_cannot_tell_it_is_said_and_a_city_is_not_told_how_to_copy_itself(
    catalogue: Catalogue, city: str, told: str
) -> None:
    await catalogue.save_hub()
    official = an_official(city=city, city_name="Ours", locale="en")
    async with await catalogue.desk.signed_in(official) as reader:
        text = (await reader.get(SOLUTION)).text
    assert "how it could work in" not in text
    assert ("cannot be told just now" in text) is bool(told)


async def test_results_are_in_the_order_of_the_own_city_for_who_is_signed_in_alone(
    database: Database,
) -> None:
    async with scoring_server() as scoring:
        scoring.answers = {"/v1/catalogue": CATALOGUE}
        settings = Settings(public_url=SITE, scoring_url=scoring.url, city_secret="a secret of the cities")
        async with a_desk(database, settings) as desk, desk.browser() as reader:
            async with await desk.signed_in(MAJA) as maja:
                mine = await maja.get("/solutions?sort=fit&outcome=failed")
            everybody = await reader.get("/solutions?sort=fit")
            await desk.context.scoring.close()
    (own, key), (public_search, no_key) = scoring.asked
    assert own == f"/v1/catalogue?outcome=failed&sort=fit&skip=0&most=20&city={KRAKOW}"
    assert key is not None
    assert (public_search, no_key) == ("/v1/catalogue?sort=learning&skip=0&most=20", None)
    assert "best for your city first" in mine.text
    assert "best for your city first" not in everybody.text
    assert mine.headers["cache-control"] == "private, no-store"


async def test_the_personal_part_can_be_read_by_everybody_on_a_phone_and_in_the_dark(
    catalogue: Catalogue,
) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers[SCORE_FOR] = city_score(
        nearest_failure=a_peer(city=YORK).model_dump(mode="json")
    )
    async with await catalogue.desk.signed_in(MAJA) as maja:
        page = (await maja.get(SOLUTION)).text
    with browser() as opened:
        opened.show(page, 320, "dark")
        assert opened.violations() == []
        assert not opened.overflows()
