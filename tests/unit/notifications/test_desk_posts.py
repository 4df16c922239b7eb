"""What the forms for posts make of what was typed."""

import pytest

from services.notifications.domain.desk.posts import changed_post, given_to, invited
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.preferences import Mistakes, hand_over
from services.notifications.samples import official

ADMIN = official().model_copy(update={"administers": True})
GOOD = {
    "name": "Ola Lis",
    "email": "ola@krakow.example.org",
    "post": "Archivist",
    "role": "member",
    "locale": "pl",
}


def invite(form: dict[str, str], posts: list[Official] | None = None) -> Official:
    return invited(form, ADMIN, posts or [ADMIN], {"en", "pl"})


@pytest.mark.parametrize(
    ("changes", "mistakes"),
    [
        ({"name": ""}, {"name": "say_something"}),
        ({"name": "n" * 501}, {"name": "too_long"}),
        ({"post": ""}, {"post": "say_something"}),
        ({"email": "ola"}, {"email": "address"}),
        ({"email": ""}, {"email": "address"}),
        ({"locale": "xx"}, {"locale": "choose"}),
        ({"role": ""}, {"role": "choose"}),
        ({"role": "mayor", "name": ""}, {"role": "choose", "name": "say_something"}),
        ({"role": "deputy"}, {"stands_in_for": "choose"}),
        ({"role": "deputy", "stands_in_for": "york-mobility"}, {"stands_in_for": "choose"}),
        ({"role": "owner"}, {"departments": "say_something"}),
    ],
)
def test_what_is_missing_in_an_invitation_is_said_for_each_field(
    changes: dict[str, str], mistakes: dict[str, str]
) -> None:
    with pytest.raises(Mistakes) as raised:
        invite(GOOD | changes)
    assert raised.value.fields == mistakes


def test_the_same_invitation_is_for_the_same_post_and_another_holder_keeps_the_first() -> None:
    first = invite(GOOD)
    assert invite(GOOD | {"email": "OLA@krakow.example.org"}, [ADMIN, first]).id == first.id
    moved_on = hand_over(first, "Jan Nowak", "jan@krakow.example.org")
    assert invite(GOOD, [ADMIN, moved_on]).id != first.id
    assert invite(GOOD | {"post": "Lawyer"}).id != first.id


def test_who_does_not_stand_in_for_anybody_forgets_whom_it_stood_in_for() -> None:
    deputy = invite(GOOD | {"role": "deputy", "stands_in_for": ADMIN.id})
    assert (deputy.role, deputy.stands_in_for) == (Role.DEPUTY, ADMIN.id)
    after = changed_post(deputy, {"post": "Lead", "role": "lead", "stands_in_for": ADMIN.id}, [ADMIN, deputy])
    assert (after.role, after.stands_in_for) == (Role.LEAD, None)


@pytest.mark.parametrize("status", ["pending", "left"])
def test_who_has_not_confirmed_or_left_does_not_look_after_the_posts(status: str) -> None:
    other = invite(GOOD | {"administers": "yes"}).model_copy(update={"status": status})
    with pytest.raises(Mistakes) as raised:
        changed_post(ADMIN, {"post": ADMIN.post, "role": "lead"}, [ADMIN, other])
    assert raised.value.fields == {"administers": "last_administrator"}


def test_a_hand_over_to_the_holder_is_none() -> None:
    same = {"name": ADMIN.name, "email": ADMIN.email.upper()}
    assert given_to(ADMIN, same) is None
    after = given_to(ADMIN, {"name": "Jan Nowak", "email": ADMIN.email})
    assert after is not None
    assert (after.name, after.status, after.administers) == ("Jan Nowak", "pending", True)
    with pytest.raises(Mistakes) as raised:
        given_to(ADMIN, {"name": "", "email": "jan"})
    assert raised.value.fields == {"name": "say_something", "email": "address"}
