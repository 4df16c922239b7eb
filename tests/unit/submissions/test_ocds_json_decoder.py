"""Bytes to JSON: whatever arrives is read, or refused in words."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.domain.ocds.json_decoder import DecodedJson, UndecodableJson, decode, decode_several
from services.submissions.domain.ocds.reader import read_message
from shared.events import Complaint
from tests.unit.submissions.ocds import SALT, TEST_PROFILE, a_release


def refusal(raw: bytes) -> str:
    with pytest.raises(UndecodableJson) as error:
        decode(raw)
    return error.value.complaint.message


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><p>Sorry", "HTML"),
        (b"\n<?xml version='1.0'?>", "HTML or XML"),
        (b"\x1f\x8b\x08\x00\x00", "gzip"),
        (b"PK\x03\x04\x14\x00", "zip archive"),
        (b"ocid: 1", "not JSON at line 1, column 1"),
        (b'{\n"a": 1,\n}', "line 3"),
        (b'{"id": 1, "id": 2}', "'id' stands twice"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 50_000, "nested deeper"),
        (b'{"a": 1} {"a": 2}', "behind the end of the document"),
        (b'{"a" 1}', "line 1, column 6: a colon is missing"),
        (b'{"a": 1 "b": 2}', "line 1, column 9: a comma is missing"),
        (b'{"a": "b', "the text that begins here does not end"),
        (b"x" * 17_000_000, "more than"),
    ],
)
def test_what_is_no_single_json_document_is_refused_with_a_reason(raw: bytes, words: str) -> None:
    assert words in refusal(raw)


@pytest.mark.parametrize(
    ("raw", "text", "defects"),
    [
        ('"Kraków"'.encode(), "Kraków", ()),
        ('\ufeff"Kraków"'.encode(), "Kraków", ()),
        ('"Málaga"'.encode("cp1252"), "Málaga", ("encoding",)),
        ('"Málaga"'.encode("utf-16"), "Málaga", ("encoding",)),
        (b'"broken \\ud83d pair"', "broken \ufffd pair", ("encoding-lost",)),
    ],
)
def test_text_in_other_encodings_is_read_and_said_so(raw: bytes, text: str, defects: tuple[str, ...]) -> None:
    assert decode(raw) == DecodedJson(text, defects)


def test_the_declared_charset_is_tried_before_a_guess() -> None:
    assert decode('"Київ"'.encode("cp1251"), "windows-1251").value == "Київ"


def test_a_key_twice_with_one_value_is_a_defect_and_no_refusal() -> None:
    assert decode(b'{"id": 1, "id": 1}') == DecodedJson({"id": 1}, ("duplicate-key",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"NaN", "NaN"),
        (b"[-Infinity]", ["-Infinity"]),
        (b"1e400", "1e400"),
        (b"1e-400", 0.0),
        (b"0.1", 0.1),
        (b"12345678901234567890", "12345678901234567890"),
        (b"-" + b"9" * 5_000, "-" + "9" * 5_000),
        (b"123456789012345678", 123456789012345678),
    ],
)
def test_a_number_that_would_be_bent_comes_as_it_was_written(raw: bytes, value: object) -> None:
    assert decode(raw) == DecodedJson(value, ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": 1, "b" : "\\u0022\\u0022", "a": 2}',
        b'{"a": "\\"", "a": "x"}',
        b'[{"a": {"b": 1, "b": [1]}}]',
    ],
)
def test_no_way_of_writing_hides_a_key_with_two_values(raw: bytes) -> None:
    assert "stands twice" in refusal(raw)


def test_documents_one_after_another_are_told_with_their_lines_and_errors() -> None:
    read = list(decode_several(b'{"a": 1}\n\n{"b":\n 2}\n{broken\n[3]\n{"c": 1,\n"c": 2}\n[4]'))
    assert [each.line for each in read] == [1, 3, 5, 6, 7, 9]
    assert [each.line for each in read if isinstance(each.document, Complaint)] == [5, 7]


def test_a_release_nested_deeper_than_64_is_refused_and_its_neighbours_are_kept() -> None:
    bomb: object = "core"
    for _ in range(80):
        bomb = {"a": bomb}
    raw = json.dumps([a_release(), a_release(id="2", extra=bomb)]).encode()
    read = read_message(raw, lambda _, __: TEST_PROFILE, SALT)
    assert [each.id for each in read.releases] == ["1"]
    assert read.complaints[0].path == "[1]"


def test_twenty_megabytes_in_one_value_are_refused_without_being_parsed() -> None:
    raw = json.dumps(a_release(description="x" * 20_000_000)).encode()
    tracemalloc.start()
    read = read_message(raw, lambda _, __: TEST_PROFILE, SALT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not read.releases
    assert "accepted" in read.complaints[0].message
    assert peak < 1_000_000


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(value=ANY_JSON, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_what_is_written_is_read(value: object, indent: int | None, *, ascii_only: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    meant = json.loads(
        written,
        parse_constant=str,
        parse_int=lambda digits: int(digits) if len(digits.removeprefix("-")) < 19 else digits,
    )
    assert decode(written.encode()).value == meant


FIELDS = [
    "title",
    "status",
    "value",
    "items",
    "period",
    "suppliers",
    "id",
    "date",
    "buyer",
    "parties",
    "tender",
]
FIELDS += [
    "awards",
    "contracts",
    "implementation",
    "milestones",
    "lots",
    "planning",
    "tag",
    "language",
    "ocid",
]
ODD_JSON = st.recursive(
    ANY_JSON, lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6), max_leaves=20
)


@given(raw=st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_give_releases_or_complaints(raw: bytes) -> None:
    read = read_message(raw, lambda _, __: TEST_PROFILE, SALT)
    assert read.releases or read.complaints


@given(changes=st.dictionaries(st.sampled_from(FIELDS), ODD_JSON, max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_values_in_the_fields_of_a_release_are_read_or_refused(changes: dict[str, object]) -> None:
    read = read_message(json.dumps(a_release(**changes)).encode(), lambda _, __: TEST_PROFILE, SALT)
    assert read.releases or read.complaints
