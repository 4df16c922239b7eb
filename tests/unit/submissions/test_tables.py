"""Tables of needs, solutions and outcomes: what goes out comes in again, and what is wrong is named."""

from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.adapters.reference_data import reference
from services.submissions.application import tables
from services.submissions.application.tables.columns import Row
from shared.facts import (
    FailureRecord,
    Implementation,
    Kpi,
    Money,
    Need,
    Outcome,
    Solution,
    Study,
    Topic,
    Unit,
)

KINDS: tuple[tables.TableKind, ...] = get_args(tables.TableKind)

# What parts cells, topics and lines comes often enough to stand beside a letter.
_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    "aB0 |;:,'\"[{=+-@#\n\t", max_size=12
)
_lines = _words.filter(lambda text: bool(text.strip().strip("\x1c\x1d\x1e\x1f\x85")))
_days = st.dates(date(1950, 1, 1), date(2200, 12, 31))
_numbers = st.floats(0, 1e9, allow_nan=False)
_topics = st.lists(
    st.builds(Topic, scheme=_lines, id=_lines, confidence=st.none() | st.floats(0, 1)), max_size=3
)
_money = st.builds(Money, amount=st.decimals(0, 10**9, places=2), currency=st.sampled_from(["EUR", "PLN"]))
_needs = st.builds(
    Need,
    id=_lines,
    city=_lines,
    title=_lines,
    description=_words,
    topics=_topics,
    budget=st.none() | _money,
    # Since 1990: before, some zones kept time by the second, which ISO 8601 cannot write.
    deadline=st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31), timezones=st.timezones()),  # noqa: DTZ001
    route=st.none() | _lines,
    departments=st.lists(_lines, max_size=3),
    agreed_risk=st.none() | st.floats(0, 1),
)
_solutions = st.builds(
    Solution,
    id=_lines,
    city=_lines,
    title=_lines,
    studies=st.lists(st.builds(Study, sms=st.integers(0, 5), sign=st.just("+"), city=_lines), max_size=2),
    kpis=st.lists(st.builds(Kpi, name=_lines, unit=_lines, baseline=_numbers, measured=_days), max_size=2),
    units=st.lists(st.builds(Unit, id=_lines, name=_lines, dimension=st.just("citizens")), max_size=2),
    months=st.none() | st.floats(0.1, 99),
)
_outcomes = st.builds(
    Implementation,
    solution=_lines,
    city=_lines,
    outcome=st.sampled_from(Outcome),
    started=st.none() | _days,
    why=st.none() | _words,
    failure=st.none() | st.builds(FailureRecord, expectation=_words, sunk_cost=st.none() | _money),
)
STRATEGIES: dict[str, st.SearchStrategy[Row]] = {
    "needs": _needs,
    "solutions": _solutions,
    "outcomes": _outcomes,
}


def key_of(fact: Row) -> str:
    """What stands once in a table."""
    return f"{fact.solution}|{fact.city}" if isinstance(fact, Implementation) else fact.id


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25)
def test_what_goes_out_as_csv_or_json_comes_in_with_the_same_hash(
    kind: tables.TableKind, data: st.DataObject
) -> None:
    facts = data.draw(st.lists(STRATEGIES[kind], max_size=3, unique_by=key_of))
    as_csv = tables.read_csv(tables.write_csv(facts, kind), kind)
    as_json = tables.read_json(tables.write_json(facts, kind), kind)
    assert (as_csv.complaints, as_json.complaints) == ((), ())
    assert tables.digest(as_csv.facts) == tables.digest(as_json.facts) == tables.digest(facts)
    assert len(as_csv.facts) == len(facts)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=500, deadline=None)
def test_what_goes_out_comes_in_with_the_same_hash_many_times(
    kind: tables.TableKind, data: st.DataObject
) -> None:
    facts = data.draw(st.lists(STRATEGIES[kind], max_size=4, unique_by=key_of))
    read = tables.read_csv(tables.write_csv(facts, kind), kind)
    assert tables.digest(read.facts) == tables.digest(facts)


@pytest.mark.parametrize(
    "topics",
    [
        (Topic(scheme="0\x1f", id="a;b"), Topic(scheme="a:", id=":b")),
        (Topic(scheme="0", id="|"),),
        (Topic(scheme="0", id="0|"),),
        (Topic(scheme="CPV", id="1, CPV:2"),),
        (Topic(scheme="a", id="b c:d"),),
        (Topic(scheme="'=a", id="b"), Topic(scheme="[a", id="b")),
    ],
    ids=str,
)
def test_topics_that_would_be_read_otherwise_are_not_written_short(topics: tuple[Topic, ...]) -> None:
    need = Need(id="n", city="1", title="t", topics=topics)
    assert tables.read_csv(tables.write_csv([need], "needs"), "needs").facts == (need,)


