"""Names of cities that an event does not name: what their profiles, or earlier matches, call them."""

import asyncio
from collections.abc import Collection

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.letter_content import name_in
from shared.events import Brief


async def names_of(store: NotificationRepositories, cities: Collection[str]) -> dict[str, str]:
    """Return the names of those of ``cities``, ids, that are known here."""
    ordered = sorted(set(cities))
    names = await asyncio.gather(*map(store.city_name, ordered))
    return {city: name for city, name in zip(ordered, names, strict=True) if name != city}


async def with_city_names(store: NotificationRepositories, brief: Brief) -> Brief:
    """``brief`` with the names of all its cities that are known here; without ids in place of names."""
    cities = {brief.solution.city, *(attempt.city for attempt in brief.implementations)}
    cities |= {study.city for study in brief.solution.studies if study.city}
    unnamed = [city for city in sorted(cities) if not name_in(brief.city_names, city)]
    told = {city: name for city, name in brief.city_names.items() if city not in unnamed and name != city}
    named = {**told, **await names_of(store, unnamed)}
    own = brief.city_name if brief.city_name != brief.solution.city else named.get(brief.solution.city)
    return brief.model_copy(update={"city_names": named, "city_name": own or brief.city_name})
