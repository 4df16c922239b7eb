"""Telling cities that a solution meets a need of theirs: once, and again only when something matters."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.scoring.application.context import ScoringContext
from services.scoring.application.diffusion import how_it_spread, others_paid, taken_up
from services.scoring.domain.alerts import (
    LastNotification,
    Occasion,
    is_read,
    letter_key,
    process,
    spoken_for,
    tell,
)
from services.scoring.domain.codes.cpv_tree import process_tag
from services.scoring.domain.facts import Dossier, KnownFact, of_use
from services.scoring.domain.match_assessment import assess_match
from shared.events import Brief, Match, SolutionMatched
from shared.facts import CityProfile, Need

BREATH = 8
"""Matches judged before other messages get their turn: each takes about a millisecond."""


async def tell_cities(
    context: ScoringContext, dossier: Dossier, revision: int, fits: Mapping[str, float], cause: str
) -> Sequence[SolutionMatched]:
    """Say which of the needs in ``fits`` (need: relevance 0–1) their cities should hear of now."""
    if not fits:
        return ()
    solution = dossier.solution.fact
    needs, lacking, (adoptions, versions) = await asyncio.gather(
        _needs(context, fits, but=solution.city),
        context.store.answers.objections(solution.id),
        taken_up(context, solution.id),
    )
    if not needs:
        return ()
    cities, told = await asyncio.gather(
        context.store.profiles({need.fact.city for need in needs}),
        context.store.notifications.about(solution.id, [letter_key(need.fact) for need in needs]),
    )
    adopters = {adoption.city for adoption in adoptions}
    tellings: list[tuple[Match, LastNotification, LastNotification | None]] = []
    for place, need in enumerate(needs):
        city = cities.get(need.fact.city)
        before = told.get(letter_key(need.fact))
        if city is None or (before is None and need.fact.city in adopters):
            continue
        units = lacking.get(need.fact.city, frozenset())
        profile = as_answered(city.fact, units)
        match = assess_match(dossier, need.fact, profile, fits[need.fact.id], context.framework)
        token = f"{revision}|{need.revision}|{city.revision}|{','.join(sorted(units))}"
        telling = tell(solution.id, match, token, cause, before)
        if telling is not None:
            paid = others_paid(dossier, city.fact, context.rates)
            match = match.model_copy(update={"changes": telling.changes, "prices": paid})
            tellings.append((match, telling, before))
        if place % BREATH == BREATH - 1:
            await asyncio.sleep(0)
    keys = {need.fact.id: letter_key(need.fact) for need in needs}
    claimed = await _claimed(context, tellings, keys)
    told_of = brief(dossier).model_copy(update={"spread": how_it_spread(dossier, adoptions, versions)})
    return [
        *_say(context, told_of, dossier.as_of, revision, "new", claimed),
        *_say(context, told_of, dossier.as_of, revision, "update", claimed),
    ]


def as_answered(city: CityProfile, lacking: frozenset[str]) -> CityProfile:
    """The city with what its officials answered it lacks; its own profile knows better where it speaks."""
    if lacking <= city.have.keys():
        return city
    return city.model_copy(update={"have": {**dict.fromkeys(sorted(lacking), 0.0), **city.have}})


async def _needs(context: ScoringContext, fits: Mapping[str, float], but: str) -> list[KnownFact[Need]]:
    """The needs that may be told of, best first; of two about one process the city's own words."""
    needs = [need for need in (await context.store.needs.many(fits)).values() if need.fact.city != but]
    of_interest = [need for need in needs if of_use(need)]
    others = await own_words(context, [need.fact for need in of_interest])
    preferred = [need for need in of_interest if not spoken_for(need.fact, others)]
    return sorted(preferred, key=lambda need: (-fits[need.fact.id], need.fact.id))


async def own_words(context: ScoringContext, needs: Sequence[Need]) -> list[KnownFact[Need]]:
    """All needs about the processes that ``needs`` were read from."""
    processes = {process(need) for need in needs if is_read(need)}
    tags = sorted(process_tag(process) for process in processes if process is not None)
    return await context.store.needs.tagged(tags)


async def _claimed(
    context: ScoringContext,
    tellings: Sequence[tuple[Match, LastNotification, LastNotification | None]],
    keys: Mapping[str, str],
) -> list[tuple[Match, Occasion]]:
    """Keep what is told, in one go where it is new; what somebody else told meanwhile is left to them."""
    first = {keys[telling.need]: telling for _, telling, before in reversed(tellings) if before is None}
    new = await context.store.notifications.keep_first(first)
    to_tell: list[tuple[Match, Occasion]] = []
    for match, telling, before in tellings:
        key = keys[telling.need]
        if before is None:
            mine = key in new and first[key] is telling
        else:
            mine = telling is before or await context.store.notifications.replace(key, telling, before)
        if mine:
            to_tell.append((match, telling.occasion))
    return to_tell


def _say(
    context: ScoringContext,
    told_of: Brief,
    as_of: datetime,
    revision: int,
    occasion: Occasion,
    claimed: Sequence[tuple[Match, Occasion]],
) -> list[SolutionMatched]:
    matches = [match for match, of in claimed if of == occasion]
    size = context.per_message
    chunks = [matches[start : start + size] for start in range(0, len(matches), size)]
    return [
        SolutionMatched(
            revision=revision,
            brief=told_of,
            matches=tuple(chunk),
            chunk=number,
            chunks=len(chunks),
            occasion=occasion,
            matched=as_of,
        )
        for number, chunk in enumerate(chunks, 1)
    ]


def brief(dossier: Dossier) -> Brief:
    """What a letter needs to know about the solution."""
    return Brief(
        solution=dossier.solution.fact.offered_on(dossier.as_of.date()),
        city_name=dossier.name_of(dossier.solution.fact.city),
        implementations=dossier.attempts,
        city_names=names_for(dossier),
    )


def names_for(dossier: Dossier) -> dict[str, str]:
    """The names of the solution's own city and of those whose attempts a letter tells of."""
    named = {dossier.solution.fact.city, *(attempt.city for attempt in dossier.attempts)}
    return {city: profile.name for city, profile in dossier.peers.items() if city in named}