def test_the_hash_does_not_depend_on_the_order_but_on_every_word() -> None:
    first, second = (Need(id=name, city="1", title="t") for name in "ab")
    assert tables.digest([first, second]) == tables.digest([second, first])
    assert tables.digest([first]) != tables.digest([first.model_copy(update={"title": "u"})])
    assert tables.digest([first]) != tables.digest([first, first])


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_template_is_a_good_row(kind: tables.TableKind) -> None:
    for every in (False, True):
        read = tables.read_csv(tables.example(kind, every=every), kind, reference())
        assert read.complaints == ()
        assert len(read.facts) == 1
        assert tables.read_csv(tables.template(kind, every=every), kind) == tables.TableContent((), ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_asks_for_known_columns_only(kind: tables.TableKind) -> None:
    known = [column.name for column in tables.columns_of(kind)]
    asked = tables.template(kind).strip().split(",")
    assert set(asked) <= set(known)
    assert tables.template(kind, every=True).strip().split(",") == known


def _needs_in(*rows: str) -> tables.TableContent:
    return tables.read_csv("\r\n".join(rows), "needs", reference())


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("n1,2759794,,", "title", "is missing: add it"),
        ("n1,Newcastle,t,", "city", "2641673 (Newcastle upon Tyne, England, GB)"),
        ("n1,Nowhere at all,t,", "city", "is no city known here"),
        ("n1,2759794,t,waste", "topics", "such as CPV:90511000"),
        ('n1,2759794,t,"[oops"', "topics", ""),
        ("n1,2759794,t,,,x", "", "has 6 cells for 4 columns"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(row: str, column: str, message: str) -> None:
    read = _needs_in("id,city,title,topics", "good,2759794,t,", row)
    (complaint,) = read.complaints
    assert (complaint.line, complaint.column) == (3, column)
    assert message in complaint.message
    assert [fact.city for fact in read.facts] == ["2759794"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id,city,title,budget.amout", "did you mean budget.amount?"),
        ("id,city", "is missing: add the column"),
        ("id,city,title,title", "is there twice"),
    ],
)
def test_a_bad_header_is_named(header: str, message: str) -> None:
    assert [message in complaint.message for complaint in _needs_in(header, "a,b,c,d").complaints] == [True]


def test_semicolons_of_european_spreadsheets_are_read() -> None:
    (need,) = _needs_in("id;city;title;departments", 'n1;York, GB;Roads;"Works; Finance"').facts
    assert isinstance(need, Need)
    assert (need.city, need.departments) == ("2633352", ("Works", "Finance"))


def test_the_line_of_a_row_is_where_it_begins() -> None:
    read = _needs_in("id,city,title", 'n1,2759794,"two', 'lines"', "n2,1,")
    assert [complaint.line for complaint in read.complaints] == [4]


def test_an_open_quotation_mark_is_a_complaint_and_not_an_error() -> None:
    assert "quotation" in _needs_in("id,city,title", 'n1,1,"open').complaints[0].message


@pytest.mark.parametrize("title", ["=1+1", "+49", "-x", "@all", "'=x", "'s-Hertogenbosch", "''"])
def test_no_cell_runs_as_a_formula_and_none_is_changed(title: str) -> None:
    need = Need(id="n", city="1", title=title)
    written = tables.write_csv([need], "needs")
    assert not written.splitlines()[1].split(",")[2].startswith(("=", "+", "-", "@"))
    assert tables.read_csv(written, "needs").facts == (need,)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"facts": 3}', '[{"id": "n"}]', "[" * 100_000])
def test_json_that_is_no_table_is_a_complaint(text: str) -> None:
    assert tables.read_json(text, "needs").complaints


@pytest.mark.parametrize(
    "raw", ["id,city,title".encode("utf-16"), b"\xef\xbb\xbfid,city,title", b"id,city,title"]
)
def test_files_of_spreadsheets_are_decoded(raw: bytes) -> None:
    assert tables.decode(raw).text == "id,city,title"


def test_a_file_that_is_in_no_encoding_of_spreadsheets_is_refused_with_the_mend() -> None:
    with pytest.raises(tables.UnreadableTable, match="save the file as UTF-8"):
        tables.decode("id,city,title\nn1,Malmö".encode("latin-1") + b"\x81")


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for kind in KINDS:
        assert tables.read_csv(text, kind).facts == ()
        assert tables.read_json(text, kind).facts == ()
