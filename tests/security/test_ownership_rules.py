"""Who may say what, as tables: kind of account, type and key; who opened a record, its city and its state."""

from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citiesshare.rabbitmq.permissions import KINDS, publisher_rights
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import CityMove, Opinion
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ownership import (
    DRAFT,
    OWN_WORD,
    Ownership,
    change_conflict,
    complaint_of,
    conflict_of,
    drawn_complaint,
    inherited,
    name_space_complaint,
)
from services.submissions.domain.permissions import forbidden, permitted, type_complaint
from services.submissions.domain.publishers import Caller, Publisher
from services.submissions.domain.records import Record, revise
from services.submissions.domain.revisions import differences
from services.submissions.domain.transitions import (
    Attribution,
    Step,
    TransitionRefused,
    confirming,
    counting_citizens,
    moving,
    withdrawing,
)
from shared.events import Actor, AdoptionEffect
from shared.facts import UNRESOLVED, Study
from shared.messaging.catalogue import INBOUND
from shared.messaging.topology import IN
from tests.builders import KRAKOW, NOW, TAMPERE, YORK, a_kpi, a_need, a_solution, an_implementation

LATER = NOW + timedelta(days=1)
# Written down here once more, by hand: what the product's own table must say.
MAY_SEND = {
    "procurement": {"procurement.release"},
    "city": {
        *("solution.submitted", "need.submitted", "outcome.reported", "adoption.declared", "city.profile"),
        *("record.confirmed", "record.withdrawn", "solution.embargoed", "solution.evidenced"),
        *("adoption.effect", "city.transition"),
    },
    "platform": {"citizen.voice", "catalogue.entry", "comment.made"},
    "officials": {
        *("solution.submitted", "need.submitted", "outcome.reported", "adoption.declared", "city.profile"),
        *("record.confirmed", "record.withdrawn", "solution.embargoed", "comment.made"),
        "adoption.effect",
    },
}
KEYS = sorted(event.key for event in INBOUND)


def publisher(
    name: str = "york", kind: str = "city", cities: tuple[str, ...] = (YORK,), **more: object
) -> Caller:
    said = {"id": name, "name": name, "cities": cities, "sources": ("urn:york",), "kind": kind, **more}
    return Caller(Publisher.model_validate(said), name)


def official(city: str = YORK) -> Caller:
    actor = Actor(official="york-1", post="Head of mobility", city=city)
    return Caller(None, "official:Head of mobility", officials=True, actor=actor)


ANYBODY = Caller(None, "guest", trusted=True)
CALLERS = {**{kind: publisher(kind=kind) for kind in KINDS}, "officials": official()}


def type_of(key: str) -> str:
    return f"org.citiesshare.{key}.v1"


@pytest.mark.parametrize("kind", CALLERS)
@pytest.mark.parametrize("key", KEYS)
def test_a_kind_of_account_sends_its_own_types_over_http_and_amqp(kind: str, key: str) -> None:
    over_http, over_amqp = (type_complaint(CALLERS[kind], type_of(key), given) for given in (None, key))
    assert [over_http is None, over_amqp is None] == [key in MAY_SEND[kind]] * 2


@pytest.mark.parametrize("kind", CALLERS)
def test_a_type_goes_under_its_own_routing_key_whoever_sends_it(kind: str) -> None:
    for said, key in product(KEYS, KEYS):
        if said != key:
            assert type_complaint(CALLERS[kind], type_of(said), key) is not None, (said, key)
            assert type_complaint(ANYBODY, type_of(said), key) is not None, (said, key)


def test_a_key_below_the_types_own_goes_with_it_and_one_that_begins_alike_does_not() -> None:
    portal = publisher(kind="procurement")
    assert type_complaint(portal, type_of("procurement.release"), "procurement.release.fi") is None
    assert type_complaint(portal, type_of("procurement.release"), "procurement.released") is not None


