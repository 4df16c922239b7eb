"""What a report says of cities, topics and days, compared with what is known: mended or remarked.

A city that the gazetteer does not have is remarked, not refused: it lists cities of 15,000 people and
more, and a smaller one may be registered or describe itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from string import ascii_lowercase
from zoneinfo import ZoneInfo

from services.submissions.domain.drafts import Draft
from services.submissions.domain.json_types import Json
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.places import City, Gazetteer, described, resolve_name
from services.submissions.domain.topics import PublishedClassification, scheme_of, topics_of
from shared.events import Complaint
from shared.facts import CityProfile, Need, Solution, Topic, moment_in
from shared.folding import fold

UTC_ZONE = ZoneInfo("UTC")
GEONAMES = "write the GeoNames id (https://www.geonames.org)"
MOST_NEAR = 3
LONGEST_NAME = 100
SHORTEST_TYPED, LONGEST_TYPED = 4, 40


def in_city_time(value: Json, gazetteer: Gazetteer) -> Json:
    """Return a report with its deadline as a moment: a day ends in the zone of the city that says it."""
    if not isinstance(value, dict) or not isinstance(deadline := value.get("deadline"), str):
        return value
    city = gazetteer.cities.get(str(value.get("city")))
    return {**value, "deadline": moment_in(deadline, ZoneInfo(city.timezone) if city else UTC_ZONE)}


def compared(judged: MessageAssessment, reference: ReferenceTables) -> MessageAssessment:
    """Return ``judged`` with the codes of its topics mended, and a complaint for what nobody knows."""
    remarks = [*_cities(judged, reference.gazetteer)]
    drafts = []
    for draft in judged.drafts:
        mended, complaints = _topics(draft, reference)
        drafts.append(mended)
        remarks += complaints
    return replace(judged, drafts=tuple(drafts), complaints=(*judged.complaints, *remarks))


def city_complaint(city: str, gazetteer: Gazetteer) -> str | None:
    """Return what is said of a city that is not known, with the nearest that are, or None."""
    if city in gazetteer.cities:
        return None
    near = [described(near_city) for near_city in nearest_cities(city, gazetteer)]
    hint = f"did you mean {', '.join(near)}?" if near else GEONAMES
    return f"{city[:LONGEST_NAME]!r} is no city known here: {hint}"


def nearest_cities(city: str, gazetteer: Gazetteer) -> Iterable[City]:
    """The cities whose id or name is nearest to ``city``, at most three."""
    number = re.sub(r"[\s.,'’]", "", city[:20].removesuffix(".0"))  # as spreadsheets show and export numbers
    if number.isdigit():
        near = [number] if number in gazetteer.cities else _typos(number[:12], "0123456789")
        return [
            gazetteer.cities[identifier]
            for identifier in dict.fromkeys(near)
            if identifier in gazetteer.cities
        ][:MOST_NEAR]
    name, _, country = city[:LONGEST_NAME].partition(",")
    place = resolve_name(name, gazetteer, country.strip() or None)
    identifiers = [*filter(None, (place.city,)), *place.candidates] or _alike(fold(name), gazetteer)
    return [gazetteer.cities[identifier] for identifier in dict.fromkeys(identifiers)][:MOST_NEAR]


def _typos(word: str, alphabet: str) -> Iterator[str]:
    """Every word that one wrong, missing, added or swapped letter makes of ``word``; the last first."""
    for place in reversed(range(len(word) + 1)):
        before, after = word[:place], word[place:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after[1:] for letter in alphabet if after)
        yield before + after[1:]
        yield from (before + letter + after for letter in alphabet)


def _alike(name: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Cities with a name like ``name``: one letter away, or alike in all and in the first two letters.

    Comparing with all names would take a second.
    """
    for typo in _typos(name[:LONGEST_TYPED], ascii_lowercase) if len(name) >= SHORTEST_TYPED else ():
        yield from gazetteer.called.get(typo, ())[:MOST_NEAR]
    begin = [called for called in gazetteer.called if called[:2] == name[:2]] if len(name) > 1 else []
    for called in get_close_matches(name, begin, n=MOST_NEAR, cutoff=0.75):
        yield gazetteer.called[called][0]


