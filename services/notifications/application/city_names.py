"""Names of cities that an event does not name: what their profiles, or earlier matches, call them."""

import asyncio

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.letter_content import name_in
from shared.events import Brief


async def with_city_names(store: NotificationRepositories, brief: Brief) -> Brief:
    """``brief`` with the names of all its cities that are known here; without ids in place of names."""
    cities = {brief.solution.city, *(attempt.city for attempt in brief.implementations)}
    cities |= {study.city for study in brief.solution.studies if study.city}
    unnamed = [city for city in sorted(cities) if not name_in(brief.city_names, city)]
    looked_up = await asyncio.gather(*map(store.city_name, unnamed))
    names = {**brief.city_names, **dict(zip(unnamed, looked_up, strict=True))}
    named = {city: name for city, name in names.items() if name != city}
    own = brief.city_name if brief.city_name != brief.solution.city else named.get(brief.solution.city)
    return brief.model_copy(update={"city_names": named, "city_name": own or brief.city_name})
