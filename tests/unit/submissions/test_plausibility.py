"""What cannot be so is a remark, and what is no day of anybody's is refused, wherever it comes from."""

import json
from datetime import UTC, datetime

import pytest

from services.submissions.adapters.reference_data import reference
from services.submissions.application import tables
from services.submissions.domain.drafts import Draft
from services.submissions.domain.validation import assess_report
from shared.facts import Implementation, Need, Solution, is_language
from tests.builders import a_solution
from tests.unit.submissions.ocds import a_release, a_tender, codes

SAID = datetime(2026, 11, 22, 12, tzinfo=UTC)
ATTEMPT = {"outcome": "failed", "language": "en", "started": "2025-06-01", "ended": "2024-01-01"}
NEED = {"id": "n", "city": "2633352", "title": "Flood walls", "language": "en"}
OUTCOME = {"solution": "s", "city": "2633352", "outcome": "failed", "language": "en"}
SOLUTION = a_solution(id="s", city="2633352", title="Flood walls", language="en").model_dump(mode="json")
YEARS = [("2570-12-31", False), ("9999-12-31", False), ("0024-01-01", False), ("1900-01-01", False),
         ("1949-12-31", False), ("1950-01-01", True), ("2027-03-01", True),
         ("2201-01-01", False)]  # fmt: skip


def judged(key: str, **said: object) -> tuple[tuple[Draft, ...], list[str], str]:
    found = assess_report(f"org.citiesshare.{key}.v1", json.dumps(said).encode(), SAID, reference())
    messages = " ".join(each.message for each in found.complaints)
    return tuple(found.drafts), [each.path for each in found.complaints], messages


@pytest.mark.parametrize(("day", "right"), YEARS)
@pytest.mark.parametrize("clock", ["", "T12:00:00Z"])
def test_a_year_that_nobody_means_is_refused_in_reports_tables_and_ocds(
    day: str, right: bool, clock: str
) -> None:
    drafts, paths, message = judged("need.submitted", **NEED, deadline=day + clock)
    assert (bool(drafts), paths) == (right, [] if right else ["deadline"])
    table = tables.read_csv(f"id,city,title,deadline\nn,2633352,Walls,{day + clock}\n", "needs", reference())
    assert bool(table.facts) == right
    if not right:
        for text in (message, str(table.complaints[0])):
            assert f"the year {day[:4]} is a mistake" in text
    release = a_release(tender=a_tender(tenderPeriod={"endDate": day + clock}))
    assert ("date-bad" in codes(release)) != right


@pytest.mark.parametrize(
    ("days", "paths"),
    [
        ({"started": "2025-06-01", "ended": "2024-01-01"}, ["ended"]),
        ({"started": "2024-06-01", "ended": "2024-06-01"}, []),
        ({"ended": "2031-01-01"}, ["ended"]),
        ({"ended": "2026-11-23"}, []),
        ({"started": "2030-01-01"}, ["started"]),
        ({"outcome": "running", "ended": "2031-01-01"}, []),
        ({"outcome": "running", "started": "2030-01-01"}, ["started"]),
        ({"outcome": "succeeded", "started": "2030-01-01", "ended": "2031-01-01"}, ["started", "ended"]),
    ],
)
def test_days_that_cannot_be_so_are_a_remark_and_the_report_is_taken(
    days: dict[str, str], paths: list[str]
) -> None:
    drafts, found, _ = judged("outcome.reported", **{**OUTCOME, **days})
    assert (len(drafts), found) == (1, paths)


def test_a_table_remarks_on_an_end_before_the_start() -> None:
    header = "solution,city,outcome,started,ended"
    read = tables.read_csv(f"{header}\ns,2633352,failed,2025-06-01,2024-01-01\n", "outcomes", reference())
    assert [each.column for each in read.remarks] == ["ended"]
    assert len(read.facts) == 1


@pytest.mark.parametrize(
    ("page", "kept"),
    [("https://example.org/walls", True), ("HTTP://example.org", True), ("javascript:alert(1)", False),
     ("example.org", False), ("https://", False), ("ftp://example.org/x", False)],
)  # fmt: skip
def test_a_page_is_an_address_of_the_web(page: str, kept: bool) -> None:
    (draft,), paths, _ = judged("solution.submitted", **{**SOLUTION, "page": page})
    assert isinstance(draft.fact, Solution)
    assert (draft.fact.page, paths) == ((page, []) if kept else (None, ["page"]))


@pytest.mark.parametrize(
    ("email", "kept"),
    [("water@york.example", True), ("maja@xn--krakw-3ta.pl", True), ("not-mail", False), ("a@b", False),
     ("a b@example.org", False)],
)  # fmt: skip
def test_an_address_of_a_contact_is_an_address(email: str, kept: bool) -> None:
    contact = {"post": "Head of water", "email": email}
    (draft,), paths, _ = judged("solution.submitted", **{**SOLUTION, "contact": contact})
    assert isinstance(draft.fact, Solution)
    assert draft.fact.contact
    assert (draft.fact.contact.email, paths) == ((email, []) if kept else (None, ["contact.email"]))


@pytest.mark.parametrize("tag", ["en", "pt-BR", "nb", "no", "sr-Latn", "yue", "und", "fil"])
def test_a_language_is_one_that_is_registered(tag: str) -> None:
    assert is_language(tag)


def test_a_language_that_nobody_knows_counts_as_not_known() -> None:
    (draft,), paths, message = judged("need.submitted", **{**NEED, "language": "xx"})
    assert isinstance(draft.fact, Need)
    assert (draft.fact.language, paths) == ("und", ["language"])
    assert "'xx' is no language" in message
    (draft,), _, _ = judged("outcome.reported", **{**OUTCOME, "language": "xx"})
    assert isinstance(draft.fact, Implementation)
    assert draft.fact.language is None


def test_a_remark_on_the_attempt_in_a_report_of_a_solution_names_its_place() -> None:
    drafts, paths, _ = judged("solution.submitted", **SOLUTION, attempt=ATTEMPT)
    assert ([draft.kind for draft in drafts], paths) == (["solution", "outcome"], ["attempt.ended"])
