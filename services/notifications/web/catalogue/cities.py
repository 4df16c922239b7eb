"""The pages of a city: what it tried, what failed, whom to ask."""

from services.notifications.domain.catalogue.city_story import contacts, groups
from services.notifications.domain.letter_content import attempted
from services.notifications.domain.letters.base import title_for
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page, local_address
from services.notifications.web.problems import PageProblem

CITIES = "/cities"


async def city(request: CatalogueRequest) -> Page:
    """What is public of a city. Raises ``PageProblem`` where that is nothing."""
    name, languages = request.path["city"], (request.locale,)
    story = await request.context.catalogue.city(name, request.now)
    if story is None:
        raise PageProblem("not_there")
    return request.show(
        "catalogue/city",
        city=name,
        story=story,
        groups=groups(story.attempts),
        told={
            (one.solution.id, one.attempt.city): attempted(one.attempt, story.names) for one in story.attempts
        },
        contacts=contacts(story.solutions),
        title_of=lambda solution: title_for(solution, languages),
        own_address=local_address("cities", name),
        in_language=lambda lang: local_address("cities", name, lang),
    )


ROUTES = (CatalogueRoute(f"{CITIES}/{{city:path}}", city),)
