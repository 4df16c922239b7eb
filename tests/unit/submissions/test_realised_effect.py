"""What came of an adoption: asked a year after, reported by its city, the newest report in any order."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from services.submissions.domain.adoption import effect_complaints
from services.submissions.domain.drafts import Draft
from services.submissions.domain.records import Record, due_question, next_due, revise
from services.submissions.domain.transitions import Attribution, TransitionRefused, asking, reporting_effect
from shared.events import AdoptionEffect
from shared.facts import Adoption, Effect
from tests.builders import KRAKOW, NOW, YORK, an_adoption

DAY = NOW.date()


def declared(days: int = 0, known: Record | None = None, **changes: object) -> Record:
    return revise(known, Draft(fact=an_adoption(**changes)), NOW + timedelta(days=days), "urn:test")


def reports(effect: str = "kept", **changes: object) -> AdoptionEffect:
    return AdoptionEffect.model_validate({"solution": "sol-2", "city": KRAKOW, "effect": effect} | changes)


def after(record: Record, report: AdoptionEffect, days: int) -> Record:
    changed = reporting_effect(report)(record, Attribution("krakow", NOW + timedelta(days=days)))
    assert isinstance(changed, Record), changed
    return changed


def effect_of(record: Record) -> Effect | None:
    assert isinstance(record.fact, Adoption)
    return record.fact.effect


@pytest.mark.parametrize(
    ("days", "months"), [(0, None), (360, None), (365, 12), (700, 12), (731, 24), (2000, 24)]
)
def test_a_city_is_asked_a_year_and_two_years_after_it_took_something_over(
    days: int, months: int | None
) -> None:
    asked = due_question(declared(), "Lockers", DAY + timedelta(days=days))
    assert (asked and (asked.months, asked.asks, asked.source)) == (months and (months, "effect", "sol-1"))


def test_the_year_counts_from_the_first_declaration_in_whatever_order_they_come() -> None:
    for first, second in permutations((0, 300)):
        record = declared(second, declared(first, kept=["a"]), kept=["b"])
        assert record.declared == DAY
        assert next_due(record) == (date(DAY.year + 1, DAY.month, DAY.day), "check_in")


def test_what_was_asked_is_not_asked_again_and_the_second_year_is_still_due() -> None:
    year = DAY + timedelta(days=366)
    asked = asking(year)(declared(), Attribution("clock", NOW))
    assert isinstance(asked, Record)
    assert asked.marks.asked == (6, 12)
    lapsed = asked.model_copy(update={"draft": asked.draft.model_copy(update={"state": "withdrawn"})})
    assert next_due(lapsed) is None
    again = due_question(asked, "", DAY + timedelta(days=731))
    assert (again and again.months) == 24


@pytest.mark.parametrize("record", [declared(kind="built", parent=None), after(declared(), reports(), 1)])
def test_nobody_is_asked_for_what_has_no_source_or_was_reported(record: Record) -> None:
    assert due_question(record, "", DAY + timedelta(days=900)) is None


def test_the_newest_report_counts_whatever_order_they_come_in() -> None:
    said = [
        (reports("kept"), 400),
        (reports("partly"), 401),
        (reports("not_kept"), 401),
        (reports("kept"), 2),
    ]
    ends = set()
    for order in permutations(said):
        record = declared()
        for report, days in order:
            record = after(record, report, days)
        ends.add((effect_of(record), record.updated_at))
    assert ends == {(Effect(effect="partly"), NOW + timedelta(days=401))}


def test_a_later_declaration_without_an_effect_keeps_the_reported_one() -> None:
    record = declared(500, after(declared(), reports("partly"), 400), kept=["b"])
    assert effect_of(record) == Effect(effect="partly")
    again = declared(600, record, effect={"effect": "kept"})
    assert effect_of(again) == Effect(effect="kept")


def test_a_repeated_report_is_no_new_revision_and_no_other_city_may_report() -> None:
    record = after(declared(), reports(), 400)
    assert record.revision == 2
    assert after(record, reports(), 400) == record
    refused = reporting_effect(reports(city=YORK))(record, Attribution("york", NOW))
    assert isinstance(refused, TransitionRefused)


@pytest.mark.parametrize(
    ("effect", "paths"),
    [
        (Effect(effect="kept"), []),
        (Effect(effect="kept", indicator="Noise", before=3, after=0), []),
        (Effect(effect="kept", indicator="Noise", before=3), ["after"]),
        (Effect(effect="kept", before=3, after=1), ["indicator"]),
        (None, []),
    ],
)
def test_a_number_comes_with_its_pair_and_its_indicator(effect: Effect | None, paths: list[str]) -> None:
    assert [complaint.path for complaint in effect_complaints(effect)] == paths
