"""What an official asks for on a page: each is a new ``Official``, so that old and new can stand in the log.

An unsubscribe changes the subscription, never the account: sign-in and hand-over mails still come.
"""

from collections.abc import Callable, Container, Mapping
from datetime import date, time
from typing import NamedTuple, TypeVar

from services.notifications.domain.officials import Official
from services.notifications.domain.vocabulary import CADENCES, KINDS

T = TypeVar("T")
WEEKDAYS = frozenset("1234567")


def stop(official: Official, scope: str) -> Official:
    """No more letters of a kind, about a topic (``topic:CPV:905``), or at all (``all``).

    Raises ``ValueError`` for any other scope.
    """
    if scope == "all":
        return official.model_copy(update={"cadence": "off"})
    if scope.startswith("topic:"):
        return official.model_copy(
            update={"topics_off": _with(official.topics_off, scope.removeprefix("topic:"))}
        )
    if scope not in KINDS:
        raise ValueError(f"there are no letters of kind {scope!r}; choose all or one of {', '.join(KINDS)}")
    return official.model_copy(update={"kinds_off": _with(official.kinds_off, scope)})


def wants_kind(official: Official, kind: str) -> bool:
    """Whether letters of this kind are wanted; account mail always is."""
    if kind in {"account", "confirmation"}:
        return True
    return official.cadence != "off" and kind not in official.kinds_off


def hand_over(official: Official, name: str, email: str) -> Official:
    """The post's subscription for its new holder, who has to confirm the address first.

    Raises pydantic's ``ValidationError`` where the address is not one.
    """
    new = {"name": name, "email": email, "status": "pending", "pause_until": None}
    return Official.model_validate(official.model_dump() | new)


class Choices(NamedTuple):
    """What a wish may name: tests of a topic, and the codes of countries, time zones and languages."""

    topic: Callable[[str], bool]
    countries: Container[str]
    zones: Container[str]
    languages: Container[str]


class Mistakes(ValueError):
    """What in a form cannot be used: for each field, a key of the vocabulary ``mistake``."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {mistake}" for field, mistake in fields.items()))
        self.fields = dict(fields)


def changed(official: Official, form: Mapping[str, list[str]], choices: Choices) -> Official:
    """What the preferences page says: a form as lists of values, each checked by itself.

    A box that is not ticked is absent. Raises ``Mistakes`` with every field that cannot be used.
    """
    entry = _Entry(form)
    limits = {
        "min_fit": entry.percent("min_fit") or 0,
        "max_risk": 100 if (most := entry.percent("max_risk")) is None else most,
        "instant_min_fit": entry.percent("instant_min_fit"),
    }
    new = {
        "cadence": entry.one_of("cadence", CADENCES, official.cadence),
        "pause_until": entry.read("pause_until", date.fromisoformat, "day"),
        "thresholds": official.thresholds.model_dump() | limits,
        "include_failures": entry.one("include_failures") == "yes",
        "kinds_off": tuple(kind for kind in KINDS if kind not in form.get("kinds", [])),
        "topics": entry.all("topics", choices.topic, "topic"),
        "topics_off": _still_off(official, form),
        "locale": _locale(official, entry, choices),
        "timezone": entry.one_of("timezone", choices.zones, official.timezone, "zone"),
        "at": official.at if (at := entry.read("at", _time, "time")) is None else at,
        "weekday": int(entry.one_of("weekday", WEEKDAYS, str(official.weekday))),
        "quiet": _quiet(official, entry, choices),
    }
    if entry.mistakes:
        raise Mistakes(entry.mistakes)
    return Official.model_validate(official.model_dump() | new)


class _Entry:
    """A form as it is read; what cannot be used is noted, and its field counts as empty."""

    def __init__(self, form: Mapping[str, list[str]]) -> None:
        self._form = form
        self.mistakes: dict[str, str] = {}

    def one(self, field: str) -> str:
        """The first value of a field, empty where it is absent."""
        return next(iter(self._form.get(field, [])), "").strip()

    def has(self, field: str) -> bool:
        """Whether the page had such a field."""
        return field in self._form

    def read(self, field: str, read: Callable[[str], T], mistake: str) -> T | None:
        """The value of a field; ``None`` where it is empty, or is none and a mistake."""
        try:
            return read(self.one(field)) if self.one(field) else None
        except ValueError:
            self.mistakes[field] = mistake
            return None

    def percent(self, field: str) -> float | None:
        """A number from 0 to 100."""
        value = self.read(field, float, "percent")
        if value is not None and not 0 <= value <= 100:
            self.mistakes[field] = "percent"
            return None
        return value

    def one_of(self, field: str, choices: Container[str], otherwise: str, mistake: str = "choose") -> str:
        """One of the values a field may have; ``otherwise`` where it is absent or empty."""
        value = self.one(field)
        if value and value not in choices:
            self.mistakes[field] = mistake
        return value or otherwise

    def all(self, field: str, is_valid: Callable[[str], bool], mistake: str) -> tuple[str, ...]:
        """All values of a field, each once."""
        values = tuple(dict.fromkeys(filter(None, map(str.strip, self._form.get(field, [])))))
        if not all(map(is_valid, values)):
            self.mistakes[field] = mistake
        return values


def _time(text: str) -> time:
    """A local time of day. Raises ``ValueError`` where it is none, or names a time zone."""
    read = time.fromisoformat(text)
    if read.tzinfo is not None:
        raise ValueError(f"{text!r} names a time zone; give the local time")
    return read


def _locale(official: Official, entry: _Entry, choices: Choices) -> str:
    """The language chosen; a regional variant such as ``pt-AO`` stays where its language is chosen again."""
    language = entry.one_of("locale", choices.languages, official.locale)
    return official.locale if official.locale.partition("-")[0] == language else language


def _quiet(official: Official, entry: _Entry, choices: Choices) -> object:
    """The quiet hours a form asks for; none where both times are empty, as before without such a field."""
    if not entry.has("quiet_start"):
        return official.quiet
    start, end = (entry.read(field, _time, "time") for field in ("quiet_start", "quiet_end"))
    country = entry.one_of("quiet_holidays", choices.countries, "", "country")
    if (start is None) != (end is None):
        entry.mistakes.setdefault("quiet_end", "both_times")
    if start is None or end is None:
        return None
    weekends = entry.one("quiet_weekends") == "yes"
    return {"start": start, "end": end, "weekends": weekends, "holidays": country or None}


def _still_off(official: Official, form: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The topics that stay switched off: a page that shows them lists those whose box is still ticked."""
    if "topics_off_shown" not in form:
        return official.topics_off
    return tuple(topic for topic in official.topics_off if topic in form.get("topics_off", []))


def _with(several: tuple[str, ...], one: str) -> tuple[str, ...]:
    return several if one in several else (*several, one)