def _cities(judged: MessageAssessment, gazetteer: Gazetteer) -> Iterator[Complaint]:
    facts = [draft.fact for draft in judged.drafts]
    named = [fact.city for fact in facts if not isinstance(fact, CityProfile)]
    named += [
        event.city for event in (judged.comment, judged.evidence, judged.effect, judged.transition) if event
    ]
    for city in dict.fromkeys(named):
        if message := city_complaint(city, gazetteer):
            yield Complaint(path="city", message=message)


def _topics(draft: Draft, reference: ReferenceTables) -> tuple[Draft, list[Complaint]]:
    fact, complaints = draft.fact, []
    if not isinstance(fact, Need | Solution) or not fact.topics:
        return draft, []
    topics = []
    for place, topic in enumerate(fact.topics):
        mended, message = mended_topic(topic, reference)
        topics.append(mended)
        if message:
            complaints.append(Complaint(path=f"topics.{place}", message=message))
    return draft.model_copy(update={"fact": fact.model_copy(update={"topics": tuple(topics)})}), complaints


def understood(scheme: str) -> bool:
    """Whether the codes of a scheme are known here."""
    return scheme_of(scheme) is not None


def nearest_topics(written: str, reference: ReferenceTables) -> str:
    """Return what ``written``, a bare code or words, may mean as ``; did you mean …?``, or nothing."""
    text = written[:LONGEST_NAME].strip()
    topics = topics_of([PublishedClassification("CPV", text.removeprefix("CPV").strip())], reference.topics)
    near = [f"{topic.scheme}:{topic.id}" for topic in topics[:1]]
    words = re.findall(r"\w{3,}", text.casefold())
    if not near and words:
        named = [
            (len(label), f"{scheme}:{code} ({label})"[:80])
            for scheme, codes in _codes(reference).items()
            for code, label in codes.items()
            if all(word in label.casefold() for word in words)
        ]
        near = [name for _, name in sorted(named)[:MOST_NEAR]]
    return f"; did you mean {', '.join(near)}?" if near else ""


def mended_topic(topic: Topic, reference: ReferenceTables) -> tuple[Topic, str | None]:
    """Return a topic with its code as the tables write it, and what is said of a change or a code unknown."""
    given = f"{topic.scheme}:{topic.id}"
    topics = topics_of([PublishedClassification(topic.scheme, topic.id)], reference.topics)
    if topics:
        code = topics[0]
        if (code.scheme, code.id) == (topic.scheme, topic.id):
            return topic, None
        mended = topic.model_copy(update={"scheme": code.scheme, "id": code.id})
        return mended, f"'{given}' was read as {code.scheme}:{code.id}"
    scheme = scheme_of(topic.scheme)
    if scheme is None:
        schemes = ", ".join(_codes(reference))
        return (
            topic,
            f"'{given}': scheme '{topic.scheme}' is not understood here; those understood: {schemes}",
        )
    near = _near_codes(topic.id, _codes(reference)[scheme])
    hint = f"did you mean {', '.join(near)}?" if near else "check the code"
    return topic, f"'{given}' is no code of {scheme}: {hint}"


def _codes(reference: ReferenceTables) -> Mapping[str, Mapping[str, str]]:
    topics = reference.topics
    themes = {theme.id: theme.label for theme in topics.themes.values()}
    return {"CPV": topics.cpv, "COFOG": topics.cofog, "SDG": topics.sdg, "THEME": themes}


def _near_codes(code: str, codes: Mapping[str, str]) -> list[str]:
    """The codes nearest to ``code``, each with its label."""
    begin = (
        [known_code for known_code in codes if known_code[:3] == code[:3]] if len(codes) > 1000 else [*codes]
    )
    near = get_close_matches(code[:40], begin, n=MOST_NEAR, cutoff=0.7)
    near = near or [known_code for known_code in begin if known_code.startswith(code[:40])][:MOST_NEAR]
    return [f"{near_code} ({codes[near_code]})"[:80] for near_code in near]
