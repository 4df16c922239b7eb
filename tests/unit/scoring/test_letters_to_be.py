"""Warnings before a tender, introductions, watches and peers: when, to whom, and how often."""

from datetime import timedelta

import pytest

from services.scoring.domain.alerts import (
    Condition,
    Watch,
    fired,
    introduction,
    introductions,
    pre_tender_warning,
)
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.nearest_cities import peers
from shared.events import State, WarningRaised
from shared.facts import Cause, CityProfile, Implementation, Need, Outcome, Solution, Stage
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    a_failure,
    a_need,
    a_solution,
    an_implementation,
)
from tests.unit.scoring.cases import FRAMEWORK

TREE = CpvTree(["63000000", "63700000", "63710000", "63712000", "63712100", "63713000"])
LIKE = {"population": 800_000, "unemployment": 5, "density": 2_000, "participation": 50}
UNLIKE = {"population": 9_000, "unemployment": 30, "density": 70, "participation": 12}


def city(name: str, indicators: dict[str, int] | None = None) -> CityProfile:
    known = LIKE if indicators is None else indicators
    return a_city(id=name, name=name, languages=[], indicators=known)


def known_need(state: State = "published", **changes: object) -> KnownFact[Need]:
    embargoed = bool(changes.pop("embargoed", False))
    return KnownFact(a_need(**changes), 1, state, NOW, embargoed)


def attempt(where: str, outcome: Outcome, **changes: object) -> KnownFact[Implementation]:
    fact = an_implementation(solution="sol-1", city=where, outcome=outcome, **changes)
    return KnownFact(fact, 1, "published", NOW)


def dossier(
    *attempts: KnownFact[Implementation],
    state: State = "published",
    embargoed: bool = False,
    unlike: tuple[str, ...] = (),
    **changes: object,
) -> Dossier:
    solution: Solution = a_solution(**changes)
    cities = {
        name: KnownFact(city(name, UNLIKE if name in unlike else LIKE), 1, "published", NOW)
        for name in (TAMPERE, YORK)
    }
    return Dossier(KnownFact(solution, 1, state, NOW, embargoed), attempts, cities)


FAILED_IN_YORK = attempt(YORK, Outcome.FAILED, failure=a_failure(cause=Cause.MARKET))


def warn(
    need: KnownFact[Need] | None = None, about: Dossier | None = None, told: tuple[str, ...] = ()
) -> WarningRaised | None:
    return pre_tender_warning(
        need or known_need(), about or dossier(FAILED_IN_YORK), city(KRAKOW), TREE, FRAMEWORK, NOW, told
    )


def test_a_plan_that_resembles_a_failure_in_a_city_alike_is_warned_of() -> None:
    warning = warn()
    assert warning is not None
    assert (warning.failed_in.city, warning.worked_in, warning.cause) == (YORK, None, Cause.MARKET)
    assert warning.raised == NOW


def test_it_is_said_once_per_tender_and_solution() -> None:
    first = warn(known_need(ocid="ocds-1"))
    assert first is not None
    assert warn(known_need(ocid="ocds-1", id="another"), told=(first.identity,)) is None
    assert warn(known_need(ocid="ocds-2"), told=(first.identity,)) is not None


@pytest.mark.parametrize("stage", [Stage.EXPLORING, Stage.DECIDED, Stage.UNMET, Stage.WITHDRAWN])
def test_nothing_is_said_before_a_plan_or_after_an_award(stage: Stage) -> None:
    assert warn(known_need(stage=stage)) is None


@pytest.mark.parametrize(("code", "warned"), [("63712000", True), ("63712100", True), ("63713000", False)])
def test_only_the_same_code_or_one_level_away_is_the_same_topic(code: str, warned: bool) -> None:
    need = known_need(topics=[{"scheme": "CPV", "id": code}])
    assert (warn(need) is not None) is warned


@pytest.mark.parametrize(
    "about",
    [
        dossier(FAILED_IN_YORK, state="withdrawn"),
        dossier(FAILED_IN_YORK, state="draft"),
        dossier(FAILED_IN_YORK, embargoed=True),
        dossier(FAILED_IN_YORK, city=KRAKOW),
        dossier(KnownFact(FAILED_IN_YORK.fact, 1, "draft", NOW)),
        dossier(attempt(KRAKOW, Outcome.FAILED)),
        dossier(FAILED_IN_YORK, unlike=(YORK,)),
        dossier(FAILED_IN_YORK, attempt(TAMPERE, Outcome.SUCCEEDED)),
        dossier(attempt(YORK, Outcome.RUNNING)),
    ],
    ids=[
        "withdrawn",
        "unconfirmed",
        "embargoed",
        "its own",
        "outcome unconfirmed",
        "failed only at home",
        "city unlike",
        "worked in a city as alike",
        "not ended",
    ],
)
def test_what_must_not_be_said_is_not_said(about: Dossier) -> None:
    assert warn(about=about) is None


