"""Which letter an event leads to, and which of several letters about one match goes."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain.letter_history import (
    EarlierLetter,
    State,
    alert_or_update,
    has_more_to_tell,
    takes_its_place,
    unclear_until,
)
from services.notifications.domain.letters import alert, update
from services.notifications.domain.letters.alert import AlertLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from tests.builders import NOW, a_match, an_official, solution_matched

READER = an_official()
EVENT = solution_matched(revision=2, occasion="update", matched=NOW, changes=("new-evidence",))
ALERT = alert.write(EVENT, a_match(), READER)
AGAIN = ALERT.again()
UPDATE = update.write(EVENT, a_match(), READER)
WEEK, HOUR, MINUTE = timedelta(days=7), timedelta(hours=1), timedelta(minutes=1)


def earlier(state: State, *, ago: timedelta = HOUR, **changes: Any) -> EarlierLetter:  # noqa: ANN401 - fields of any type
    """A letter about the same match that was kept before."""
    at = NOW - ago
    letter = EarlierLetter("earlier", "alert", ALERT.need, state, at, at, revision=1, band="Adopt")
    return letter._replace(**changes)


def own(state: State) -> EarlierLetter:
    """The alert itself, kept by the same event."""
    return earlier(state, ago=timedelta(0), id=ALERT.id, revision=2)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ([], ALERT.id),
        ([earlier("accepted")], UPDATE.id),
        ([earlier("unknown")], UPDATE.id),
        ([earlier("handing")], UPDATE.id),
        ([earlier("accepted", ago=timedelta(0))], UPDATE.id),
        ([earlier("accepted", kind="update")], UPDATE.id),
        ([earlier("held", kind="update")], UPDATE.id),
        ([earlier("held", need="another need")], UPDATE.id),
        ([earlier("held")], ALERT.id),
        ([earlier("claimed")], ALERT.id),
        ([earlier("held"), earlier("accepted", id="other")], UPDATE.id),
        ([earlier("skipped")], ALERT.id),
        ([earlier("rejected")], ALERT.id),
        ([earlier("accepted", kind="warning")], ALERT.id),
        ([earlier("accepted", ago=-HOUR)], ALERT.id),
        ([earlier("rejected", id=ALERT.id)], AGAIN.id),
        ([earlier("skipped", id=ALERT.id)], AGAIN.id),
        ([earlier("skipped", id=ALERT.id), own("accepted")._replace(id=AGAIN.id)], AGAIN.id),
        ([own("accepted")], ALERT.id),
        ([own("skipped"), earlier("accepted")], ALERT.id),
    ],
)
def test_who_was_told_of_a_match_reads_an_update_and_everybody_else_an_alert(
    about: list[EarlierLetter], expected: str
) -> None:
    """What was skipped or refused told nobody; what waits is written anew with what is known by now."""
    assert alert_or_update(ALERT, about, in_digest=False).id == expected


def test_whom_a_digest_told_reads_an_update() -> None:
    assert alert_or_update(ALERT, [], in_digest=True) == UPDATE


def test_an_alert_becomes_the_same_update_that_the_event_leads_to_also_when_it_is_read_back() -> None:
    kept = read_letter(ALERT.model_dump(mode="json"))
    assert isinstance(kept, AlertLetter)
    assert ALERT.as_update() == kept.as_update() == UPDATE
    old = ALERT.model_dump(mode="json", exclude={"change"})
    before = read_letter(old)
    assert isinstance(before, AlertLetter)
    assert (before.as_update(), before.again().id, before.revision) == (None, ALERT.id, 0)


@pytest.mark.parametrize(
    ("other", "letter", "gives_way"),
    [
        (earlier("held", ago=-HOUR), ALERT, True),
        (earlier("accepted", ago=-HOUR), ALERT, True),
        (earlier("held"), ALERT, False),
        (earlier("accepted"), ALERT, False),
        (earlier("skipped", ago=-HOUR), ALERT, False),
        (earlier("rejected", ago=-HOUR), ALERT, False),
        (earlier("held", ago=-HOUR, need="another need"), ALERT, False),
        (earlier("held", ago=-HOUR, kind="update"), ALERT, False),
        (earlier("held", ago=timedelta(0), revision=3), ALERT, True),
        (earlier("held", ago=timedelta(0), revision=1), ALERT, False),
        (earlier("held", ago=-HOUR, kind="update"), UPDATE, True),
        (earlier("held", kind="update"), UPDATE, False),
        (earlier("held", ago=-HOUR), UPDATE, True),
        (earlier("held"), UPDATE, False),
        (earlier("held", ago=-HOUR), UPDATE.model_copy(update={"changes": ()}), False),
    ],
)
def test_a_letter_gives_way_to_one_that_tells_what_is_newer(
    other: EarlierLetter, letter: Letter, gives_way: bool
) -> None:
    assert takes_its_place(other, letter) is gives_way


@pytest.mark.parametrize(
    ("told", "more"),
    [
        (earlier("accepted"), True),
        (earlier("accepted", ago=timedelta(0), revision=1), True),
        (earlier("accepted", ago=timedelta(0), revision=2, band="Adopt"), True),
        (earlier("accepted", ago=timedelta(0), revision=2, band=a_match().assessment.band), False),
        (earlier("accepted", ago=timedelta(0), revision=3), False),
        (earlier("accepted", ago=-HOUR), False),
        (earlier("accepted", need="another need"), False),
    ],
)
def test_an_alert_has_more_to_tell_than_an_older_one_about_the_same(told: EarlierLetter, more: bool) -> None:
    assert has_more_to_tell(ALERT, told) is more


@pytest.mark.parametrize(
    ("about", "waits"),
    [
        ([], None),
        ([earlier("accepted")], None),
        ([earlier("rejected")], None),
        ([earlier("claimed")], MINUTE),
        ([earlier("claimed", ago=timedelta(days=8))], None),
        ([earlier("claimed", ago=-timedelta(days=8))], None),
        ([earlier("held", not_before=NOW - HOUR)], MINUTE),
        ([earlier("held", not_before=NOW + 2 * MINUTE)], 2 * MINUTE),
        ([earlier("held", not_before=NOW + 400 * WEEK)], HOUR),
        ([earlier("held", kind="update")], None),
        ([earlier("handing", lease=NOW + 3 * MINUTE)], 3 * MINUTE),
        ([earlier("handing", lease=NOW - MINUTE)], None),
        ([earlier("handing", lease=NOW + 2 * WEEK)], None),
        ([earlier("claimed"), earlier("handing", lease=NOW + 3 * MINUTE)], 3 * MINUTE),
    ],
)
def test_an_update_waits_until_it_is_known_what_became_of_the_alert(
    about: list[EarlierLetter], waits: timedelta | None
) -> None:
    until = unclear_until(UPDATE, about, NOW, WEEK)
    assert until == (None if waits is None else NOW + waits)
