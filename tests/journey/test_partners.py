"""Two open tenders introduce two cities, once."""

from citiesshare.local.stack import Stack
from shared.events import PartnersFound
from tests.broker import Outsider
from tests.journey.letters import tell
from tests.journey.test_warnings import Place


async def test_two_open_tenders_introduce_two_cities_once(stack: Stack) -> None:
    place = Place()
    await tell(stack, place.cities())
    tenders = [place.need(city, stage="open") for city in (place.here, place.there)]
    async with Outsider(stack.ports.amqp_url) as outsider:
        heard = await outsider.listen("partners.found")
        await tell(stack, tenders)
        await tell(stack, tenders)
        found = [
            PartnersFound.model_validate_json((await outsider.next(heard)).body)
            for _ in range(await outsider.ready(heard.name))
        ]
        await heard.delete(if_empty=False)
    mine = {each.identity for each in found if place.here in (each.first.city, each.second.city)}
    assert f"need-{place.here}|need-{place.there}" in mine
    both = [each for each in found if {each.first.city, each.second.city} == {place.here, place.there}]
    assert len({each.message_id for each in both}) == 1
