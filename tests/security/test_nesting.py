"""JSON and YAML that nest, numbers without end, keys that no store takes: each is a rejection."""

import base64
import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import thread_time

import bson
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.application.catalogue import Catalogue
from services.submissions.application.event_reader import raw_events_in
from services.submissions.application.tables import read_csv, read_json
from services.submissions.cli import app as submissions
from services.submissions.domain import publiccode
from services.submissions.domain.ocds.reader import read_message
from services.submissions.domain.personal_data import cleaned
from services.submissions.domain.publisher_profiles import UNKNOWN
from services.submissions.domain.validation import LARGEST_RECORD, assess_report, fitting
from shared.erasure.person import Person
from shared.json_limits import DEEPEST, LARGEST_MESSAGE, InvalidJson, parse, too_deep
from shared.messaging import cloudevents
from shared.messaging.catalogue import INBOUND
from shared.messaging.cloudevents import BATCH, STRUCTURED, MalformedEvent, RawEvent
from tests.builders import NOW, a_need, a_solution

SALT = b"test-salt"
DEPTHS = [65, 200, 254, 900, 1023, 5_000, 100_000]
ENVELOPE = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "org.citiesshare.need.submitted.v1"}


def nested(depth: int) -> bytes:
    return (
        b'{"a":' * (depth // 2)
        + b"[" * (depth - depth // 2)
        + b"]" * (depth - depth // 2)
        + b"}" * (depth // 2)
    )


def envelope(data: bytes, **more: str) -> bytes:
    return json.dumps(ENVELOPE | more).encode()[:-1] + b', "data": ' + data + b"}"


def depth_of(value: object) -> int:
    inner = value if isinstance(value, list) else [*value.values()] if isinstance(value, dict) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


JSON = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\ a', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\', max_size=3), inner, max_size=3)
    ),
)


@given(JSON, st.integers(0, 70))
def test_depth_is_counted_outside_strings_only(value: object, around: int) -> None:
    for _ in range(around):
        value = [value]
    assert too_deep(json.dumps(value).encode()) == (depth_of(value) > DEEPEST)


@pytest.mark.parametrize(
    "bomb",
    [
        b"[" * 10_000_000,
        b"[]," * 3_000_000,
        b'"' + b'\\"' * 5_000_000,
        b'"' * 9_000_000 + b"[" * 70,
        b'"["[' * 2_000_000,
    ],
    ids=["brackets", "pairs", "endless string", "quotes", "strings of brackets"],
)
def test_the_depth_of_ten_megabytes_is_told_in_less_than_a_second(bomb: bytes) -> None:
    started = thread_time()
    too_deep(bomb)
    assert thread_time() - started < 1.5


def told(headers: dict[str, str], kind: str | None, body: bytes) -> list[RawEvent | MalformedEvent]:
    try:
        return list(raw_events_in(headers, kind, None, body, "x"))
    except MalformedEvent as error:
        return [error]


@pytest.mark.parametrize("depth", [*DEPTHS, 64])
@pytest.mark.parametrize(
    ("headers", "kind", "around"),
    [
        ({f"ce-{name}": value for name, value in ENVELOPE.items()}, "application/json", None),
        ({f"cloudEvents:{name}": value for name, value in ENVELOPE.items()}, None, None),
        ({}, STRUCTURED, b"%s"),
        ({}, None, b"%s"),
        ({}, "application/json", b"[%s]"),
        ({}, BATCH, b"[%s]"),
    ],
    ids=["binary HTTP", "binary AMQP", "structured", "structured, unsaid", "batch, unsaid", "batch"],
)
def test_an_event_that_nests_too_deeply_is_refused_alike_on_every_way_in(
    depth: int, headers: dict[str, str], kind: str | None, around: bytes | None
) -> None:
    """Between 65 and 253 levels were read: what nobody asked for was not looked at."""
    data = nested(depth)
    body = data if around is None else around % envelope(data)
    (letter,) = told(headers, kind, body)
    assert isinstance(letter, MalformedEvent) is (depth > DEEPEST)
    if isinstance(letter, MalformedEvent):
        assert "nested deeper than 64 levels" in str(letter)
    elif around:
        assert letter.envelope.id == "1"


@pytest.mark.parametrize("depth", [65, 200, 250])
@pytest.mark.parametrize(("kind", "around"), [(BATCH, b"[%s,%s]"), (STRUCTURED, b"%s\n%s")])
def test_one_event_of_several_that_nests_too_deeply_is_refused_alone(
    depth: int, kind: str, around: bytes
) -> None:
    good, bad = told({}, kind, around % (envelope(b"{}"), envelope(nested(depth))))
    assert isinstance(good, RawEvent)
    assert isinstance(bad, MalformedEvent)
    assert "nested deeper" in str(bad)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("event", INBOUND, ids=lambda event: event.key)
def test_data_of_any_type_that_nest_too_deeply_are_a_complaint(event: type, depth: int) -> None:
    for data in (nested(depth), b'{"id": ' + nested(depth) + b"}", b'{"release": ' + nested(depth) + b"}"):
        judged = assess_report(event.message_type(), data)  # type: ignore[attr-defined]
        assert judged.useless
        assert judged.complaints


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_release_that_nests_too_deeply_is_a_complaint(depth: int) -> None:
    tender = b'"tender": {"title": "Bins", "x": ' + nested(depth) + b"}"
    for data in (
        b'{"ocid": "ocds-1", ' + tender + b"}",
        b'{"release": {"ocid": "ocds-1", ' + tender + b"}}",
        b'{"releases": [{"ocid": "ocds-1", ' + tender + b"}]}",
        nested(depth),
    ):
        reading = read_message(data, lambda _, __: UNKNOWN, SALT)
        assert not reading.releases
        assert reading.complaints


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_deep_file_stops_no_command(depth: int, tmp_path: Path) -> None:
    deep = tmp_path / "deep.json"
    deep.write_bytes(envelope(nested(depth)))
    wrapped = tmp_path / "wrapped.json"
    wrapped.write_bytes(b'{"result":' * depth + b"{}" + b"}" * depth)
    half = tmp_path / "half.json"
    half.write_bytes(b'{"result":' * depth)
    lines = tmp_path / "deep.jsonl"
    lines.write_bytes(b"\n".join((nested(depth), b'{"ocid": "ocds-1", "x": ' + nested(depth) + b"}", b"{}")))
    yaml = tmp_path / "publiccode.yml"
    yaml.write_bytes(b"name: " + b"[" * min(depth, 20_000))
    for command in ("validate", "read"):
        result = CliRunner().invoke(submissions, [command, "--json", str(tmp_path)])
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert '"rejected"' in result.stdout


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_deep_cell_or_table_is_a_complaint(depth: int) -> None:
    cell = nested(depth).decode().replace('"', '""')
    table = read_csv(f'id,city,title,topics\nneed-1,1,Bins,"{cell}"\n', "needs")
    assert [each.column for each in table.complaints] == ["topics"]
    assert read_json(nested(depth).decode(), "needs").complaints


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_deep_yaml_is_rejected(depth: int) -> None:
    for text in (
        "a: " + "[" * depth,
        "a: " + "{b: " * depth,
        "".join(f"{' ' * n}a:\n" for n in range(min(depth, 900))),
    ):
        assert isinstance(publiccode.read(text, publiccode_reference()), publiccode.RejectedEntry)


@pytest.mark.parametrize(
    "text",
    [
        "a: [" + "1," * 490_000 + "]",
        "a: b\n" * 160_000,
        "- &a x\n- [" + "*a," * 200_000 + "]",
        'a: "' + "x " * 490_000,
    ],
    ids=["list", "lines", "aliases", "endless text"],
)
def test_a_yaml_of_a_megabyte_is_judged_in_less_than_a_second(text: str) -> None:
    started = thread_time()
    assert isinstance(publiccode.read(text, publiccode_reference()), publiccode.RejectedEntry)
    assert thread_time() - started < 1.5


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_deep_dead_letter_is_erased_like_any_other(depth: int) -> None:
    body = b'{"name": "Erika Mustermann", "x": ' + nested(depth) + b"}"
    assert b"Erika" not in Person(["Erika Mustermann"]).without(body)


@pytest.mark.parametrize(
    "value",
    [
        b"1" * 5000,
        b"1e999999",
        b"-1e400",
        b"NaN",
        b"Infinity",
        b'"\\ud800"',
        b'"\\udc00x"',
        b"9" * 4000,
        b"18446744073709551616",
    ],
)
@pytest.mark.parametrize("field", ["id", "title", "supports", "agreed_risk", "budget", "topics", "zzz"])
def test_a_value_that_no_store_holds_is_refused_or_kept_whole(field: str, value: bytes) -> None:
    """Whatever passes can be written as JSON, BSON and UTF-8."""
    said = a_need().model_dump(mode="json") | {field: 0}
    data = json.dumps(said).encode().replace(f'"{field}": 0'.encode(), f'"{field}": '.encode() + value)
    for draft in assess_report("org.citiesshare.need.submitted.v1", data).drafts:
        bson.encode(cleaned(draft, SALT).fact.model_dump(mode="json"))


KEYS = st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(
    ["$set", "a.b", "", "\x00", "a\x00b"]
)
LEAVES = st.none() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
SHARES = st.dictionaries(KEYS, st.floats(0, 1), max_size=4)


@given(st.sampled_from(INBOUND), st.data())
@settings(max_examples=300)
def test_whatever_the_intake_takes_the_store_can_hold(event: type, data: st.DataObject) -> None:
    usual = a_solution() if "solution" in event.key else a_need()  # type: ignore[attr-defined]
    said = usual.model_dump(mode="json") | {"name": "York", "country": "GB", "have": data.draw(SHARES)}
    for field in data.draw(st.lists(st.sampled_from(sorted(said)), max_size=3)):
        said[field] = data.draw(VALUES)
    body = json.dumps(said).encode()
    for draft in assess_report(event.message_type(), body, NOW).drafts:  # type: ignore[attr-defined]
        bson.encode(cleaned(draft, SALT).fact.model_dump(mode="json"))


@pytest.mark.parametrize(
    "url", ["https://example.org/" + "x" * 600, "https://" + "ü" * 490, "http://[", "\\ud800"]
)
def test_a_catalogue_entry_with_any_address_is_drafts_or_complaints(url: str) -> None:
    said = {"url": "x", "publiccode": f'name: "Bins a@b.co {"c@d.eu " * 60}"\nurl: "{url}"\n'}
    judged = Catalogue(publiccode_reference, SALT).take(orjson.dumps(said), NOW.date(), None)
    assert judged.drafts or judged.complaints


def test_a_record_that_would_grow_too_large_is_refused_by_its_size() -> None:
    many = {"components": [{"name": "a"}] * 40_000}
    data = json.dumps(a_solution().model_dump(mode="json") | many).encode()
    assert len(data) < LARGEST_MESSAGE
    judged = fitting(assess_report("org.citiesshare.solution.submitted.v1", data))
    assert judged.useless
    assert f"at most {LARGEST_RECORD}" in judged.complaints[0].message


def test_base64_data_are_judged_like_any_other() -> None:
    body = json.dumps(ENVELOPE | {"data_base64": base64.b64encode(nested(900)).decode()}).encode()
    letter = cloudevents.read({}, STRUCTURED, body, "x")
    assert assess_report(letter.envelope.type, letter.data).useless


@pytest.mark.parametrize("parser", [parse, lambda data: read_message(data, lambda _, __: UNKNOWN, SALT)])
def test_ten_megabytes_of_brackets_are_copied_a_few_times_at_most(parser: Callable[[bytes], object]) -> None:
    bomb = b"[" * LARGEST_MESSAGE
    tracemalloc.start()
    with suppress(InvalidJson):
        parser(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15 * LARGEST_MESSAGE
