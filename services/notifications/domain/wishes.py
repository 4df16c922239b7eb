"""What an official asks for on a page: each is a new ``Official``, so that old and new can stand in the log.

An unsubscribe changes the subscription, never the account: sign-in and hand-over mails still come.
"""

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from services.notifications.domain.models import Official
from services.notifications.domain.vocabulary import KINDS


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


def confirmed(official: Official) -> Official:
    """The second yes of the double opt-in."""
    return official.model_copy(update={"status": "active"})


def changed(official: Official, form: Mapping[str, list[str]]) -> Official:
    """What the preferences page says: a form as lists of values.

    A box that is not ticked is absent. Raises ``ValueError`` with the first thing that cannot be used.
    """
    one = {name: values[0].strip() for name, values in form.items() if values}
    kinds = set(form.get("kinds", []))
    limits = official.thresholds.model_dump() | {
        "min_fit": one.get("min_fit") or 0,
        "max_risk": one.get("max_risk") or 100,
        "instant_min_fit": one.get("instant_min_fit") or None,
    }
    new = {
        "cadence": one.get("cadence", official.cadence),
        "pause_until": one.get("pause_until") or None,
        "thresholds": limits,
        "include_failures": one.get("include_failures") == "yes",
        "kinds_off": tuple(kind for kind in KINDS if kind not in kinds),
        "topics": tuple(one.get("topics", "").split()),
        "locale": one.get("locale", official.locale),
        "at": one.get("at") or official.at,
        "weekday": one.get("weekday", official.weekday),
        "quiet": _quiet(official, one),
    }
    try:
        return Official.model_validate(official.model_dump() | new)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{first['loc'][-1]}: {first['msg']}") from None


def _quiet(official: Official, form: Mapping[str, str]) -> object:
    """The quiet hours a form asks for; none where both times are empty, as before without such a field."""
    if "quiet_start" not in form:
        return official.quiet
    start, end = form["quiet_start"], form.get("quiet_end", "")
    if not start and not end:
        return None
    holidays = form.get("quiet_holidays", "").upper() or None
    weekends = form.get("quiet_weekends") == "yes"
    return {"start": start, "end": end, "weekends": weekends, "holidays": holidays}


def paused_until(official: Official, day: date | None) -> Official:
    """No letters before ``day``; ``None`` ends the pause."""
    return official.model_copy(update={"pause_until": day})


def _with(several: tuple[str, ...], one: str) -> tuple[str, ...]:
    return several if one in several else (*several, one)
