"""The pages with more than one button: wishes, answers, remarks.

A form that cannot be acted on comes back as it was filled in, with what is missing beside the field, and 422.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from services.notifications.adapters.country_names import countries, zones
from services.notifications.adapters.localizer import LANGUAGES
from services.notifications.adapters.topic_names import known_topic, named, suggested
from services.notifications.domain.letter_content import how_it_could_work
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.letters.outcome_checkin import OutcomeCheckinLetter
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import Choices, Mistakes, changed
from services.notifications.domain.topics import TopicOption
from services.notifications.domain.vocabulary import KINDS
from services.notifications.web import answers
from services.notifications.web.page_session import Page, PageSession
from services.notifications.web.problems import PageProblem

Mistaken = Mapping[str, str]
NO_MISTAKES: Mistaken = {}
UNUSABLE = 422
MOST_WORDS = 2_000
BOXES = frozenset({"kinds", "topics", "topics_off", "quiet_weekends", "include_failures"})
FIELDS = BOXES | {
    *("cadence", "at", "weekday", "find", "locale", "timezone", "topics_off_shown", "pause_until", "action"),
    *("quiet_start", "quiet_end", "quiet_holidays", "min_fit", "max_risk", "instant_min_fit"),
}
"""What the form of the preferences sends; a request with none of it is not that form, and saves nothing."""


async def preferences(visit: PageSession) -> Page:
    """How often, what, and until when not; topics are searched for by name and kept by code."""
    official, search, saved = visit.official, visit.said("find").strip(), False
    mistakes: dict[str, str] = {}
    standing = await visit.desk.find_standing(official.email)
    stopped = standing.stopped is not None and standing.stopped != "admin"
    if visit.acts and visit.said("action") == "resume":
        if stopped:
            await visit.desk.resume(official.email)
            stopped = False
    elif visit.acts and FIELDS.intersection(visit.form):
        try:
            wishes = changed(official, visit.form, await _choices(visit))
        except Mistakes as found:
            mistakes |= found.fields
        else:
            saved = not search
            if saved:
                await visit.desk.change_wishes(official, wishes, "page")
                official = wishes
    return await _preferences(visit, official, search, mistakes, saved=saved, stopped=stopped)


async def _choices(visit: PageSession) -> Choices:
    locale = visit.letter.locale
    known_zones, known_countries = await asyncio.gather(
        asyncio.to_thread(zones, locale), asyncio.to_thread(countries, locale)
    )
    return Choices(known_topic, known_countries, known_zones, LANGUAGES)


async def _preferences(
    visit: PageSession,
    official: Official,
    search: str,
    mistakes: dict[str, str],
    *,
    saved: bool,
    stopped: bool,
) -> Page:
    locale, choices = visit.letter.locale, await _choices(visit)
    # The search button sends the whole form; an address with a search alone says nothing of other fields.
    whole = visit.acts or "at" in visit.form
    typed = visit.form if whole and (search or mistakes) else {}
    found = suggested(search, locale)
    if search and not found:
        mistakes["find"] = "no_such_topic"
    elif search and visit.acts:
        mistakes["find"] = "topic"
    chosen = _named(typed.get("topics", []) if typed else official.topics, locale)
    return visit.show(
        "preferences",
        UNUSABLE if mistakes and visit.acts else 200,
        official=official,
        values=_values(official, typed),
        chosen=chosen,
        unknown=[topic.code for topic in chosen if not known_topic(topic.code)],
        found=[topic for topic in found if topic not in chosen],
        search=search,
        topics_off=_named(official.topics_off, locale),
        countries=choices.countries,
        zones=choices.zones,
        languages=LANGUAGES,
        saved=saved,
        resumed=visit.acts and visit.said("action") == "resume",
        mistakes=mistakes,
        stopped=stopped,
        changes=await visit.changes(),
    )


def _named(topics: list[str] | tuple[str, ...], locale: str) -> list[TopicOption]:
    return [named(topic, locale) for topic in dict.fromkeys(topic.strip() for topic in topics) if topic]


def _values(official: Official, typed: Mapping[str, list[str]]) -> dict[str, object]:
    """What stands in each field: what was typed where it could not be used, else what is kept."""
    quiet, limits = official.quiet, official.thresholds
    at_once = limits.instant_min_fit
    kept: dict[str, str] = {
        "cadence": official.cadence,
        "at": f"{official.at:%H:%M}",
        "weekday": str(official.weekday),
        "quiet_start": f"{quiet.start:%H:%M}" if quiet else "",
        "quiet_end": f"{quiet.end:%H:%M}" if quiet else "",
        "quiet_weekends": "yes" if quiet and quiet.weekends else "",
        "quiet_holidays": (quiet.holidays or "") if quiet else "",
        "pause_until": official.pause_until.isoformat() if official.pause_until else "",
        "min_fit": f"{limits.min_fit:.0f}",
        "max_risk": f"{limits.max_risk:.0f}",
        "instant_min_fit": f"{at_once:.0f}" if at_once is not None else "",
        "include_failures": "yes" if official.include_failures else "",
        "locale": official.locale.partition("-")[0],
        "timezone": official.timezone,
    }
    boxes = {"quiet_weekends", "include_failures"}
    if typed:
        kept = {
            name: next(iter(typed.get(name, [])), "" if name in boxes else value)
            for name, value in kept.items()
        }
    kinds = typed.get("kinds", []) if typed else [kind for kind in KINDS if kind not in official.kinds_off]
    off = typed.get("topics_off", []) if typed else official.topics_off
    return {**kept, "kinds": kinds, "topics_off": off}


async def feedback(visit: PageSession) -> Page:
    """Useful, adopted and how, or not for us because …; an adoption can be taken back."""
    card = await visit.card()
    here = how_it_could_work(card.brief, card.match)
    units = frozenset(one.unit for one in here.build_first)
    said = visit.fields()
    mistakes = answers.mistakes_in(said, units) if visit.acts else NO_MISTAKES
    asks_how = said.get("answer") == "adopted" and "how" in mistakes
    if asks_how and "asked" not in said:
        mistakes = NO_MISTAKES
    done = visit.acts and not mistakes and not asks_how
    if done:
        await visit.say(*answers.feedback(visit.letter, said, datetime.now(UTC)))
    gap = next((one for one in here.build_first if one.unit == said.get("unit")), None)
    return visit.show(
        "feedback",
        UNUSABLE if mistakes else 200,
        done=said["answer"] if done else "",
        asks_how=asks_how,
        said=said,
        mistakes=mistakes,
        title=title_for(card.brief.solution, visit.letter.languages),
        city_name=visit.letter.city_name,
        units=here.build_first,
        unit=said.get("unit"),
        gap=gap,
        language=here.language,
    )


async def outcome(visit: PageSession) -> Page:
    """How the reader's own attempt went."""
    asked = visit.letter if isinstance(visit.letter, OutcomeCheckinLetter) else None
    if asked is None:
        raise PageProblem("not_asked")
    said = visit.fields()
    mistakes = answers.mistakes_in_outcome(said) if visit.acts else NO_MISTAKES
    if visit.acts and not mistakes:
        await visit.say(answers.outcome(asked, said))
    hidden = f"solution|{asked.solution}" in await visit.desk.find_hidden(asked)
    return visit.show(
        "outcome",
        UNUSABLE if mistakes else 200,
        done=visit.acts and not mistakes,
        title=asked.solution if hidden else asked.title,
        said=said,
        mistakes=mistakes,
    )


async def talk(visit: PageSession) -> Page:
    """What colleagues of all departments say to each other about a solution: open within the city."""
    card = await visit.card()
    words = visit.said("words").strip()
    mistakes = _mistakes_in_words(words) if visit.acts else NO_MISTAKES
    if visit.acts and not mistakes:
        await visit.desk.keep_remark(visit.letter, words)
    return visit.show(
        "talk",
        UNUSABLE if mistakes else 200,
        title=title_for(card.brief.solution, visit.letter.languages),
        remarks=await visit.remarks(),
        words=words if mistakes else "",
        mistakes=mistakes,
    )


def _mistakes_in_words(words: str) -> Mistaken:
    if not words:
        return {"words": "say_something"}
    return {"words": "too_long"} if len(words) > MOST_WORDS else NO_MISTAKES