def test_a_type_that_nobody_knows_is_left_to_whoever_reads_it() -> None:
    assert type_complaint(publisher(), "org.example.nonsense.v1", "nobody.knows.this") is None


def test_bare_ocds_is_a_release_and_nothing_else() -> None:
    assert type_complaint(publisher(kind="procurement"), "ocds", "procurement.release") is None
    assert type_complaint(publisher(kind="city"), "ocds", "procurement.release") is not None
    assert type_complaint(publisher(kind="procurement"), "ocds", "need.submitted") is not None


@pytest.mark.parametrize(
    ("identifier", "taken"),
    [(f"{YORK}/a", True), (f"{KRAKOW}/a", False), (f"{YORK}a/b", False), (YORK, False), ("sol-1", False)],
)
def test_a_new_record_of_an_official_has_an_id_below_that_of_its_city(identifier: str, taken: bool) -> None:
    assert (name_space_complaint(identifier, official()) is None) == taken
    assert name_space_complaint(identifier, publisher()) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_rights_at_the_broker_are_the_same_table(kind: str) -> None:
    keys = (
        publisher_rights(kind).topics[IN].removeprefix("^(").removesuffix(")$").replace("\\", "").split("|")
    )
    assert {*keys} == MAY_SEND[kind]


@pytest.mark.parametrize(
    ("cities", "kind"), [((YORK,), "city"), ((YORK, KRAKOW), "city"), (("*",), "procurement")]
)
def test_a_publisher_from_before_there_were_kinds_has_one(cities: tuple[str, ...], kind: str) -> None:
    kept = {"id": "old", "name": "Old", "cities": cities, "sources": ["urn:old"]}
    assert Publisher.model_validate(kept).kind == kind


OPENED_BY = {
    "the same publisher": Ownership(city=YORK, spoken_by="york"),
    "another publisher of the city": Ownership(city=YORK, spoken_by="york-too"),
    "nobody registered": Ownership(city=YORK),
    "a procurement system": Ownership(city=YORK, drafted_by="portal"),
    "a procurement system, and the city spoke": Ownership(city=YORK, drafted_by="portal", spoken_by="york"),
    "a procurement system, and another spoke": Ownership(
        city=YORK, drafted_by="portal", spoken_by="york-too"
    ),
    "another city": Ownership(city=KRAKOW, spoken_by="krakow"),
    "a portal, of a city nobody knows": Ownership(city=UNRESOLVED, drafted_by="portal"),
}
# Who says it, with the city's own word (1) or a draft (0): who opened the record → whether it may.
YES = dict.fromkeys(OPENED_BY, True)
NOT_ANOTHERS = {"another city": False, "a portal, of a city nobody knows": False}
TABLE = [
    (
        "york",
        publisher("york"),
        OWN_WORD,
        YES
        | NOT_ANOTHERS
        | {"another publisher of the city": False, "a procurement system, and another spoke": False},
    ),
    ("an official of York", official(), OWN_WORD, YES | NOT_ANOTHERS),
    (
        "portal",
        publisher("portal", "procurement", ("*",)),
        DRAFT,
        YES | {"another city": False},
    ),
    (
        "another portal",
        publisher("other", "procurement", ("*",)),
        DRAFT,
        YES | NOT_ANOTHERS | {name: False for name in OPENED_BY if name.startswith("a procurement system")},
    ),
    ("anybody, doors open", ANYBODY, OWN_WORD, YES | {"another city": False}),
]
CASES = [(who, opened, caller, rank, may[opened]) for who, caller, rank, may in TABLE for opened in OPENED_BY]


@pytest.mark.parametrize(("who", "opened", "caller", "rank", "may"), CASES, ids=lambda each: str(each)[:40])
def test_a_record_is_its_citys_and_among_publishers_its_openers(
    who: str, opened: str, caller: Caller, rank: int, *, may: bool
) -> None:
    conflict = conflict_of("need|need-1", OPENED_BY[opened], YORK, rank, caller)
    assert (conflict is None) == may, who


