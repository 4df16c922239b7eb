"""Records: every order and repetition of what was said ends in the same record."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import Opinion
from services.submissions.domain.records import Record, due_question, next_due, revise
from services.submissions.domain.transitions import (
    Attribution,
    Step,
    TransitionRefused,
    asking,
    confirming,
    counting_citizens,
    hiding,
    passing,
    taking_back,
    taking_over,
    transition,
    withdrawing,
)
from shared.events import State
from shared.visibility import UNTIL_TRANSITION
from tests.builders import NOW, TAMPERE, YORK, a_need, a_solution, an_implementation

LATER = NOW + timedelta(days=1)


def record(draft: Draft, said: datetime = NOW) -> Record:
    return revise(None, draft, said, "urn:test")


def after(known: Record, step: Step, when: datetime = LATER) -> Record:
    changed = step(known, Attribution("somebody", when))
    assert isinstance(changed, Record), changed
    return changed


def test_a_city_outranks_its_procurement_records_whenever_either_came() -> None:
    own, drafted = Draft(fact=a_need(title="Own")), Draft(fact=a_need(title="Drafted"), state="draft")
    for first, second in permutations([(own, NOW), (drafted, LATER)]):
        known = revise(record(*first), second[0], second[1], "urn:test")
        assert (known.draft, known.state) == (own, "published")


@given(st.permutations([(title, day) for title in ("a", "b") for day in (0, 1, 1)]))
def test_the_order_of_words_never_matters(words: list[tuple[str, int]]) -> None:
    known: Record | None = None
    for title, day in words:
        known = revise(known, Draft(fact=a_need(title=title)), NOW + timedelta(days=day), "urn:test")
    assert known is not None
    expected = max("ab", key=lambda title: Draft(fact=a_need(title=title)).content)
    assert known.draft.fact == a_need(title=expected)


def test_the_same_word_again_changes_nothing() -> None:
    draft = Draft(fact=a_need())
    assert revise(record(draft), draft, NOW, "urn:other") == record(draft)


def test_the_same_word_a_year_later_confirms_it_without_a_new_revision() -> None:
    known = revise(record(Draft(fact=a_need())), Draft(fact=a_need()), NOW + timedelta(days=365), "urn:test")
    assert (known.revision, known.life.confirmed) == (1, (NOW + timedelta(days=365)).date())


def test_a_draft_is_published_by_its_own_city_only() -> None:
    drafted = record(Draft(fact=a_solution(), state="draft"))
    assert drafted.state == "draft"
    refused = confirming(YORK, None)(drafted, Attribution("york", LATER))
    assert isinstance(refused, TransitionRefused)
    assert refused.complaint.path == "city"
    confirmed = after(drafted, confirming(TAMPERE, None))
    assert (confirmed.state, confirmed.revision) == ("published", 2)


def test_what_was_withdrawn_comes_back_with_a_new_word_only() -> None:
    gone = after(record(Draft(fact=a_need())), withdrawing(a_need().city, None, None))
    assert gone.state == "withdrawn"
    assert isinstance(
        confirming(a_need().city, None)(gone, Attribution("x", LATER + timedelta(1))), TransitionRefused
    )
    again = revise(gone, Draft(fact=a_need(title="New")), LATER + timedelta(days=1), "urn:test")
    assert again.state == "published"


@pytest.mark.parametrize("before", ["draft", "published"])
def test_a_withdrawal_that_is_taken_back_leaves_what_was_before_it(before: State) -> None:
    known = record(Draft(fact=a_solution(), state=before))
    gone = after(known, withdrawing(TAMPERE, None, "not of this city"))
    back = after(gone, taking_back(TAMPERE, "Lead", None), LATER + timedelta(1))
    assert (known.state, gone.state, back.state, back.revision) == (before, "withdrawn", before, 3)
    assert after(back, taking_back(TAMPERE, "Lead", None), LATER + timedelta(1)) == back, "twice is once"
    assert after(known, taking_back(TAMPERE, None, None)) == known, "nothing was withdrawn"
    again = after(back, withdrawing(TAMPERE, None, None), LATER + timedelta(2))
    assert again.state == "withdrawn"


def test_a_withdrawal_is_taken_back_by_its_own_city_only_and_by_the_newest_word() -> None:
    gone = after(record(Draft(fact=a_solution(), state="draft")), withdrawing(TAMPERE, None, None))
    assert isinstance(taking_back(YORK, None, None)(gone, Attribution("york", LATER)), TransitionRefused)
    early = after(gone, taking_back(TAMPERE, None, None), NOW - timedelta(days=1))
    assert early.state == "withdrawn"


def test_an_embargo_ends_on_its_day_and_not_before() -> None:
    hidden = after(
        record(Draft(fact=a_solution())), hiding(TAMPERE, None, date(2027, 1, 1), until_transition=False)
    )
    assert (hidden.state, hidden.hidden_until) == ("confirmed", date(2027, 1, 1))
    assert next_due(hidden) == (date(2027, 1, 1), "embargo")
    early, on_time = (datetime(2027, 1, 1, tzinfo=UTC) - timedelta(days=1), datetime(2027, 1, 1, tzinfo=UTC))
    assert after(hidden, passing(date(2026, 12, 31)), early).state == "confirmed"
    shown = after(hidden, passing(date(2027, 1, 1)), on_time)
    assert (shown.state, shown.revision) == ("published", hidden.revision + 1)
    assert after(shown, passing(date(2027, 1, 1)), on_time) == shown


def test_a_day_that_has_not_come_is_refused() -> None:
    known = record(Draft(fact=a_solution()))
    assert isinstance(passing(date(2099, 1, 1))(known, Attribution("clock", NOW)), TransitionRefused)


def test_an_embargo_until_a_transition_waits_for_it() -> None:
    known = record(Draft(fact=a_solution(), embargo_until_transition=True))
    assert (known.state, known.hidden_until) == ("confirmed", UNTIL_TRANSITION)
    assert after(known, transition(NOW.date())).state == "published"


def test_thirteen_months_without_a_word_make_it_stale_and_a_confirmation_fresh() -> None:
    known = record(Draft(fact=a_need()))
    assert next_due(known) == (date(2027, 12, 20), "lapse")
    lapsed = after(known, passing(date(2027, 12, 20)), datetime(2027, 12, 20, 1, tzinfo=UTC))
    assert lapsed.state == "stale"
    assert next_due(lapsed) is None
    fresh = after(lapsed, confirming(a_need().city, None), datetime(2027, 12, 21, tzinfo=UTC))
    assert fresh.state == "published"


@pytest.mark.parametrize(
    ("day", "asked"),
    [("2026-11-20", ()), ("2027-05-01", (6,)), ("2027-12-01", (6, 12)), ("2029-01-01", (6, 12, 24))],
)
def test_a_running_attempt_is_asked_after_once_for_all_missed_check_ins(
    day: str, asked: tuple[int, ...]
) -> None:
    attempt = an_implementation(outcome="running", started="2026-11-01", ended=None)
    known = record(Draft(fact=attempt))
    on = date.fromisoformat(day)
    question = due_question(known, "Vans", on)
    assert (question.months if question else None) == (asked[-1] if asked else None)
    after_asking = after(known, asking(on))
    assert (after_asking.marks.asked, after_asking.revision) == (asked, 1)
    assert due_question(after_asking, "Vans", on) == question


def a_contract(**changes: object) -> Draft:
    told = {
        "outcome": "unknown",
        "verification": "procurement_record",
        "started": "2024-01-01",
        "ended": None,
    }
    return Draft(fact=an_implementation(**{**told, **changes}), state="draft")


@pytest.mark.parametrize("rung", [None, 5, 6, 7, 8])
def test_what_records_hint_at_is_asked_of_the_city_once_and_never_said_to_have_failed(
    rung: int | None,
) -> None:
    known = record(a_contract(rung=rung, planned_end="2026-11-30", why="It ended early." if rung else None))
    due = date(2026, 12, 1)
    assert next_due(known) == (due, "check_in")
    assert due_question(known, "Vans", due - timedelta(days=1)) is None
    asked = due_question(known, "Vans", due)
    assert asked is not None
    assert (asked.months, asked.title, asked.city, "fail" in asked.reason) == (0, "Vans", TAMPERE, False)
    then = after(known, asking(due))
    assert (then.state, then.marks.asked, then.revision, next_due(then)) == ("draft", (0,), 1, None)
    assert due_question(then, "Vans", due) == asked


@pytest.mark.parametrize(
    "changes",
    [
        {"planned_end": None},
        {"planned_end": "2025-11-01"},
        {"planned_end": "2026-11-01", "verification": "self"},
        {"planned_end": "2026-11-01", "city": "unresolved"},
    ],
    ids=["no-end-known", "an-archive", "a-claim", "nobody-knows-whose"],
)
def test_nobody_is_asked_where_records_hint_at_nothing(changes: dict[str, object]) -> None:
    known = record(a_contract(rung=8, why="Late.", **changes))
    assert next_due(known) is None
    assert due_question(known, "Vans", date(2030, 1, 1)) is None


def test_a_city_that_spoke_is_not_asked_what_its_records_hint_at() -> None:
    own = Draft(fact=an_implementation(outcome="failed"))
    for first, second in permutations([own, a_contract(planned_end="2026-11-01", rung=8, why="Late.")]):
        known = revise(record(first), second, LATER, "urn:test")
        assert due_question(known, "Vans", date(2027, 1, 1)) is None


def test_of_two_counts_under_one_reference_the_newer_counts() -> None:
    counts = [
        Opinion(reference="r", when=NOW + timedelta(days=day), answers=10 * day, positive=day)
        for day in (1, 2)
    ]
    for order in permutations(counts):
        known = record(Draft(fact=a_solution()))
        for opinion in order:
            known = after(known, counting_citizens(TAMPERE, opinion))
        assert known.fact == a_solution(citizens={"answers": 20, "positive": 2})


def test_what_procurement_records_have_no_more_is_withdrawn_while_it_is_a_draft() -> None:
    drafted = revise(None, Draft(fact=a_solution(), state="draft"), NOW, "urn:procurement")
    gone = revise(
        drafted, Draft(fact=a_solution(), state="withdrawn"), NOW + timedelta(days=1), "urn:procurement"
    )
    assert (gone.state, gone.revision) == ("withdrawn", 2)
    back = revise(gone, Draft(fact=a_solution(), state="draft"), NOW + timedelta(days=2), "urn:procurement")
    assert back.state == "draft"


def test_what_a_city_said_itself_stays_when_procurement_records_have_it_no_more() -> None:
    own = revise(None, Draft(fact=a_solution()), NOW, "urn:city")
    later = NOW + timedelta(days=1)
    assert revise(own, Draft(fact=a_solution(), state="withdrawn"), later, "urn:p").state == "published"


@pytest.mark.parametrize("own_word", [True, False])
def test_what_others_said_since_is_taken_over_by_confirming_it_and_the_embargo_stays(own_word: bool) -> None:
    bought = a_solution(title="As planned")
    known = record(Draft(fact=bought, state="published" if own_word else "draft"))
    known = after(known, hiding(bought.city, None, date(2099, 1, 1), until_transition=False), LATER)
    known = after(known, confirming(bought.city, "Lead"), LATER)
    said = LATER + timedelta(days=1)
    release = Draft(fact=bought.model_copy(update={"title": "As built"}), state="draft")
    known = revise(known, release, said, "urn:ocid:1")
    assert known.later is not None
    assert known.later.fields == {"title": "As built"}

    too_early = after(known, taking_over(bought.city, "Lead"), LATER + timedelta(hours=1))
    assert too_early.draft.fact.title == "As planned"  # type: ignore[union-attr]
    taken = after(known, taking_over(bought.city, "Lead"), said + timedelta(days=1))
    assert taken.fact.title == "As built"  # type: ignore[union-attr]
    assert (taken.revision, taken.later, taken.hidden_until) == (known.revision + 1, None, date(2099, 1, 1))
    assert after(taken, taking_over(bought.city, "Lead"), said + timedelta(days=1)) == taken
    refused = taking_over(YORK, None)(known, Attribution("york", said))
    assert isinstance(refused, TransitionRefused)
    withdrawn = after(known, withdrawing(bought.city, None, None), said + timedelta(days=1))
    late = taking_over(bought.city, None)(withdrawn, Attribution("lead", said + timedelta(days=2)))
    assert isinstance(late, TransitionRefused)


def test_a_withdrawn_attempt_asks_its_city_nothing() -> None:
    ending = a_contract(planned_end=NOW.date() - timedelta(days=3), rung=8, why="Its planned end has passed.")
    asked = record(ending)
    assert next_due(asked) is not None
    gone = revise(asked, ending.model_copy(update={"state": "withdrawn"}), LATER, "urn:test")
    assert (gone.state, next_due(gone)) == ("withdrawn", None)
