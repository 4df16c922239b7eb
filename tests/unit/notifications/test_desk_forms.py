"""The forms of the desk as rules: what was typed becomes events, and records become forms."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.desk.begun_forms import BegunForm, FormPart
from services.notifications.domain.desk.form_fields import STEPS, FormField, FormKind, components_step
from services.notifications.domain.desk.form_values import Mistake, names_of, read, written
from services.notifications.domain.desk.forms import (
    begun,
    begun_adoption,
    build,
    fields_of,
    mistakes_of_step,
    of_records,
    rebased,
    with_experience,
)
from services.notifications.domain.desk.records import OwnRecord
from services.notifications.domain.desk.topic_suggestions import topics_in
from services.notifications.domain.topics import TopicOption
from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.samples import official
from shared.events import AdoptionDeclared, NeedSubmitted, OutcomeReported, SolutionSubmitted
from shared.facts import FailureRecord, Implementation, Money, Need, Solution
from shared.visibility import UNTIL_TRANSITION
from tests.builders import a_solution

Json = Any
"""A value of a field, whatever its kind."""
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TOKEN = "abcdefghijklmnop"
HOLDER = official()
ENGLISH = localizer_for("en")
PROBLEM = {
    "title": ("Quiet vans",),
    "service_owner": ("Transport",),
    "baseline_kpi": ("Vans at the stop",),
    "baseline_value": ("120",),
    "baseline_unit": ("vans a day",),
    "baseline_date_day": ("31",),
    "baseline_date_month": ("5",),
    "baseline_date_year": ("2024",),
    "topics": ("CPV:63712",),
}
FAILED = {**PROBLEM, "outcome": ("failed",), "cause": ("citizens",), "learnt": ("The bays.",)}


def a_form(kind: FormKind, **fields: tuple[str, ...]) -> BegunForm:
    form = begun(kind, TOKEN, HOLDER, NOW)
    return form.model_copy(update={"fields": form.fields | fields})


def field(kind: Json, **more: Json) -> FormField:
    return FormField("f", kind, ("need/f",), **more)


@pytest.mark.parametrize(
    ("locale", "kind", "typed", "value"),
    [
        ("en", "number", ("1,200.5",), 1200.5),
        ("de", "number", ("1.200,5",), 1200.5),
        ("fr", "number", ("1 200,5",), 1200.5),
        ("en", "months", ("18",), 18.0),
        ("en", "line", (" a ",), "a"),
        ("en", "lines", ("Transport\n\n Finance ",), ["Transport", "Finance"]),
        ("en", "line", ("",), None),
    ],
)
def test_a_value_is_read_as_the_language_writes_it(
    locale: str, kind: Json, typed: tuple[str, ...], value: Json
) -> None:
    assert read(field(kind), {"f": typed}, localizer_for(locale)) == value


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        ("number", {"f": ("many",)}, "number"),
        ("number", {"f": ("1.2.3",)}, "number"),
        ("number", {"f": ("NaN",)}, "number"),
        ("date", {"f_day": ("31",), "f_month": ("2",), "f_year": ("2027",)}, "no_such_day"),
        ("date", {"f_day": ("31",)}, "date"),
        ("money", {"f_amount": ("5",)}, "money"),
        ("money", {"f_amount": ("x",), "f_currency": ("EUR",)}, "number"),
        ("money", {"f_amount": ("1e30",), "f_currency": ("GBP",)}, "number"),
        ("number", {"f": ("1_000",)}, "number"),
        ("number", {"f": ("1e5",)}, "number"),
        ("number", {"f": ("1.234,5",)}, "number"),
        ("date", {"f_day": ("1",), "f_month": ("2",), "f_year": ("2_027",)}, "date"),
        ("date", {"f_day": ("1",), "f_month": ("2",), "f_year": ("24",)}, "year"),
        ("date", {"f_day": ("1",), "f_month": ("2",), "f_year": ("9999",)}, "year"),
    ],
)
def test_what_is_no_value_is_a_mistake_in_words(kind: Json, typed: dict[str, Any], key: str) -> None:
    with pytest.raises(Mistake) as mistake:
        read(field(kind), typed, ENGLISH)
    assert mistake.value.key == key
    assert key in VOCABULARY["mistake"]


@pytest.mark.parametrize("locale", ["en", "de", "fr", "fi", "ja", "pt"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 1234567.125),
        ("date", "2027-01-31"),
        ("money", {"amount": "1234567.50", "currency": "EUR"}),
        ("topics", [{"scheme": "CPV", "id": "63712000"}, {"scheme": "THEME", "id": "waste"}]),
        ("lines", ["Transport", "Finance"]),
        ("area", "Two\nlines"),
    ],
)
def test_what_is_written_into_a_field_is_read_back(locale: str, kind: Json, value: Json) -> None:
    numbers = localizer_for(locale)
    again = read(field(kind), written(field(kind), value, numbers), numbers)
    if kind == "money":
        again, value = Decimal(again["amount"]), Decimal(value["amount"])
    assert again == value


def test_every_question_step_and_option_has_words() -> None:
    for kind, steps in STEPS.items():
        assert kind in VOCABULARY["form"]
        for step in (*steps, components_step(["A"])):
            assert step.name in VOCABULARY["step"]
            for one in step.fields:
                assert one.label or one.name in VOCABULARY["question"], one.name
                assert {*one.choices} <= VOCABULARY.get(one.options, {}).keys(), one.name


def test_no_question_has_the_name_of_a_field_that_the_pages_use_themselves() -> None:
    used = {"csrf", "kept", "action", "version", "find", "form", "seen", "solution", "next"}
    for steps in STEPS.values():
        assert used.isdisjoint(name for step in steps for one in step.fields for name in names_of(one))


def test_a_failure_has_ten_questions_one_a_page_beginning_with_what_was_protected() -> None:
    asked = [step for step in a_form("report", outcome=("failed",)).asked if step.outcomes]
    assert [len(step.fields) for step in asked] == [1] * len(asked)
    names = [step.fields[0].paths[0].removeprefix("outcome/failure/") for step in asked]
    assert names[:2] == ["kept", "cause"]
    assert {*names, "contact"} == FailureRecord.model_fields.keys()
    assert [step.name for step in a_form("report", outcome=("succeeded",)).asked if step.outcomes] == ["why"]


def test_a_report_says_the_solution_and_the_attempt_under_an_id_below_the_city() -> None:
    built = build(a_form("report", **FAILED, cost_amount=("5,000",), cost_currency=("eur",)), ENGLISH)
    assert built.mistakes == {}
    solution, outcome = built.events
    assert isinstance(solution, SolutionSubmitted)
    assert isinstance(outcome, OutcomeReported)
    assert solution.id == outcome.solution == f"{HOLDER.city}/{TOKEN}"
    assert solution.problem.code == solution.topics[0]
    assert (str(solution.topics[0].id), solution.cost) == ("63712000", Money(amount=5000, currency="EUR"))
    assert outcome.failure is not None
    assert (outcome.failure.cause, outcome.failure.contact) == ("citizens", HOLDER.post)
    assert solution.contact is not None
    assert solution.contact.post == HOLDER.post
    assert (solution.based_on, outcome.based_on) == (None, None)


def test_the_same_form_says_the_same_messages() -> None:
    first, second = (build(a_form("report", **FAILED), ENGLISH).events for _ in range(2))
    assert [event.message_id for event in first] == [event.message_id for event in second]


@pytest.mark.parametrize("outcome", ["succeeded", "running"])
def test_what_went_well_has_no_failure_though_one_was_typed_before(outcome: str) -> None:
    built = build(a_form("report", **{**FAILED, "outcome": (outcome,), "why": ("Drivers.",)}), ENGLISH)
    said = built.events[1]
    assert isinstance(said, OutcomeReported)
    assert (said.failure, said.why) == (None, "Drivers.")


@pytest.mark.parametrize(
    ("change", "mistakes"),
    [
        ({"title": ()}, {"title": "say_something"}),
        ({"topics": ()}, {"topics": "choose_topic"}),
        ({"service_owner": ()}, {"service_owner": "say_something"}),
        ({"outcome": ()}, {"outcome": "choose"}),
        ({"outcome": ("odd",)}, {"outcome": "choose"}),
        ({"baseline_value": ("many",)}, {"baseline_value": "number"}),
        ({"baseline_date_year": ()}, {"baseline_date": "date"}),
        ({"baseline_unit": ()}, {"baseline_unit": "say_something"}),
        ({"months": ("0",)}, {"months": "too_small"}),
        ({"months": ("-1",)}, {"months": "too_small"}),
        ({"cost_amount": ("5",), "cost_currency": ("XXQ",)}, {"cost": "currency"}),
        ({"cost_amount": ("-5",), "cost_currency": ("EUR",)}, {"cost": "too_small"}),
        ({"cost_amount": ("12.345",), "cost_currency": ("GBP",)}, {"cost": "decimals"}),
        ({"cost_amount": ("1" * 31,), "cost_currency": ("GBP",)}, {"cost": "too_large"}),
        ({"cost_amount": ("5",), "cost_currency": ("EURO",)}, {"cost": "currency"}),
        ({"baseline_value": ("1" * 23,)}, {"baseline_value": "too_large"}),
        ({"baseline_value": ("-" + "1" * 23,)}, {"baseline_value": "too_small"}),
        ({"months": ("100000000000",)}, {"months": "too_large"}),
        (
            {
                f"{day}_{part}": (value,)
                for day, year in (("started", "2025"), ("ended", "2020"))
                for part, value in (("day", "1"), ("month", "1"), ("year", year))
            },
            {"ended": "days_in_wrong_order"},
        ),
        ({"title": ("x" * 501,)}, {"title": "too_long"}),
        ({"embargo": ("day",)}, {"embargo_until": "date"}),
        ({"started_day": ("1",), "started_month": ("1",), "started_year": ("1024",)}, {"started": "year"}),
    ],
)
def test_what_the_models_refuse_stands_beside_its_field(
    change: dict[str, tuple[str, ...]], mistakes: dict[str, str]
) -> None:
    built = build(a_form("report", **{**FAILED, **change}), ENGLISH)
    assert built == ((), mistakes)
    assert {*mistakes.values()} <= VOCABULARY["mistake"].keys()


def test_a_report_without_a_baseline_asks_for_it() -> None:
    fields = {name: values for name, values in FAILED.items() if not name.startswith("baseline")}
    assert build(a_form("report", **fields), ENGLISH).mistakes == {"baseline_kpi": "say_something"}


def test_an_empty_field_is_no_mistake_of_its_step_and_a_wrong_one_is() -> None:
    form = a_form("report", baseline_value=("many",))
    assert mistakes_of_step(form, "problem", ENGLISH) == {"baseline_value": "number"}
    assert mistakes_of_step(a_form("report"), "problem", ENGLISH) == {}


@pytest.mark.parametrize(
    ("fields", "until", "transition"),
    [
        ({"embargo": ("none",)}, None, False),
        ({"embargo": ("transition",)}, None, True),
        (
            {
                "embargo": ("day",),
                "embargo_until_day": ("1",),
                "embargo_until_month": ("6",),
                "embargo_until_year": ("2027",),
            },
            "2027-06-01",
            False,
        ),
    ],
)
def test_a_report_is_kept_back_as_its_city_wants(
    fields: dict[str, tuple[str, ...]], until: str | None, transition: bool
) -> None:
    solution = build(a_form("report", **FAILED, **fields), ENGLISH).events[0]
    assert isinstance(solution, SolutionSubmitted)
    assert (solution.embargo_until and str(solution.embargo_until), solution.embargo_until_transition) == (
        until,
        transition,
    )


def test_a_need_ends_with_the_last_second_of_its_day() -> None:
    day = {"deadline_day": ("31",), "deadline_month": ("1",), "deadline_year": ("2027",)}
    built = build(a_form("need", need_title=("Quieter vans",), **day), ENGLISH)
    (need,) = built.events
    assert isinstance(need, NeedSubmitted)
    assert need.model_dump(mode="json")["deadline"] == "2027-01-31T23:59:59"
    assert (need.departments, need.stage) == (HOLDER.departments, "exploring")


def test_an_adoption_says_what_became_of_each_component() -> None:
    form = begun_adoption(TOKEN, HOLDER, NOW, "sol-1", "Quiet vans", ["Vans", "Rate", "Signs"])
    typed = {"how": ("adapted",), "component_0": ("kept",), "component_1": ("dropped",)}
    (said,) = build(form.model_copy(update={"fields": typed}), ENGLISH).events
    assert isinstance(said, AdoptionDeclared)
    assert (said.solution, said.parent) == (f"{HOLDER.city}/sol-1", "sol-1")
    assert (said.kept, said.changed, said.dropped) == (("Vans",), (), ("Rate",))
    assert form.title == "Quiet vans"


def test_experience_with_a_solution_of_another_city_says_an_attempt_only() -> None:
    form = with_experience(a_form("report", **FAILED), "sol-1")
    (said,) = build(form, ENGLISH).events
    assert isinstance(said, OutcomeReported)
    assert (said.solution, said.city, said.outcome) == ("sol-1", HOLDER.city, "failed")


def own(fact: Json, kind: Json, revision: int = 3, **more: Json) -> OwnRecord:
    return OwnRecord(kind, "x", HOLDER.city, fact, "published", revision, **more)


def test_an_edited_record_keeps_what_the_form_does_not_ask() -> None:
    fact = Solution.model_validate(
        a_solution(
            city=HOLDER.city, first_step="Ask", topics=[{"scheme": "CPV", "id": "63712000", "confidence": 1}]
        ).model_dump()
    )
    form = of_records("report", TOKEN, HOLDER, NOW, [own(fact, "solution")], None, ENGLISH)
    (same,) = build(form, ENGLISH).events
    assert isinstance(same, SolutionSubmitted)
    kept = Solution.model_validate(same.model_dump())
    assert kept.model_copy(update={"topics": fact.topics, "problem": fact.problem}) == fact
    assert same.based_on == 3
    changed = form.model_copy(update={"fields": {**form.fields, "title": ("Other",)}})
    (said,) = build(changed, ENGLISH).events
    assert isinstance(said, SolutionSubmitted)
    assert (said.title, said.first_step) == ("Other", "Ask")


@pytest.mark.parametrize(
    ("until", "fields"),
    [(UNTIL_TRANSITION, ("transition",)), (NOW.date(), ("day",)), (None, ("none",))],
)
def test_an_edit_of_what_is_kept_back_keeps_it_back(until: Json, fields: tuple[str, ...]) -> None:
    fact = Solution.model_validate(a_solution(city=HOLDER.city).model_dump())
    record = own(fact, "solution", embargo_until=until)
    form = of_records("report", TOKEN, HOLDER, NOW, [record], None, ENGLISH)
    assert form.fields["embargo"] == fields
    (said,) = build(form, ENGLISH).events
    assert isinstance(said, SolutionSubmitted)
    expected = None if until == UNTIL_TRANSITION else until
    assert (said.embargo_until, said.embargo_until_transition) == (expected, fields == ("transition",))


def test_an_attempt_that_records_showed_is_the_citys_own_word_once_it_is_edited() -> None:
    fact = Implementation(
        solution="s", city=HOLDER.city, outcome="abandoned", verification="procurement_record"
    )
    form = of_records("report", TOKEN, HOLDER, NOW, [own(fact, "outcome")], None, ENGLISH)
    (said,) = build(form, ENGLISH).events
    assert isinstance(said, OutcomeReported)
    assert said.verification == "self"


@pytest.mark.parametrize(
    ("typed", "costs"),
    [({}, (900, 700)), ({"cost_amount": ("800",)}, (800, 800)), ({"outcome": ("failed",)}, (900, 700))],
)
def test_a_draft_that_is_edited_with_its_attempt_keeps_what_nobody_changed_in_either(
    typed: dict[str, tuple[str, ...]], costs: tuple[int, int]
) -> None:
    solution = a_solution(id="s", city=HOLDER.city, cost={"amount": 900, "currency": "EUR"})
    attempt = Implementation(
        solution="s", city=HOLDER.city, outcome="unknown", cost={"amount": 700, "currency": "EUR"}
    )
    drafts = [own(Solution.model_validate(solution.model_dump()), "solution"), own(attempt, "outcome")]
    form = of_records("report", TOKEN, HOLDER, NOW, drafts, None, ENGLISH)
    built = build(form.model_copy(update={"fields": {**form.fields, **typed}}), ENGLISH)
    assert built.mistakes == {}
    said, reported = built.events
    assert isinstance(said, SolutionSubmitted)
    assert isinstance(reported, OutcomeReported)
    assert said.cost is not None
    assert reported.cost is not None
    assert (int(said.cost.amount), int(reported.cost.amount)) == costs
    assert reported.outcome == (typed.get("outcome") or ("unknown",))[0]


def test_what_is_emptied_in_an_edit_is_removed() -> None:
    fact = Implementation(solution="s", city=HOLDER.city, outcome="failed", failure=FailureRecord(kept="It"))
    form = of_records("report", TOKEN, HOLDER, NOW, [own(fact, "outcome")], None, ENGLISH)
    (said,) = build(form.model_copy(update={"fields": {"outcome": ("failed",)}}), ENGLISH).events
    assert isinstance(said, OutcomeReported)
    assert said.failure is None


def test_changes_of_two_people_are_merged_field_by_field_and_differences_are_named() -> None:
    before = Need(id="x", city=HOLDER.city, title="Vans", description="Loud")
    form = of_records("need", TOKEN, HOLDER, NOW, [own(before, "need", 1)], None, ENGLISH)
    mine = form.model_copy(update={"fields": {**form.fields, "need_title": ("My vans",)}})

    def newest(**change: str) -> dict[Any, FormPart]:
        after = before.model_copy(update=change)
        return {"need": FormPart(base=after.model_dump(mode="json", exclude_none=True), based_on=2)}

    merged, differences = rebased(mine, newest(description="Louder"), ENGLISH)
    assert differences == []
    assert (merged.fields["need_title"], merged.fields["description"]) == (("My vans",), ("Louder",))
    assert merged.parts["need"].based_on == 2
    merged, (difference,) = rebased(mine, newest(title="Their vans"), ENGLISH)
    assert (difference.field.name, difference.theirs) == ("need_title", {"need_title": ("Their vans",)})
    assert merged.fields["need_title"] == ("My vans",)
    _, same = rebased(mine, newest(title="My vans"), ENGLISH)
    assert same == []


def test_the_fields_of_a_new_form_are_what_is_known() -> None:
    form = begun("report", TOKEN, HOLDER, NOW)
    assert form.fields["contact"] == (HOLDER.post,)
    assert fields_of(form, ENGLISH)["embargo"] == ("none",)


ONE, TWO, THEME = (TopicOption(code, code, "en") for code in ("CPV:1", "CPV:2", "THEME:waste"))


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Vans", []),
        ("Lorries", [ONE]),
        ("Quiet vans, and vans", [TWO]),
        ("Quiet waste vans", [THEME, TWO]),
        ("Lorries with waste", [THEME]),
        ("", []),
    ],
)
def test_themes_and_topics_that_several_words_suggest_come_first(
    text: str, topics: list[TopicOption]
) -> None:
    found = {"vans": [ONE, TWO], "quiet": [TWO], "lorries": [ONE], "waste": [THEME]}
    assert topics_in(text, lambda word: found.get(word, [])) == topics