def test_a_conflict_names_the_owner_and_the_mend() -> None:
    other = conflict_of("need|need-1", Ownership(city=KRAKOW), YORK, OWN_WORD, publisher())
    assert other is not None
    assert (other.owner, other.city, complaint_of(other).path) == (KRAKOW, YORK, "city")
    assert KRAKOW in complaint_of(other).message
    assert "an id of your own" in complaint_of(other).message
    same = conflict_of("need|need-1", Ownership(city=YORK, spoken_by="first"), YORK, OWN_WORD, publisher())
    assert same is not None
    assert (complaint_of(same).path, "'first'" in complaint_of(same).message) == ("record", True)


@pytest.mark.parametrize("length", [1, 500])
def test_what_is_said_of_a_conflict_fits_into_its_field_however_long_the_id_is(length: int) -> None:
    key = "need|" + "x" * length
    for known in (Ownership(city="y" * 500), Ownership(city=YORK, spoken_by="z" * 64)):
        conflict = conflict_of(key, known, YORK, OWN_WORD, publisher())
        assert conflict is not None
        assert complaint_of(conflict).message


@pytest.mark.parametrize(
    "identifier",
    ["urn:ocid:ocds-abc123-1", "urn:publiccode:git.example/x", "urn:citizen:1:p", "urn:citiesshare:x"],
)
def test_nobody_opens_a_record_under_an_id_that_is_drawn_from_releases_catalogues_or_proposals(
    identifier: str,
) -> None:
    assert drawn_complaint(identifier, OWN_WORD, publisher()) is not None
    assert drawn_complaint(identifier, DRAFT, publisher(kind="procurement")) is None
    assert drawn_complaint("need-1", OWN_WORD, publisher()) is None


@pytest.mark.parametrize("known", [OPENED_BY["a procurement system"], OPENED_BY["the same publisher"]])
def test_a_step_is_for_the_city_of_the_record_and_platforms_only_count(known: Ownership) -> None:
    platform = publisher("voices", "platform")
    assert change_conflict("solution|s", known, YORK, platform) is None
    assert change_conflict("solution|s", known, KRAKOW, platform) is not None
    assert change_conflict("solution|s", known, None, Caller(None, "clock", trusted=True)) is None


def test_officials_speak_for_the_city_of_their_post_only() -> None:
    judged = MessageAssessment(drafts=(Draft(fact=an_implementation(city=TAMPERE)),))
    assert permitted(judged, official(TAMPERE)).drafts == judged.drafts
    assert permitted(judged, official(YORK)).useless
    assert permitted(judged, Caller(None, "notifications", officials=True)).useless, "nobody acts in it"


def test_only_the_city_that_took_it_over_reports_its_effect() -> None:
    report = AdoptionEffect(solution="sol-1", city=TAMPERE, effect="kept")
    judged = MessageAssessment(effect=report)
    for caller in (official(TAMPERE), publisher(cities=(TAMPERE,)), ANYBODY):
        assert permitted(judged, caller).effect == report
    for caller in (official(YORK), publisher(), Caller(None, "notifications", officials=True)):
        assert permitted(judged, caller).useless
        assert forbidden(judged, caller)[0].path == "city"


def test_a_city_takes_the_study_of_an_evaluator_into_its_own_solution() -> None:
    study = Study(sms=3, sign="+", independence="independent", city=TAMPERE, source="Evaluation by Audit")
    judged = MessageAssessment(drafts=(Draft(fact=a_solution(city=YORK, studies=[study])),))
    assert permitted(judged, official(YORK)).drafts == judged.drafts
    assert permitted(judged, official(TAMPERE)).useless, "the evaluator's city says nothing for it"


