"""The desk's rules about records of one's own city: who sees them, what changed, which drafts are one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.desk.later import later_values, taken_over
from services.notifications.domain.desk.next_datum import ORDER, next_datum
from services.notifications.domain.desk.records import (
    MODELS,
    OwnRecord,
    Revision,
    Seen,
    changes,
    departments,
    digests,
    draft_groups,
    drafts_with,
    is_draft_from_procurement,
    open_disputes,
    told_state,
    visibility,
)
from services.notifications.domain.desk.sent import (
    SentMessage,
    can_be_taken_back,
    joined,
    record_of,
    sent_messages,
    with_actor,
)
from services.notifications.samples import official
from shared.events import (
    AdoptionDeclared,
    CityDescribed,
    Complaint,
    Event,
    LaterStatement,
    MatchAnswered,
    NeedSubmitted,
    OutcomeReported,
    RecordConfirmed,
    RecordWithdrawn,
    Reply,
    SolutionEmbargoed,
    SolutionSubmitted,
    State,
)
from shared.facts import Fact, Indicators
from shared.visibility import UNTIL_TRANSITION, Status, is_public
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    a_city,
    a_failure,
    a_need,
    a_solution,
    an_adoption,
    an_implementation,
)

DAY = date(2026, 11, 30)
LATER = DAY + timedelta(days=10)


def status(state: Any = "published", until: date | None = None) -> Status:  # noqa: ANN401 - a state
    return Status(state, KRAKOW, until)


@pytest.mark.parametrize(
    ("record", "about", "expected"),
    [
        (status(), (), ("everybody", None)),
        (status("stale"), (), ("everybody", None)),
        (status("published", DAY), (), ("everybody", None)),
        (status("published", LATER), (), ("from", LATER)),
        (status("confirmed", LATER), (), ("from", LATER)),
        (status("confirmed", UNTIL_TRANSITION), (), ("transition", None)),
        (status("draft"), (), ("draft", None)),
        (status("draft", LATER), (), ("draft", None)),
        (status("withdrawn"), (), ("withdrawn", None)),
        (status(), (status(),), ("everybody", None)),
        (status(), (status("confirmed", LATER),), ("from", LATER)),
        (status("confirmed", LATER), (status("confirmed", UNTIL_TRANSITION),), ("transition", None)),
        (status(), (status("draft"),), ("solution", None)),
        (status(), (status("withdrawn"),), ("solution", None)),
    ],
)
def test_who_can_see_a_record_and_from_which_day(
    record: Status, about: tuple[Status, ...], expected: tuple[str, date | None]
) -> None:
    assert visibility(record, DAY, about) == expected
    assert (expected[0] == "everybody") is is_public(record, DAY, about)


def revision(number: int, fact: Fact, state: Any = "published") -> Revision:  # noqa: ANN401 - a state
    at = NOW + timedelta(days=number)
    return Revision(revision=number, state=state, recorded=at, parts=digests(fact))


def test_changes_name_fields_and_states_and_leave_out_what_changed_nothing() -> None:
    first, second = a_need(), a_need(title="Quiet nights", description="Lorries wake people")
    history = [
        revision(4, second),
        revision(1, first, "draft"),
        revision(2, first),
        revision(3, second),
        revision(5, second, "withdrawn"),
    ]
    assert [(change.revision, change.fields, change.state, change.first) for change in changes(history)] == [
        (5, (), "withdrawn", False),
        (3, ("description", "title"), None, False),
        (2, (), "published", False),
        (1, (), "draft", True),
    ]
    assert changes([]) == ()


def test_a_digest_tells_that_a_field_changed_and_not_what_it_says() -> None:
    said = digests(a_need(description="Erika Mustermann complained"))
    assert set(said) == {"title", "description", "topics", "stage"}
    assert all(len(digest) == 8 for digest in said.values())


def own(fact: Any, state: Any = "draft", kind: Any = "solution", name: str = "p1") -> OwnRecord:  # noqa: ANN401
    return OwnRecord(kind, name, KRAKOW, fact, state, 1)


BOUGHT = a_solution(id="p1", city=KRAKOW, origin="procurement")
SHOWN = an_implementation(solution="p1", city=KRAKOW, verification="procurement_record")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (own(BOUGHT), True),
        (own(BOUGHT, "published"), False),
        (own(BOUGHT, "withdrawn"), False),
        (own(a_solution(id="p1", city=KRAKOW)), False),
        (own(SHOWN, kind="outcome"), True),
        (own(an_implementation(solution="p1", city=KRAKOW), kind="outcome"), False),
        (own(a_need(ocid="ocds-1"), kind="need"), True),
        (own(a_need(), kind="need"), False),
        (own(None), False),
    ],
)
def test_only_unconfirmed_records_of_procurement_data_are_drafts_to_decide(
    record: OwnRecord, expected: bool
) -> None:
    assert is_draft_from_procurement(record) is expected


def test_a_solution_and_the_attempt_that_the_data_show_are_one_draft() -> None:
    solution, attempt = own(BOUGHT), own(SHOWN, kind="outcome", name=f"p1|{KRAKOW}")
    need = own(a_need(ocid="ocds-1"), kind="need", name="p1")
    groups = draft_groups([solution, need, attempt])
    assert [(group.key, group.records) for group in groups] == [
        ("solution|p1", (solution, attempt)),
        ("need|p1", (need,)),
    ]
    assert (groups[0].solution, groups[0].attempt, groups[0].need) == (BOUGHT, SHOWN, None)


def bought(state: State = "draft") -> OwnRecord:
    return own(BOUGHT, state)


def shown(state: State = "draft") -> OwnRecord:
    return own(SHOWN, state, "outcome", f"p1|{KRAKOW}")


def _withdrawn(record: OwnRecord, before: State) -> OwnRecord:
    states: tuple[State, State] = (before, "withdrawn")
    history = (Revision(revision=at, state=state, recorded=NOW) for at, state in enumerate(states, 1))
    return record._replace(state="withdrawn", history=(*history,))


@pytest.mark.parametrize(
    ("record", "other", "together"),
    [
        (bought("draft"), shown("draft"), True),
        (shown("draft"), bought("draft"), True),
        (shown("draft"), bought("confirmed"), False),
        (bought("confirmed"), shown("draft"), False),
        (bought("published"), shown("published"), False),
        (_withdrawn(bought(), "draft"), _withdrawn(shown(), "draft"), True),
        (_withdrawn(bought(), "draft"), _withdrawn(shown(), "confirmed"), False),
        (_withdrawn(bought(), "confirmed"), _withdrawn(shown(), "confirmed"), False),
        (bought("draft"), own(a_need(ocid="o"), kind="need"), False),
    ],
)
def test_a_draft_is_decided_on_with_the_attempt_that_belongs_to_it(
    record: OwnRecord, other: OwnRecord, together: bool
) -> None:
    assert {one.key for one in drafts_with(record, [other])} == {record.key, *([other.key] * together)}


def of(model: type[Event], fact: Fact) -> Event:
    return model.model_validate(fact.model_dump())


CONFIRMED = RecordConfirmed(kind="need", record="n", city=KRAKOW)


@pytest.mark.parametrize(
    ("event", "record"),
    [
        (CONFIRMED, "need|n"),
        (RecordWithdrawn(kind="outcome", record=f"s|{KRAKOW}", city=KRAKOW), f"outcome|s|{KRAKOW}"),
        (of(SolutionSubmitted, a_solution(id="s")), "solution|s"),
        (SolutionEmbargoed(solution="s", city=KRAKOW), "solution|s"),
        (of(NeedSubmitted, a_need(id="n")), "need|n"),
        (of(OutcomeReported, an_implementation(solution="s", city=KRAKOW)), f"outcome|s|{KRAKOW}"),
        (of(AdoptionDeclared, an_adoption(solution="s", city=KRAKOW)), f"adoption|s|{KRAKOW}"),
        (of(CityDescribed, a_city()), f"city|{KRAKOW}"),
        (MatchAnswered(letter="a", city=KRAKOW, solution="s", answer="useful", at=NOW), None),
    ],
)
def test_each_message_of_an_official_is_about_one_record(event: Event, record: str | None) -> None:
    assert record_of(event) == record


def test_what_is_stored_is_the_message_as_it_is_sent_with_the_post() -> None:
    (sent,) = with_actor(official(), [CONFIRMED])
    (message,) = sent_messages(official(), [sent], datetime(2026, 11, 30, 9, 0, 0, 123_456, UTC))
    assert message.id == sent.message_id != CONFIRMED.message_id
    assert (message.post, message.what, message.record) == (official().post, "record.confirmed", "need|n")
    assert message.at.microsecond == 123_000


SAID_OF_S = of(SolutionSubmitted, a_solution(id="s", city=KRAKOW))
TRIED_S = of(OutcomeReported, an_implementation(solution="s", city=KRAKOW, outcome="failed"))
CONFIRMED_S = RecordConfirmed(kind="solution", record="s", city=KRAKOW, based_on=3)
TRIAL_OF_S = {"kind": "outcome", "record": f"s|{KRAKOW}", "city": KRAKOW, "based_on": 5}


@pytest.mark.parametrize(
    ("events", "records"),
    [
        ([SAID_OF_S, TRIED_S], [["solution|s", f"outcome|s|{KRAKOW}"]]),
        ([TRIED_S, SAID_OF_S], [["solution|s", f"outcome|s|{KRAKOW}"]]),
        ([CONFIRMED_S, RecordConfirmed(**TRIAL_OF_S)], [["solution|s", f"outcome|s|{KRAKOW}"]]),
        (
            [
                RecordWithdrawn(**TRIAL_OF_S),
                CONFIRMED,
                RecordWithdrawn(kind="solution", record="s", city=KRAKOW),
            ],
            [["need|n"], ["solution|s", f"outcome|s|{KRAKOW}"]],
        ),
        ([CONFIRMED_S, RecordWithdrawn(**TRIAL_OF_S)], [["solution|s"], [f"outcome|s|{KRAKOW}"]]),
        (
            [
                RecordWithdrawn(kind="solution", record="s", city=KRAKOW, taken_back=True),
                RecordWithdrawn(**TRIAL_OF_S),
            ],
            [["solution|s"], [f"outcome|s|{KRAKOW}"]],
        ),
        (
            [SAID_OF_S, of(OutcomeReported, an_implementation(solution="s", city=TAMPERE))],
            [["solution|s"], [f"outcome|s|{TAMPERE}"]],
        ),
        ([TRIED_S], [[f"outcome|s|{KRAKOW}"]]),
    ],
)
def test_what_is_said_of_a_solution_and_its_own_citys_attempt_is_one_message_shown_at_both_records(
    events: list[Event], records: list[list[str]]
) -> None:
    kept = [sent_messages(official(), [event], NOW) for event in joined(events)]
    assert [[message.record for message in messages] for messages in kept] == records


def test_the_one_message_has_all_that_was_said_of_the_attempt_and_the_revision_that_was_seen() -> None:
    (said,) = joined([SAID_OF_S, TRIED_S.model_copy(update={"based_on": 7})])
    assert isinstance(said, SolutionSubmitted)
    assert said.attempt is not None
    assert said.attempt.model_dump() == {
        name: value for name, value in {**TRIED_S.model_dump(), "based_on": 7}.items() if name != "actor"
    } | {"solution": None, "city": None}
    (confirmed,) = joined([CONFIRMED_S, RecordConfirmed(**TRIAL_OF_S)])
    based_on = [message.based_on for message in sent_messages(official(), [confirmed], NOW)]
    assert based_on == [3, 5]


@pytest.mark.parametrize(
    ("complaints", "partly", "record", "fate"),
    [
        (0, False, None, "on_its_way"),
        (0, False, own(a_need())._replace(revision=2), "on_its_way"),
        (0, False, own(a_need())._replace(revision=3), "recorded"),
        (1, False, own(a_need())._replace(revision=3), "rejected"),
        (1, True, own(a_need())._replace(revision=3), "partly"),
    ],
)
def test_what_became_of_a_message(complaints: int, partly: bool, record: OwnRecord | None, fate: str) -> None:
    message = SentMessage(
        id="a",
        official="b",
        post="Lead",
        city=KRAKOW,
        record="need|n",
        what="record.confirmed",
        at=NOW,
        based_on=2,
        complaints=(Complaint(path="city", message="not yours"),) * complaints,
        partly=partly,
    )
    assert message.fate(record) == fate


WITH_A_DAY = a_need(id="n", deadline="2027-01-31T23:59:59")
WITH_A_DAY_IN_KRAKOW = a_need(id="n", deadline="2027-01-31T23:59:59+01:00")
HIDDEN = SolutionSubmitted.model_validate(
    a_solution(id="s", city=KRAKOW).model_dump() | {"embargo_until": LATER, "based_on": 1}
)


@pytest.mark.parametrize(
    ("event", "record", "fate"),
    [
        (of(NeedSubmitted, a_need(id="n")), own(a_need(id="n"), "published"), "unchanged"),
        (of(NeedSubmitted, WITH_A_DAY), own(WITH_A_DAY_IN_KRAKOW, "published"), "unchanged"),
        (of(NeedSubmitted, a_need(id="n", title="New")), own(a_need(id="n"), "published"), "on_its_way"),
        (of(NeedSubmitted, a_need(id="n")), own(a_need(id="n"), "draft"), "on_its_way"),
        (of(NeedSubmitted, a_need(id="n")), own(a_need(id="n"), "stale"), "on_its_way"),
        (of(NeedSubmitted, a_need(id="n")), own(a_need(id="n"), "withdrawn"), "on_its_way"),
        (of(NeedSubmitted, a_need(id="n")), own(None), "on_its_way"),
        (HIDDEN, own(a_solution(id="s"), "confirmed")._replace(embargo_until=LATER), "unchanged"),
        (HIDDEN, own(a_solution(id="s"), "published"), "on_its_way"),
        (SolutionEmbargoed(solution="s", city=KRAKOW), own(a_solution(id="s")), "unchanged"),
        (SolutionEmbargoed(solution="s", city=KRAKOW, until=LATER), own(a_solution(id="s")), "on_its_way"),
        (CONFIRMED, own(a_need(id="n")), "on_its_way"),
    ],
    ids=[
        "the same", "the same day", "another title", "a draft", "stale", "withdrawn", "not known",
        "hidden as before",
        "now hidden", "shown as before", "hidden now", "a confirmation",
    ],
)  # fmt: skip
def test_a_message_that_says_what_is_recorded_changes_nothing(
    event: Event, record: OwnRecord, fate: str
) -> None:
    (message,) = sent_messages(official(), [event], NOW)
    assert message.model_copy(update={"based_on": 1}).fate(record) == fate


def test_the_next_datum_is_the_first_that_is_not_known() -> None:
    assert next_datum(None) == ORDER[0]
    assert next_datum(a_city(population=5)) == ORDER[1]
    known = Indicators.model_validate(dict.fromkeys(ORDER, 1))
    assert next_datum(a_city(indicators=known)) is None
    assert set(ORDER) <= set(Indicators.model_fields)


def since(**fields: Any) -> LaterStatement:  # noqa: ANN401 - JSON
    return LaterStatement(said=NOW, fields=fields)


TRIED = an_implementation(solution="s", city=KRAKOW, outcome="failed", failure=a_failure())


@pytest.mark.parametrize(
    ("fact", "later", "shown"),
    [
        (TRIED, since(outcome="succeeded"), [("outcome", "failed", "succeeded")]),
        (TRIED, since(**{"failure/cause": "law"}), [("failure/cause", "citizens", "law")]),
        (
            a_solution(id="s", city=KRAKOW, title="Ours"),
            since(title="Theirs", language="fi", provider={"name": "Acme"}),
            [("title", "Ours", "Theirs"), ("provider", None, {"name": "Acme"})],
        ),
        (a_need(id="n"), since(stage="open"), [("stage", a_need().stage, "open")]),
        (a_need(id="n"), since(stage="of a newer version"), []),
        (a_need(id="n"), None, []),
    ],
)
def test_what_was_said_since_stands_beside_what_is_recorded_and_is_taken_over_by_confirming_it(
    fact: Any,  # noqa: ANN401
    later: LaterStatement | None,
    shown: list[tuple[str, Any, Any]],
) -> None:
    kind = next(kind for kind, model in MODELS.items() if isinstance(fact, model))
    record = own(fact, "published", kind)._replace(later=later)
    values = [(path, was, _only_named(now)) for path, was, now in later_values(record)]
    assert values == shown
    said = taken_over(record, "Lead")
    if not shown:
        assert said is None
        return
    assert isinstance(said, RecordConfirmed)
    assert (said.takes_over, said.based_on, said.by) == (True, record.revision, "Lead")


def _only_named(value: Any) -> Any:  # noqa: ANN401 - JSON
    return {"name": value["name"]} if isinstance(value, dict) and "name" in value else value


@pytest.mark.parametrize(
    ("state", "seen", "told"),
    [
        ("published", "everybody", "published"),
        ("published", "from", "confirmed"),
        ("stale", "transition", "confirmed"),
        ("published", "solution", "published"),
        ("draft", "draft", "draft"),
        ("withdrawn", "withdrawn", "withdrawn"),
    ],
)
def test_what_is_kept_back_is_never_called_published(state: State, seen: Seen, told: State) -> None:
    assert told_state(own(a_solution(), state), seen) == told


def test_a_dispute_is_open_until_its_city_answered_and_a_reply_never_is() -> None:
    said = [
        Reply(id=name, kind=kind, city=KRAKOW, by="Lead", text="No", said=NOW, answered=answered)
        for name, kind, answered in (("1", "dispute", None), ("2", "dispute", NOW), ("3", "reply", None))
    ]
    assert [reply.id for reply in open_disputes(own(TRIED)._replace(replies=tuple(said)))] == ["1"]


OWN = own(a_solution(id="s", city=KRAKOW, problem={"service_owner": "Parks"}), name="s")
ABOUT = (OWN,)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (OWN.fact, ("Parks",)),
        (a_solution(id="s", problem={}), ()),
        (a_need(departments=("Parks", "Roads")), ("Parks", "Roads")),
        (an_implementation(solution="s", city=KRAKOW), ("Parks",)),
        (an_implementation(solution="another", city=KRAKOW), ()),
        (an_adoption(solution="s", city=KRAKOW), ("Parks",)),
        (None, ()),
    ],
)
def test_a_record_is_of_the_departments_that_it_or_its_solution_names(
    fact: Any,  # noqa: ANN401
    expected: tuple[str, ...],
) -> None:
    assert departments(own(fact), ABOUT) == expected


@pytest.mark.parametrize(
    ("what", "revision", "state", "since", "expected"),
    [
        ("record.confirmed", 3, "draft", None, True),  # on its way
        ("record.confirmed", 4, "published", None, True),
        ("record.confirmed", 4, "confirmed", None, True),
        ("record.confirmed", 4, "draft", None, False),  # something else was recorded, and it was refused
        ("record.confirmed", 5, "withdrawn", None, False),  # taken back already
        ("record.confirmed", 6, "published", None, False),  # and put back
        ("record.confirmed", 4, "published", "accepted", False),
        ("record.confirmed", 4, "published", "refused", True),
        ("record.withdrawn", 4, "withdrawn", None, True),
        ("record.withdrawn", 5, "draft", None, False),
        ("record.withdrawn", 2, "draft", None, False),
    ],
)
def test_only_what_happened_last_to_a_record_can_be_taken_back(
    what: str, revision: int, state: State, since: str | None, expected: bool
) -> None:
    message = SentMessage(
        id="m", official="o", post="p", city="c", record="solution|s", what=what, at=NOW, based_on=3
    )
    complaints = (Complaint(path="", message="no"),) if since == "refused" else ()
    later = message.model_copy(update={"at": NOW + timedelta(seconds=1), "complaints": complaints})
    record = OWN._replace(revision=revision, state=state)
    assert can_be_taken_back(message, record, [message, *([later] if since else [])]) is expected
