"""What something is about: known codes, and the themes they lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.adapters.reference_data import topic_table
from services.submissions.domain.topics import (
    PublishedClassification,
    TopicTable,
    cpv_code,
    topics_of,
)
from shared.facts import Topic


@pytest.fixture(scope="module")
def table() -> TopicTable:
    return topic_table()


def _ids(classifications: list[PublishedClassification], table: TopicTable) -> list[tuple[str, str]]:
    return [(topic.scheme, topic.id) for topic in topics_of(classifications, table)]


def test_the_shipped_tables_are_whole(table: TopicTable) -> None:
    assert (len(table.cpv), len(table.cofog), len(table.sdg), len(table.themes)) == (9457, 188, 186, 21)


def test_every_division_of_cpv_leads_to_a_theme(table: TopicTable) -> None:
    assert {code for code in table.cpv if table.theme_of_cpv(code) is None} == set()


@pytest.mark.parametrize("written", ["90511000-2", "90511000", " 90511000-2 ", "905110002"])
def test_the_check_digit_is_stripped(written: str, table: TopicTable) -> None:
    assert cpv_code(written, table) == "90511000"


@pytest.mark.parametrize("written", ["3000000", "03000000-1"])
def test_a_leading_zero_lost_in_a_spreadsheet_is_mended(written: str, table: TopicTable) -> None:
    assert cpv_code(written, table) == "03000000"


@pytest.mark.parametrize("written", ["99999999", "12", "", "waste", "90511000-22"])
def test_a_code_that_does_not_exist_is_no_topic(written: str, table: TopicTable) -> None:
    assert cpv_code(written, table) is None


@pytest.mark.parametrize(
    ("code", "theme"),
    [("90511000", "waste"), ("90610000", "street-cleaning"), ("90400000", "water-sewage"),
     ("45233100", "roads-parking"), ("45000000", "general-works-and-supplies"), ("34144511", "waste"),
     ("34928530", "street-lighting"), ("48000000", "digital-government"), ("79311000", "citizen-engagement"),
     ("79000000", "administration")],
)  # fmt: skip
def test_the_longest_prefix_decides_the_theme(code: str, theme: str, table: TopicTable) -> None:
    assert ("THEME", theme) in _ids([PublishedClassification("CPV", code)], table)


@pytest.mark.parametrize("scheme", ["CPV", "cpv", "CPVS", "ДК021", "cpv 2008"])
def test_schemes_are_read_in_any_case(scheme: str, table: TopicTable) -> None:
    assert _ids([PublishedClassification(scheme, "90511000-2")], table) == [
        ("CPV", "90511000"),
        ("THEME", "waste"),
    ]


def test_codes_are_said_once_and_in_order(table: TopicTable) -> None:
    published = [("CPV", "90511000-2"), ("CPV", "90511000"), ("COFOG", "05.1"), ("sdgTarget", "11.6")]
    given_twice = [PublishedClassification(scheme, code) for scheme, code in published]
    assert _ids(given_twice, table) == [
        ("CPV", "90511000"), ("COFOG", "05.1"), ("SDG", "11.6"), ("THEME", "waste"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "written", "known"),
    [("COFOG", "GF0501", "05.1"), ("COFOG", "0501", "05.1"), ("COFOG", "05.1", "05.1"),
     ("COFOG", "01", "01"), ("SDG", "SDG 11.6", "11.6"), ("SDG", "goal-11", "11"),
     ("sdgTarget", "16.b", "16.b"), ("SDG", "99", None)],
)  # fmt: skip
def test_codes_are_known_in_the_spellings_that_are_published(
    scheme: str, written: str, known: str | None, table: TopicTable
) -> None:
    ids = [topic.id for topic in topics_of([PublishedClassification(scheme, written)], table)]
    assert ids == ([known] if known else [])


def test_other_schemes_are_left_out(table: TopicTable) -> None:
    assert (
        topics_of(
            [PublishedClassification("UNSPSC", "90511000"), PublishedClassification("Street works", "x")],
            table,
        )
        == ()
    )


def test_works_in_general_carry_little_confidence(table: TopicTable) -> None:
    (_, theme) = topics_of([PublishedClassification("CPV", "45000000")], table)
    assert theme.confidence == pytest.approx(0.3)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=6))
def test_any_classification_is_read_without_an_error(pairs: list[tuple[str, str]]) -> None:
    table = topic_table()
    topics = topics_of([PublishedClassification(*pair) for pair in pairs], table)
    assert all(isinstance(topic, Topic) for topic in topics)
    assert len(set(topics)) == len(topics)