@pytest.mark.parametrize("verification", ["independent", "procurement_record"])
def test_only_an_account_that_verifies_vouches_for_others(verification: str) -> None:
    attempt = MessageAssessment(drafts=(Draft(fact=an_implementation(verification=verification, city=YORK)),))
    kpi = a_kpi(verification=verification)
    promise = MessageAssessment(drafts=(Draft(fact=a_solution(kpis=[kpi], city=YORK)),))
    for judged, path in ((attempt, "verification"), (promise, "kpis.0.verification")):
        for caller in (publisher(), official()):
            assert permitted(judged, caller).useless
            assert forbidden(judged, caller)[0].path == path
        assert permitted(judged, publisher(verifies=True)).drafts == judged.drafts


def record(draft: Draft, publisher: str | None = None) -> Record:
    return revise(None, draft, NOW, "urn:test", "portal", publisher)


def after(known: Record, step: Step, days: int = 1) -> Record:
    changed = step(known, Attribution("somebody", NOW + timedelta(days=days)))
    assert isinstance(changed, Record), changed
    return changed


DRAFTED = Draft(fact=a_need(title="As it was tendered", description="Vans."), state="draft")
LATE = Draft(fact=a_need(title="As it was tendered later", description="Vans."), state="draft")


def test_a_later_release_never_overwrites_what_a_person_confirmed_and_is_shown_beside_it() -> None:
    confirmed = after(record(DRAFTED), confirming(DRAFTED.city, "Head of streets"))
    then = revise(confirmed, LATE, NOW + timedelta(days=9), "urn:portal", "portal")
    assert (then.draft, then.state, then.revision) == (DRAFTED, "published", confirmed.revision + 1)
    assert then.event.later is not None
    assert then.event.later.fields == {"title": "As it was tendered later"}
    (shown,) = differences(then.draft, then.marks.unconfirmed)
    assert (shown.path, shown.stands, shown.said) == (
        "title",
        "As it was tendered",
        "As it was tendered later",
    )
    assert (shown.who, shown.when) == ("portal", NOW + timedelta(days=9))
    back = revise(then, DRAFTED, NOW + timedelta(days=10), "urn:portal", "portal")
    assert differences(back.draft, back.marks.unconfirmed) == ()
    assert (back.event.later, back.revision) == (None, then.revision + 1)
    kept = after(then, confirming(DRAFTED.city, "Head of streets"), days=10)
    assert (kept.event.later, kept.draft) == (None, DRAFTED)
    taken = revise(then, Draft(fact=LATE.fact), NOW + timedelta(days=10), "urn:desk", "official:mobility")
    assert (taken.event.later, taken.draft.fact, taken.state) == (None, LATE.fact, "published")


def test_a_release_may_say_that_it_is_older_than_the_confirmation_and_overwrites_nothing_all_the_same() -> (
    None
):
    confirmed = after(record(DRAFTED), confirming(DRAFTED.city, None), days=9)
    then = revise(confirmed, LATE, NOW + timedelta(days=2), "urn:portal", "portal")
    assert then.draft == DRAFTED
    assert [each.path for each in differences(then.draft, then.marks.unconfirmed)] == ["title"]
    assert then.event.later is None


def test_what_no_city_confirmed_follows_its_releases() -> None:
    assert revise(record(DRAFTED), LATE, LATER, "urn:portal").draft == LATE


def test_a_citys_correction_stands_and_the_release_is_shown_beside_it_in_whatever_order() -> None:
    own = Draft(fact=a_need(title="As we mean it", description="Vans."))
    words = [(DRAFTED, 0), (LATE, 3), (own, 2)]
    ends = set()
    for order in permutations(words):
        known: Record | None = None
        for draft, day in order:
            known = revise(known, draft, NOW + timedelta(days=day), "urn:test", "portal")
        assert known is not None
        ends.add(
            (
                known.draft.fact.model_dump_json(),
                str(known.marks),
                str(differences(known.draft, known.marks.unconfirmed)),
            )
        )
    assert len(ends) == 1
    assert "As it was tendered later" in ends.pop()[2]


