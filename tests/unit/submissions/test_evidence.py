"""A comment becomes evidence: the city takes it once, whatever order its ratings come in, and nobody else."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.submissions.domain.drafts import Draft
from services.submissions.domain.records import Record, revise
from services.submissions.domain.transitions import Attribution, Comment, TransitionRefused, promoting
from shared.events import SolutionEvidenced
from shared.facts import Solution, Study
from tests.builders import NOW, TAMPERE, YORK, a_solution, a_study

SHOWN = Comment(about="sol-1", city=YORK, source="https://york.example/vans.pdf", state="shown")


def record(**changes: object) -> Record:
    return revise(None, Draft(fact=a_solution(**changes)), NOW, "urn:test")


def taking(sms: int = 2, **changes: object) -> SolutionEvidenced:
    rated = Study(sms=sms, sign="+", independence="independent")
    usual = {"solution": "sol-1", "city": TAMPERE, "comment": "c-1", "study": rated, "by": "Transport"}
    return SolutionEvidenced.model_validate(usual | changes)


def after(known: Record, said: SolutionEvidenced, days: int = 1, comment: Comment = SHOWN) -> Record:
    changed = promoting(said, comment)(known, Attribution("tampere", NOW + timedelta(days=days)))
    assert isinstance(changed, Record), changed
    return changed


def studies(known: Record) -> tuple[Study, ...]:
    assert isinstance(known.fact, Solution)
    return known.fact.studies


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (SHOWN.source, "https://york.example/vans.pdf · urn:citiesshare:comment:c-1"),
        (None, "urn:citiesshare:comment:c-1"),
    ],
)
def test_a_comment_becomes_a_study_with_its_city_and_its_source(source: str | None, told: str) -> None:
    own = a_study()
    known = after(record(studies=[own]), taking(), comment=SHOWN.model_copy(update={"source": source}))
    taken = Study(sms=2, sign="+", independence="independent", city=YORK, source=told)
    assert studies(known) == (own, taken)
    assert (known.revision, known.event.recorded) == (2, NOW + timedelta(days=1))
    (promotion,) = known.marks.promoted
    assert (promotion.reference, promotion.who) == ("c-1", "Transport")


@pytest.mark.parametrize(
    ("said", "comment", "path", "mend"),
    [
        (taking(city=YORK), SHOWN, "city", "only its own city may say so"),
        (taking(), None, "comment", "take an id that /v1/comments shows"),
        (taking(), SHOWN.model_copy(update={"state": "waiting"}), "comment", "say so again when"),
        (taking(), SHOWN.model_copy(update={"state": "refused"}), "comment", "is refused"),
        (taking(), SHOWN.model_copy(update={"about": "sol-2"}), "comment", "take one about 'sol-1'"),
    ],
    ids=["another-city", "unknown", "waiting", "refused", "about-another"],
)
def test_what_cannot_be_evidence_is_refused_with_its_mend(
    said: SolutionEvidenced, comment: Comment | None, path: str, mend: str
) -> None:
    refused = promoting(said, comment)(record(), Attribution("somebody", NOW))
    assert isinstance(refused, TransitionRefused)
    assert (refused.complaint.path, mend in refused.complaint.message) == (path, True)


def test_the_newest_rating_of_a_comment_counts_in_whatever_order_and_however_often_it_is_heard() -> None:
    sayings = [(taking(1), 1), (taking(3), 2), (taking(2, comment="c-2"), 2), (taking(4), 2)]
    ends = set()
    for order in permutations([*sayings, sayings[0]]):
        known = record()
        for said, days in order:
            known = after(known, said, days)
        ends.add((studies(known), known.updated_at))
    ((taken, _),) = ends
    assert [each.sms for each in taken] == [4, 2]


def test_the_same_again_makes_no_revision() -> None:
    once = after(record(), taking())
    assert after(once, taking()) == once
    assert after(once, taking(), days=9).revision == once.revision


def test_evidence_stays_under_a_newer_word_and_is_not_counted_twice_when_the_city_copies_it() -> None:
    known = after(record(), taking())
    copied = Draft(fact=a_solution(title="Quieter", studies=studies(known)))
    newer = revise(known, copied, NOW + timedelta(days=2), "urn:test")
    assert studies(newer) == studies(known)
    assert [each.sms for each in studies(after(newer, taking(4), days=3))] == [4]
