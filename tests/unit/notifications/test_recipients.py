"""Who is told, who is not, and why."""

from datetime import date

import pytest

from services.notifications.domain.officials import Official, Role, Thresholds
from services.notifications.domain.recipients import SkipReason, recipients
from services.notifications.samples import match, official
from shared.events import Match

TODAY = date(2026, 11, 23)


def someone(name: str, **changes: object) -> Official:
    own = {"id": name, "email": f"{name}@krakow.example.org"}
    return Official.model_validate(official().model_dump() | own | changes)


def some_match(**changes: object) -> Match:
    return Match.model_validate(match().model_dump() | changes)


def test_who_holds_two_posts_gets_one_letter_at_once_if_any_of_them_does() -> None:
    posts = [
        someone("a", email="Maria@Kraków.pl", cadence="weekly", thresholds=Thresholds(instant_min_fit=None)),
        someone("b", email="maria@xn--krakw-3ta.pl", cadence="instant"),
        someone("c", email="maria@xn--krakw-3ta.pl", cadence="instant"),
        someone("d", cadence="instant"),
    ]
    divided = recipients(posts, match(), TODAY)
    assert [(one.official.id, one.when) for one in divided.notified] == [("b", "now"), ("d", "now")]
    assert [(one.official.id, one.why) for one in divided.skipped] == [
        ("a", SkipReason.ALREADY_TOLD),
        ("c", SkipReason.ALREADY_TOLD),
    ]


def test_a_post_that_is_not_told_takes_no_letter_from_another() -> None:
    posts = [someone("a", email="maria@x.example", cadence="off"), someone("b", email="maria@x.example")]
    assert [one.official.id for one in recipients(posts, match(), TODAY).notified] == ["b"]


def why(one: Official, about: Match | None = None) -> SkipReason | None:
    divided = recipients([one], about or match(), TODAY)
    return divided.skipped[0].why if divided.skipped else None


def test_a_solution_with_units_in_two_departments_tells_both_owners_one_mail_each() -> None:
    """C5."""
    owners = [
        someone("mobility", role=Role.OWNER, departments=("Mobility", "mobility")),
        someone("legal", role=Role.OWNER, departments=("LEGAL",)),
        someone("parks", role=Role.OWNER, departments=("Parks",)),
    ]
    divided = recipients(owners, match(), TODAY)
    assert [one.official.id for one in divided.notified] == ["legal", "mobility"]
    assert [(one.official.id, one.why) for one in divided.skipped] == [("parks", SkipReason.OTHER_DEPARTMENT)]


def test_leads_and_barrier_busters_hear_of_every_department() -> None:
    everybody = [someone(role.value, role=role, departments=()) for role in (Role.LEAD, Role.BARRIER_BUSTER)]
    assert len(recipients(everybody, match(), TODAY).notified) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"status": "pending"}, SkipReason.NOT_CONFIRMED),
        ({"status": "paused"}, SkipReason.AWAY),
        ({"pause_until": "2026-11-24"}, SkipReason.AWAY),
        ({"pause_until": "2026-11-23"}, None),
        ({"cadence": "off"}, SkipReason.OFF),
        ({"kinds_off": ("alert",)}, SkipReason.KIND_OFF),
        ({"topics": ("CPV:601",)}, None),
        ({"topics": ("CPV:90",)}, SkipReason.OTHER_TOPIC),
        ({"topics_off": ("CPV:60",)}, SkipReason.OTHER_TOPIC),
        ({"thresholds": Thresholds(min_fit=83)}, SkipReason.BELOW_FIT),
        ({"thresholds": Thresholds(min_fit=82.4)}, None),
        ({"thresholds": Thresholds(max_risk=26)}, SkipReason.ABOVE_RISK),
        ({"thresholds": Thresholds(min_evidence=5)}, SkipReason.BELOW_EVIDENCE),
    ],
)
def test_each_wish_of_an_official_is_heeded(changes: dict[str, object], expected: SkipReason | None) -> None:
    assert why(someone("x", **changes)) == expected


def test_officials_of_other_cities_are_not_even_counted() -> None:
    divided = recipients([someone("x", city="york")], match(), TODAY)
    assert divided.notified == ()
    assert divided.skipped == ()


def test_matches_below_somebodys_limits_are_counted() -> None:
    strict = someone("strict", thresholds=Thresholds(min_fit=99))
    divided = recipients([strict, someone("away", status="paused")], match(), TODAY)
    assert divided.below_limits == 1


def test_a_deputy_is_told_only_while_the_official_is_away() -> None:
    deputy = someone("deputy", role=Role.DEPUTY, stands_in_for="head")
    head = someone("head")
    assert [one.official.id for one in recipients([head, deputy], match(), TODAY).notified] == ["head"]
    gone = someone("head", pause_until="2027-01-01")
    assert [one.official.id for one in recipients([gone, deputy], match(), TODAY).notified] == ["deputy"]


def test_harmful_solutions_are_kept_from_those_who_do_not_want_failures() -> None:
    harm = some_match(assessment=match().assessment.model_copy(update={"harm": True}))
    assert why(someone("x", include_failures=False), harm) == SkipReason.FAILURES_UNWANTED
    assert why(someone("x"), harm) is None


@pytest.mark.parametrize(
    ("cadence", "fit", "top_needs", "when"),
    [
        ("instant", 55, (), "now"),
        ("weekly", 84.9, (), "digest"),
        ("weekly", 85, (), "now"),
        ("weekly", 99, ("krakow/old-town-lorries",), "now"),
        ("daily", 99, ("krakow/another",), "digest"),
    ],
)
def test_only_what_matters_most_comes_at_once(
    cadence: str, fit: float, top_needs: tuple[str, ...], when: str
) -> None:
    one = someone("x", cadence=cadence, top_needs=top_needs)
    assert recipients([one], some_match(fit=fit), TODAY).notified[0].when == when
