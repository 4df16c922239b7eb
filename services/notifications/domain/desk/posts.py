"""The posts of a city as who looks after them changes them: invitations, hand-overs, roles, posts given up.

A form is given as the first value of each field. What cannot be used is raised as ``Mistakes``: keys of the
vocabulary ``mistake`` by field.
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from services.notifications.domain.addresses import same_address
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.preferences import Mistakes, hand_over

TAKEN_BY_ANOTHER = 20
"""How many ids are tried for one post: earlier ones belong to people who took it over since."""


def invited(
    form: Mapping[str, str], by: Official, posts: Iterable[Official], languages: Container[str]
) -> Official:
    """Return the official that ``by`` invites; the same form gives the same id, however often it is sent."""
    known = {official.id: official for official in posts}
    email, post = form.get("email", ""), form.get("post", "")
    mistakes = {} if form.get("locale", "") in languages else {"locale": "choose"}
    fields = {
        "id": _free_id(by.city, post, email, known),
        "name": form.get("name", ""),
        "email": email,
        "city": by.city,
        "city_name": by.city_name,
        "locale": form.get("locale", ""),
        "timezone": by.timezone,
        **_of_the_post(form, known, mistakes),
    }
    return _checked(fields, mistakes)


def changed_post(before: Official, form: Mapping[str, str], posts: Iterable[Official]) -> Official:
    """Return a post with what its form says of everything but its holder."""
    others = {official.id: official for official in posts if official.id != before.id}
    mistakes: dict[str, str] = {}
    fields = before.model_dump() | _of_the_post(form, others, mistakes)
    if before.administers and not fields["administers"] and not is_looked_after(others.values()):
        mistakes["administers"] = "last_administrator"
    return _checked(fields, mistakes)


def given_to(before: Official, form: Mapping[str, str]) -> Official | None:
    """Return the post as its next holder gets it; None where that person holds it already."""
    name, email = form.get("name", ""), form.get("email", "")
    try:
        after = hand_over(before, name, email)
    except ValidationError as error:
        raise Mistakes(_mistakes_of(error)) from None
    return None if after.name == before.name and same_address(after.email, before.email) else after


def given_up(before: Official, posts: Iterable[Official]) -> Official:
    """Return a post that nobody holds any more; somebody else must look after the posts then."""
    others = (official for official in posts if official.id != before.id)
    if before.administers and not is_looked_after(others):
        raise Mistakes({"left": "last_administrator"})
    return before.model_copy(update={"status": "left"})


def brought_back(before: Official) -> Official:
    """Return a post that was given up, whose holder is asked to confirm the address once more."""
    return before.model_copy(update={"status": "pending"}) if before.status == "left" else before


def is_looked_after(posts: Iterable[Official]) -> bool:
    """Whether anybody looks after the posts of a city."""
    return any(map(_looks_after, posts))


def _looks_after(official: Official) -> bool:
    return official.administers and official.status in {"active", "paused"}


def _of_the_post(
    form: Mapping[str, str], others: Mapping[str, Official], mistakes: dict[str, str]
) -> dict[str, Any]:
    role, principal = form.get("role", ""), form.get("stands_in_for") or None
    departments = tuple(dict.fromkeys(filter(None, map(str.strip, form.get("departments", "").splitlines()))))
    if role not in set(Role):
        mistakes["role"] = "choose"
    if role == Role.DEPUTY and principal not in others:
        mistakes["stands_in_for"] = "choose"
    if role == Role.OWNER and not departments:
        mistakes["departments"] = "say_something"
    return {
        "post": form.get("post", ""),
        "role": role,
        "departments": departments,
        "stands_in_for": principal if role == Role.DEPUTY else None,
        "administers": form.get("administers") == "yes",
    }


def _free_id(city: str, post: str, email: str, known: Mapping[str, Official]) -> str:
    title = re.sub(r"[^a-z0-9]+", "-", post.casefold()).strip("-")[:40]
    for number in range(TAKEN_BY_ANOTHER):
        name = f"{city}-{title}-{name_of(city, post, email.casefold(), str(number))[:8]}"
        if name not in known or same_address(known[name].email, email):
            return name
    raise Mistakes({"post": "taken"})


def _checked(fields: Mapping[str, Any], mistakes: dict[str, str]) -> Official:
    # A role that is none has its words already, and must not hide what else is wrong.
    usable = {**fields, "role": Role.MEMBER} if "role" in mistakes else fields
    usable = {**usable, "locale": "en"} if "locale" in mistakes else usable
    try:
        official = Official.model_validate(usable)
    except ValidationError as error:
        raise Mistakes({**_mistakes_of(error), **mistakes}) from None
    if mistakes:
        raise Mistakes(mistakes)
    return official


def _mistakes_of(error: ValidationError) -> dict[str, str]:
    mistakes: dict[str, str] = {}
    for one in error.errors(include_url=False):
        field = str(one["loc"][0]) if one["loc"] else "post"
        too_long = one["type"] == "string_too_long"
        mistake = "too_long" if too_long else "address" if field == "email" else "say_something"
        mistakes.setdefault(field, mistake)
    return mistakes
