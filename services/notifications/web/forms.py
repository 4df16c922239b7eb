"""The pages with more than one button: preferences, answers, comments.

A form that cannot be acted on comes back as it was filled in, with what is missing beside the field, and 422.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from services.notifications.domain.effects import read_effect, reported
from services.notifications.domain.languages import LANGUAGES
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


async def preferences(session: PageSession) -> Page:
    """How often, what, and until when not; topics are searched for by name and kept by code."""
    official, search, saved = session.official, session.field("find").strip(), False
    mistakes: dict[str, str] = {}
    status = await session.context.store.address_statuses.find(official.email)
    stopped = status.stopped is not None and status.stopped != "admin"
    if session.acts and session.field("action") == "resume":
        if stopped:
            await session.context.store.address_statuses.remove(official.email)
            stopped = False
    elif session.acts and FIELDS.intersection(session.form):
        try:
            after = changed(official, session.form, await _choices(session))
        except Mistakes as error:
            mistakes |= error.fields
        else:
            saved = not search
            if saved:
                await session.update_preferences(after, "page")
                official = after
    return await _preferences(session, official, search, mistakes, saved=saved, stopped=stopped)


async def _choices(session: PageSession) -> Choices:
    locale, names = session.letter.locale, session.context.countries
    zones, countries = await asyncio.gather(
        asyncio.to_thread(names.zones, locale), asyncio.to_thread(names.countries, locale)
    )
    return Choices(session.context.topics.known_topic, countries, zones, LANGUAGES)


async def _preferences(
    session: PageSession,
    official: Official,
    search: str,
    mistakes: dict[str, str],
    *,
    saved: bool,
    stopped: bool,
) -> Page:
    locale, topics = session.letter.locale, session.context.topics
    choices = await _choices(session)
    # The search button sends the whole form; an address with a search alone says nothing of other fields.
    whole = session.acts or "at" in session.form
    typed = session.form if whole and (search or mistakes) else {}
    suggestions = topics.suggested(search, locale)
    if search and not suggestions:
        mistakes["find"] = "no_such_topic"
    elif search and session.acts:
        mistakes["find"] = "topic"
    chosen = _named(session, typed.get("topics", []) if typed else official.topics)
    return session.show(
        "preferences",
        UNUSABLE if mistakes and session.acts else 200,
        official=official,
        values=_values(official, typed),
        chosen=chosen,
        unknown=[topic.code for topic in chosen if not topics.known_topic(topic.code)],
        suggestions=[topic for topic in suggestions if topic not in chosen],
        search=search,
        topics_off=_named(session, official.topics_off),
        countries=choices.countries,
        zones=choices.zones,
        languages=LANGUAGES,
        saved=saved,
        resumed=session.acts and session.field("action") == "resume",
        mistakes=mistakes,
        stopped=stopped,
        changes=await session.changes(),
    )


def _named(session: PageSession, topics: list[str] | tuple[str, ...]) -> list[TopicOption]:
    """The topics by name, each once."""
    locale, codes = session.letter.locale, dict.fromkeys(topic.strip() for topic in topics)
    return [session.context.topics.named(code, locale) for code in codes if code]


def _values(official: Official, typed: Mapping[str, list[str]]) -> dict[str, object]:
    """What stands in each field: what was typed where it could not be used, else what is stored."""
    quiet, limits = official.quiet, official.thresholds
    at_once = limits.instant_min_fit
    stored: dict[str, str] = {
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
        stored = {
            name: next(iter(typed.get(name, [])), "" if name in boxes else value)
            for name, value in stored.items()
        }
    kinds = typed.get("kinds", []) if typed else [kind for kind in KINDS if kind not in official.kinds_off]
    off = typed.get("topics_off", []) if typed else official.topics_off
    return {**stored, "kinds": kinds, "topics_off": off}


async def feedback(session: PageSession) -> Page:
    """Useful, adopted and how, or not for us because …; an adoption can be taken back."""
    card = await session.card()
    here = how_it_could_work(card.brief, card.match)
    units = frozenset(missing.unit for missing in here.build_first)
    form = session.fields()
    mistakes = answers.mistakes_in(form, units) if session.acts else NO_MISTAKES
    asks_how = form.get("answer") == "adopted" and "how" in mistakes
    if asks_how and "asked" not in form:
        mistakes = NO_MISTAKES
    done = session.acts and not mistakes and not asks_how
    if done:
        await session.publish(*answers.feedback(session.letter, form, datetime.now(UTC)))
    gap = next((missing for missing in here.build_first if missing.unit == form.get("unit")), None)
    return session.show(
        "feedback",
        UNUSABLE if mistakes else 200,
        done=form["answer"] if done else "",
        asks_how=asks_how,
        form=form,
        mistakes=mistakes,
        title=title_for(card.brief.solution, session.letter.languages),
        city_name=session.letter.city_name,
        units=here.build_first,
        unit=form.get("unit"),
        gap=gap,
        language=here.language,
    )


async def outcome(session: PageSession) -> Page:
    """How the reader's own attempt went."""
    letter = session.letter
    if not isinstance(letter, OutcomeCheckinLetter):
        raise PageProblem("not_asked")
    if letter.asks == "effect":
        return await _effect(session, letter)
    form = session.fields()
    mistakes = answers.mistakes_in_outcome(form) if session.acts else NO_MISTAKES
    if session.acts and not mistakes:
        await session.publish(answers.outcome(letter, form))
    hidden = f"solution|{letter.solution}" in await session.hidden()
    return session.show(
        "outcome",
        UNUSABLE if mistakes else 200,
        done=session.acts and not mistakes,
        title=letter.solution if hidden else letter.title,
        form=form,
        mistakes=mistakes,
    )


async def _effect(session: PageSession, letter: OutcomeCheckinLetter) -> Page:
    """What came of what the reader's city took over."""
    now, effects = datetime.now(UTC), session.context.effects
    adoption = await effects.adoption(f"{letter.adoption}|{letter.city}", letter.city)
    if adoption is None:
        raise PageProblem("unpublished")
    indicators = await effects.indicators(adoption, letter.city, now)
    numbers = session.context.renderer.localizer(letter.locale, letter.timezone)
    form = read_effect(session.fields(), indicators, numbers)
    done = session.acts and form.effect is not None
    if session.acts and form.effect is not None:
        await session.publish(reported(adoption, form.effect, letter.post))
    hidden = f"solution|{letter.solution}" in await session.hidden()
    return session.show(
        "effect",
        UNUSABLE if session.acts and not done else 200,
        done=done,
        title=letter.solution if hidden else letter.title,
        indicators=indicators,
        values=session.fields(),
        mistakes=form.mistakes if session.acts else NO_MISTAKES,
    )


async def talk(session: PageSession) -> Page:
    """What colleagues of all departments say to each other about a solution: open within the city."""
    card = await session.card()
    words = session.field("words").strip()
    mistakes = _mistakes_in_words(words) if session.acts else NO_MISTAKES
    if session.acts and not mistakes:
        await session.context.store.comments.save(session.letter, words, datetime.now(UTC))
    return session.show(
        "talk",
        UNUSABLE if mistakes else 200,
        title=title_for(card.brief.solution, session.letter.languages),
        comments=await session.comments(),
        words=words if mistakes else "",
        mistakes=mistakes,
    )


def _mistakes_in_words(words: str) -> Mistaken:
    if not words:
        return {"words": "say_something"}
    return {"words": "too_long"} if len(words) > MOST_WORDS else NO_MISTAKES