@given(st.permutations([("york", YORK, "a", 0), ("york", YORK, "b", 1), ("krakow", KRAKOW, "c", 2)]))
def test_given_its_owner_a_record_is_a_function_of_its_owners_words_alone(
    words: list[tuple[str, str, str, int]],
) -> None:
    known: Record | None = None
    for name, city, title, day in words:
        caller = publisher(name, cities=(city,))
        draft = Draft(fact=a_need(city=city, title=title))
        owner = known.owner if known else None
        if conflict_of(draft.key, owner, city, draft.rank, caller) is None:
            known = revise(known, draft, NOW + timedelta(days=day), "urn:test", name, name)
    assert known is not None
    first = words[0]
    assert known.owner == Ownership(city=first[1], spoken_by=first[0])
    assert known.draft.city == first[1]
    assert known.draft.fact == a_need(city=first[1], title="b" if first[0] == "york" else "c")


def test_an_operator_moves_a_record_and_nobody_else_may_undo_it() -> None:
    leeds = record(Draft(fact=a_need(city=KRAKOW)), "krakow")
    move = CityMove(
        when=LATER, who="operator", city_before=KRAKOW, city=YORK, publisher="york", reason="Sent by mistake"
    )
    moved = after(leeds, moving(move, "york"))
    assert (moved.owner, moved.draft.city) == (Ownership(city=YORK, spoken_by="york"), YORK)
    assert (moved.revision, moved.marks.moved) == (leeds.revision + 1, (move,))
    assert conflict_of("need|need-1", moved.owner, KRAKOW, OWN_WORD, publisher("krakow", cities=(KRAKOW,)))
    refused = withdrawing(KRAKOW, None, None)(moved, Attribution("krakow", LATER))
    assert isinstance(refused, TransitionRefused)


def test_an_attempt_cannot_be_moved_for_its_city_is_in_its_id() -> None:
    attempt = record(Draft(fact=an_implementation()))
    move = CityMove(when=LATER, who="operator", city_before=TAMPERE, city=YORK, reason="-")
    assert isinstance(moving(move, None)(attempt, Attribution("operator", LATER)), TransitionRefused)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (("published", "malmo", TAMPERE), Ownership(city=TAMPERE, spoken_by="malmo")),
        (("draft", "portal", TAMPERE), Ownership(city=TAMPERE, drafted_by="portal")),
        (("published", "guest", TAMPERE), Ownership(city=TAMPERE)),
        (("draft", "portal", UNRESOLVED), Ownership(city=YORK, drafted_by="portal")),
    ],
)
def test_a_record_from_before_has_the_owner_of_its_first_revision(
    first: tuple[str, str, str], expected: Ownership
) -> None:
    state, who, city = first
    assert inherited(YORK, city, state, who) == expected


def test_two_platforms_with_the_same_reference_are_counted_beside_each_other() -> None:
    known = record(Draft(fact=a_solution()))
    for name, answers in (("first", 10), ("second", 30), ("first", 20)):
        counted = Opinion(reference="r-1", when=NOW + timedelta(minutes=answers), answers=answers, positive=5)
        changed = counting_citizens(TAMPERE, counted)(known, Attribution(name, LATER, name))
        assert isinstance(changed, Record)
        known = changed
    assert known.fact == a_solution(citizens={"answers": 50, "positive": 10})


def test_a_count_from_before_is_counted_anew_not_twice() -> None:
    old = Opinion(reference="r-1", when=NOW, answers=10, positive=5)
    known = record(Draft(fact=a_solution()))
    known = known.model_copy(update={"marks": known.marks.model_copy(update={"opinions": (old,)})})
    new = old.model_copy(update={"when": LATER, "answers": 20})
    changed = counting_citizens(TAMPERE, new)(known, Attribution("voices", LATER, "voices"))
    assert isinstance(changed, Record)
    assert [(each.by, each.answers) for each in changed.marks.opinions] == [("voices", 20)]