def test_a_success_in_a_city_less_alike_does_not_silence_the_warning() -> None:
    warning = warn(about=dossier(FAILED_IN_YORK, attempt(TAMPERE, Outcome.SUCCEEDED), unlike=(TAMPERE,)))
    assert warning is not None
    assert warning.worked_in is not None
    assert warning.worked_in.city == TAMPERE


def test_a_public_notice_not_yet_confirmed_is_warned_of_and_a_private_draft_is_not() -> None:
    assert warn(known_need("draft", ocid="ocds-1")) is not None
    assert warn(known_need("draft")) is None
    assert warn(known_need("draft", ocid="ocds-1", embargoed=True)) is None


def side(
    number: int, where: str, indicators: dict[str, int] | None = None, **changes: object
) -> tuple[KnownFact[Need], CityProfile]:
    need = a_need(id=f"need-{number}", city=where, **changes)
    return KnownFact(need, 1, "published", NOW), city(where, indicators)


MINE = side(1, KRAKOW)


def test_two_cities_with_the_same_open_need_are_introduced_once_from_either_side() -> None:
    theirs = side(2, YORK, stage=Stage.OPEN)
    pair = introduction(MINE, theirs, TREE, FRAMEWORK, NOW)
    assert pair is not None
    assert pair == introduction(theirs, MINE, TREE, FRAMEWORK, NOW)
    assert pair.topics == ("CPV:63712000",)
    assert introduction(theirs, MINE, TREE, FRAMEWORK, NOW, {pair.identity}) is None


def test_an_introduction_carries_no_contact() -> None:
    pair = introduction(MINE, side(2, YORK), TREE, FRAMEWORK, NOW)
    assert pair is not None
    assert set(type(pair.first).model_fields) == {
        "city",
        "city_name",
        "need",
        "need_title",
        "need_titles",
        "need_language",
        "stage",
        "deadline",
    }


@pytest.mark.parametrize(
    "other",
    [
        side(2, YORK, stage=Stage.DECIDED),
        side(2, YORK, stage=Stage.EXPLORING),
        side(2, KRAKOW),
        side(2, YORK, deadline=NOW - timedelta(days=1)),
        side(2, YORK, topics=[{"scheme": "CPV", "id": "63713000"}]),
        side(2, YORK, indicators=UNLIKE),
        side(2, YORK, indicators={}),
    ],
    ids=["awarded", "only exploring", "the same city", "deadline over", "sibling code", "unlike", "unknown"],
)
def test_others_are_not_introduced(other: tuple[KnownFact[Need], CityProfile]) -> None:
    assert introduction(MINE, other, TREE, FRAMEWORK, NOW) is None


def test_the_most_alike_city_is_introduced_first() -> None:
    near, nearer = side(2, YORK, indicators=LIKE | {"unemployment": 14}), side(3, TAMPERE)
    found = list(introductions(MINE, [near, nearer, side(4, YORK, stage=Stage.UNMET)], TREE, FRAMEWORK, NOW))
    assert [pair.second.city for pair in found] == [TAMPERE, YORK]


WATCHES = [Watch(KRAKOW, "sol-1", condition) for condition in Condition]
ENDED = [attempt(f"city-{number}", Outcome.SUCCEEDED) for number in range(3)]


def test_a_watch_is_answered_exactly_on_the_third_ended_attempt_and_once() -> None:
    assert fired(WATCHES, dossier(*ENDED[:2])) == []
    due = fired(WATCHES, dossier(*ENDED))
    assert [watch.condition for watch in due] == [Condition.THREE_ENDED]
    assert fired(WATCHES, dossier(*ENDED), {watch.identity for watch in due}) == []


def test_a_failure_anywhere_answers_the_other_watch() -> None:
    due = fired(WATCHES, dossier(FAILED_IN_YORK))
    assert [watch.condition for watch in due] == [Condition.FAILED_SOMEWHERE]


def test_running_unconfirmed_and_embargoed_answer_no_watch() -> None:
    assert fired(WATCHES, dossier(*(attempt(f"c{n}", Outcome.RUNNING) for n in range(5)))) == []
    assert fired(WATCHES, dossier(*ENDED, state="withdrawn")) == []
    assert fired(WATCHES, dossier(*ENDED, embargoed=True)) == []


def test_two_same_watches_are_answered_as_one_and_others_not_at_all() -> None:
    twice = [*WATCHES, *WATCHES, Watch(KRAKOW, "sol-2", Condition.THREE_ENDED)]
    assert len(fired(twice, dossier(*ENDED))) == 1


def test_peers_are_the_most_alike_with_at_most_three_reasons() -> None:
    me = city("me")
    found = peers(me, [city("far", UNLIKE), city("near"), me, city("blank", {})], FRAMEWORK)
    assert [peer.city.id for peer in found] == ["near", "far"]
    assert found[0].similarity > found[1].similarity
    assert 1 <= len(found[0].reasons) <= 3


def test_only_as_many_peers_as_were_asked_for() -> None:
    others = [city(f"c{number}") for number in range(5)]
    assert [peer.city.id for peer in peers(city("me"), others, FRAMEWORK, most=2)] == ["c0", "c1"]
