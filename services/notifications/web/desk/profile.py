"""The city's own description: what it is, what it agreed to, and what sharpens what we tell it."""

from collections.abc import Mapping
from typing import NamedTuple

from services.notifications.application.stored_models import KnownCity
from services.notifications.domain.desk.city_profile import (
    FIELDS,
    SECTIONS,
    UNKNOWN,
    ProfileField,
    described,
    differences,
    values_of,
)
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.profile_words import SHARPENS
from services.notifications.domain.languages import SPOKEN
from services.notifications.web.desk.form_fields import localizer_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect

UNUSABLE, OVERTAKEN = 422, 409
PROFILE = "/desk/profile"
NOTHING: Mapping[str, str] = {}


class ProfileQuestion(NamedTuple):
    """A field as it is asked: what its answer sharpens, and what is recorded where that differs."""

    field: ProfileField
    label: str
    sharpens: str
    recorded: str | None


async def profile(request: DeskRequest) -> Page | Redirect:
    """Show the profile as a form, and send it. Two who change it see each other's change."""
    known, numbers = await _known(request), localizer_of(request)
    stored = known.profile if known else None
    recorded = values_of(stored, numbers)
    if not request.acts:
        return _show(request, known, request.form if request.kept else recorded)
    differing = differences(request.form, recorded)
    if differing and known and request.field("based_on") != str(known.revision):
        in_words = {f.name: _in_words(request, f, differing[f.name]) for f in FIELDS if f.name in differing}
        return _show(request, known, request.form, OVERTAKEN, recorded=in_words)
    if differing:
        based_on = known.revision if known else None
        choices = (_countries(request, known), _languages(known))
        said = described(stored, request.official.city, request.form, based_on, numbers, choices)
        if said.event is None:
            return _show(request, known, request.form, UNUSABLE, mistakes=said.mistakes)
        await request.publish(said.event)
    return Redirect(f"{PROFILE}?done=described")


async def _known(request: DeskRequest) -> KnownCity | None:
    return await request.context.store.records.known_city(request.official.city)


def _show(
    request: DeskRequest,
    known: KnownCity | None,
    values: Mapping[str, object],
    status: int = 200,
    *,
    mistakes: Mapping[str, str] = NOTHING,
    recorded: Mapping[str, str] = NOTHING,
) -> Page:
    localizer = localizer_of(request)
    sections = [
        (
            localizer.word("dimension", name),
            [
                ProfileQuestion(
                    field,
                    localizer.word("profile", field.name),
                    localizer.word("sharpens", field.name) if field.name in SHARPENS else "",
                    recorded.get(field.name),
                )
                for field in fields
            ],
        )
        for name, fields in SECTIONS.items()
    ]
    agreed = known.profile.agreed_risk if known else None
    return request.show(
        "desk/profile",
        status,
        sections=sections,
        values=values,
        based_on=known.revision if known else "",
        agreed=None if agreed is None else 100 * agreed,
        countries=_countries(request, known),
        languages=_languages(known),
        mistakes=mistakes,
        labels={question.field.name: question.label for _, questions in sections for question in questions},
        overtaken=bool(recorded),
    )


def _countries(request: DeskRequest, known: KnownCity | None) -> Mapping[str, str]:
    """The countries by name, and the one that is recorded."""
    countries = dict(request.context.countries.countries(request.official.locale))
    if known:
        countries.setdefault(known.profile.country, known.profile.country)
    return countries


def _languages(known: KnownCity | None) -> tuple[str, ...]:
    """The languages a city may say it speaks, and the one that is recorded."""
    recorded = known.profile.indicators.language if known else None
    return SPOKEN if recorded is None or recorded in SPOKEN else (*SPOKEN, recorded)


def _in_words(request: DeskRequest, field: ProfileField, recorded: tuple[str, ...]) -> str:
    """What is recorded, as it stands in the field; a country by name; empty where it is not known."""
    text = ". ".join(recorded) if any(recorded) else ""
    if field.kind == "country":
        return str(request.context.countries.countries(request.official.locale).get(text, text))
    return "" if text == UNKNOWN else text


ROUTES = (DeskRoute(PROFILE, profile, Permission.ADMINISTER),)
