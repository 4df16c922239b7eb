"""Which changes of others stand against a message that is based on an older revision."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from services.submissions.domain.concurrent_changes import changed_since, overtaken
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import Opinion
from services.submissions.domain.records import Record, revise
from services.submissions.domain.transitions import (
    Attribution,
    Step,
    confirming,
    counting_citizens,
    hiding,
    passing,
    withdrawing,
)
from shared.facts import Fact, Solution
from tests.builders import NOW, TAMPERE, a_solution

HOUR = timedelta(hours=1)
FIRST = Draft(fact=Solution.model_validate(a_solution().model_dump()))
COLLEAGUE = Attribution("official:Head of mobility", NOW + HOUR)


def other(title: str) -> Draft:
    return Draft(fact=Solution.model_validate(a_solution(title=title).model_dump()))


@dataclass(frozen=True)
class Past:
    """A revision as the store has it."""

    revision: int
    state: str
    when: datetime
    fact: Fact


def past(*records: Record) -> list[Past]:
    return [Past(each.revision, each.state, each.recorded, each.fact) for each in records]


def recorded(draft: Draft, known: Record | None = None, hours: int = 0, who: str = "anonymous") -> Record:
    return revise(known, draft, NOW + hours * HOUR, "urn:test", who)


def stepped(record: Record, step: Step, teller: Attribution = COLLEAGUE) -> Record:
    after = step(record, teller)
    assert isinstance(after, Record)
    return after


def against(known: Record, draft: Draft, based_on: int, *before: Record) -> str | None:
    complaint = overtaken(known, draft, NOW + 9 * HOUR, based_on, past(*before, known))
    assert complaint is None or complaint.path == "based_on"
    return complaint.message if complaint else None


BEGUN = recorded(FIRST)
CHANGED = recorded(other("By a colleague"), BEGUN, 1, "official:Head of mobility")
OPINION = Opinion(reference="1", when=NOW, answers=10, positive=7)


def test_a_change_of_a_colleague_stands_against_another_one_and_names_the_post() -> None:
    message = against(CHANGED, other("Mine"), 1, BEGUN)
    assert message is not None
    assert "since revision 1, by Head of mobility: look at it and send again" in message
    assert len(message) <= 500


@pytest.mark.parametrize(
    ("known", "draft", "based_on"),
    [
        (BEGUN, other("Mine"), 1),
        (CHANGED, other("Mine"), 2),
        (CHANGED, other("Mine"), 7),
        (CHANGED, CHANGED.draft, 1),
    ],
    ids=["the-newest", "the-newest-after-a-change", "one-that-is-not-there", "the-same-content"],
)
def test_nothing_stands_against_who_saw_the_newest_or_says_the_same(
    known: Record, draft: Draft, based_on: int
) -> None:
    assert against(known, draft, based_on, BEGUN) is None


@pytest.mark.parametrize(
    ("step", "conflict"),
    [
        (counting_citizens(TAMPERE, OPINION), False),
        (withdrawing(TAMPERE, "Mayor", None), True),
        (hiding(TAMPERE, None, date(2099, 1, 1), until_transition=False), True),
    ],
    ids=["citizens-answered", "withdrawn", "hidden"],
)
def test_what_happens_to_a_record_counts_where_a_sender_has_to_know_it(step: Step, conflict: bool) -> None:
    after = stepped(BEGUN, step)
    assert after.revision == 2
    assert (against(after, other("Mine"), 1, BEGUN) is not None) == conflict


def test_a_lapse_and_its_confirmation_are_no_change_of_others() -> None:
    late = Attribution("clock", NOW + timedelta(days=500))
    lapsed = stepped(BEGUN, passing(late.when.date()), late)
    fresh = stepped(lapsed, confirming(TAMPERE, None), Attribution("x", late.when + HOUR))
    assert [lapsed.state, fresh.state] == ["stale", "published"]
    assert against(lapsed, other("Mine"), 1, BEGUN) is None
    assert against(fresh, other("Mine"), 1, BEGUN, lapsed) is None


def test_a_copy_of_what_was_recorded_is_no_conflict_though_others_changed_it_since() -> None:
    mine = recorded(other("Mine"), BEGUN, 1)
    later = recorded(other("Later"), mine, 2)
    history = past(BEGUN, mine, later)
    assert overtaken(later, mine.draft, mine.recorded, 1, history) is None
    assert overtaken(later, mine.draft, mine.recorded + HOUR, 1, history) is not None


def test_a_revision_that_the_history_lacks_counts_as_changed() -> None:
    assert overtaken(CHANGED, other("Mine"), NOW + 9 * HOUR, 1, past(CHANGED)) is not None


def test_a_step_is_refused_where_the_content_changed_and_taken_where_only_the_state_did() -> None:
    drafted = recorded(FIRST.model_copy(update={"state": "draft"}))
    confirmed = stepped(drafted, confirming(TAMPERE, None))
    assert changed_since(confirmed, 1, past(drafted, confirmed)) is None
    assert changed_since(CHANGED, 1, past(BEGUN, CHANGED)) is not None
