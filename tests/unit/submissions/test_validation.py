"""The intake: drafts, changes or complaints, and never an error, whatever comes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.domain.drafts import Draft
from services.submissions.domain.personal_data import cleaned
from services.submissions.domain.validation import assess_report, routing_key
from shared.events import Event
from shared.messaging.catalogue import INBOUND
from tests.builders import TAMPERE, YORK, a_need, a_solution

SALT = b"test-salt"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from([event.message_type() for event in INBOUND]) | st.text(max_size=40)


def judge(key: str, **said: object) -> list[str]:
    kind = f"org.citiesshare.{key}.v1"
    return [each.path for each in assess_report(kind, json.dumps(said).encode()).complaints]


FAILED = {"outcome": "failed", "why": "The vans stood."}
SAID = {"about": "s", "city": "1", "text": "It was not so.", "by": "Roads"}
TRIED = {"outcome": "succeeded", "failure": {"cause": "market"}}
SOLUTION = a_solution(id="s").model_dump(mode="json")
OPINION = {"kind": "opinion", "reference": "r", "city": TAMPERE, "title": "Vans", "solution": "s"}


@pytest.mark.parametrize(
    ("key", "said", "paths"),
    [
        ("citizen.voice", {**OPINION, "answers": 8, "positive": 6}, []),
        ("citizen.voice", {**OPINION, "answers": 8}, ["answers"]),
        ("citizen.voice", {**OPINION, "answers": 8, "positive": 9}, ["positive"]),
        ("citizen.voice", {**OPINION, "solution": None, "answers": 1, "positive": 1}, ["solution"]),
        ("comment.made", {"about": "s", "city": "1", "text": " "}, ["text"]),
        ("adoption.declared", {"solution": "s", "city": "1", "kind": "copied", "parent": "s"}, ["parent"]),
        ("adoption.declared", {"solution": "s", "city": "1", "kind": "copied"}, ["parent"]),
        ("record.confirmed", {"kind": "idea", "record": "s", "city": "1"}, ["kind"]),
        ("need.submitted", {"id": "n", "city": "1"}, ["title"]),
        ("outcome.reported", {**TRIED, "solution": "s", "city": "1"}, ["failure"]),
        ("solution.submitted", {**SOLUTION, "attempt": TRIED}, ["attempt.failure"]),
        ("solution.submitted", {**SOLUTION, "attempt": {**FAILED, "city": TAMPERE, "solution": "s"}}, []),
        ("solution.submitted", {**SOLUTION, "attempt": {**FAILED, "city": YORK}}, ["attempt.city"]),
        ("solution.submitted", {**SOLUTION, "attempt": {**FAILED, "solution": "t"}}, ["attempt.solution"]),
        ("comment.made", {**SAID, "kind": "dispute"}, ["about"]),
        ("comment.made", {**SAID, "kind": "reply"}, ["about"]),
        ("comment.made", {**SAID, "about": "s|", "kind": "reply"}, ["about"]),
        ("comment.made", {**SAID, "about": "s|1", "kind": "reply"}, []),
        ("comment.made", SAID, []),
        ("record.confirmed", {"kind": "outcome", "record": "s", "city": "1"}, ["record"]),
        ("record.withdrawn", {"kind": "adoption", "record": "|1", "city": "1"}, ["record"]),
        ("record.withdrawn", {"kind": "outcome", "record": "s|1", "city": "1"}, []),
        ("solution.submitted", {**SOLUTION, "attempt": {"outcome": "perhaps"}}, ["attempt.outcome"]),
        ("record.confirmed", {"kind": "need", "record": "s", "city": "1", "attempt": {}}, ["attempt"]),
    ],
)
def test_a_complaint_names_the_path(key: str, said: dict[str, object], paths: list[str]) -> None:
    assert judge(key, **said) == paths


@given(kind=TYPES, data=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_nothing_that_comes_in_breaks_the_intake(kind: str, data: bytes) -> None:
    judged = assess_report(kind, data)
    assert all(complaint.message for complaint in judged.complaints)


@given(st.sampled_from(INBOUND[1:]), st.data())
@settings(max_examples=100, deadline=None)
def test_a_sample_with_one_field_replaced_is_taken_or_refused(
    event: type[Event], data: st.DataObject
) -> None:
    usual = a_solution() if event.key.startswith("solution") else a_need()
    said = usual.model_dump(mode="json")
    field = data.draw(st.sampled_from(sorted(said)))
    said[field] = data.draw(JSON)
    assess_report(event.message_type(), json.dumps(said).encode())


def test_a_type_gives_its_key() -> None:
    assert routing_key("org.citiesshare.need.submitted.v1") == "need.submitted"


def test_addresses_and_numbers_of_persons_leave_what_cities_write() -> None:
    draft = Draft(
        fact=a_solution(
            summary="Ask erika@example.org, DNI 12345678Z, about it.",
            contact={"post": "Head of mobility", "email": "mobility@tampere.example"},
        )
    )
    clean = cleaned(draft, SALT).fact.model_dump_json()
    assert ("erika@" in clean, "12345678Z" in clean) == (False, False)
    assert "mobility@tampere.example" in clean
