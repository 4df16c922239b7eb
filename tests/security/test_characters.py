"""Names, titles, texts and ids: which characters come in, and that none breaks a letter."""

import json
import unicodedata
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.notifications.adapters.mime_headers import head
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES
from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.application.tables import read_csv
from services.submissions.domain.publiccode import PubliccodeEntry, RejectedEntry, read, to_solution
from services.submissions.domain.validation import assess_report
from shared.events import CityDescribed, NeedSubmitted
from shared.facts import FROM_OUTSIDE, CityProfile, Need, bad_character, many_lines, one_line
from shared.messaging.cloudevents import MalformedEvent
from shared.messaging.cloudevents import read as read_event
from tests.builders import NOW, a_city, a_need, an_official

HARMFUL = [
    "\n",
    "\r\n",
    "\x00",
    "\x1b",
    "\x85",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\U000e0041",
]
SENDER = Sender(secret=SecretStr("a secret for samples only"))
SCRIPTS = ["می‌خواهم", "שלום \u200fעולם", "क्‍ष", "Київ", "東京都", "👩‍💻", "Łódź", "a\u00a0b"]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_scripts_need_stays(text: str) -> None:
    assert (one_line(text), many_lines(text), bad_character(text)) == (text, text, None)


@given(ANY_TEXT)
def test_a_line_has_no_control_character_no_direction_override_and_no_half_character(text: str) -> None:
    line = one_line(text)
    assert [each for each in line if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}] == []
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert one_line(line) == line
    assert bool(line.strip()) == bool(text.strip())
    line.encode()


@given(ANY_TEXT)
def test_a_text_keeps_its_lines_and_nothing_else_that_is_no_character(text: str) -> None:
    clean = many_lines(text)
    assert {each for each in clean if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}} <= {"\n", "\t"}
    clean.encode()


@pytest.mark.parametrize("bad", HARMFUL)
def test_a_name_with_a_harmful_character_is_kept_without_it(bad: str) -> None:
    for given_name in (
        a_city(name=f"Lee{bad}ds").name,
        a_need(title=f"Lee{bad}ds").title,
        an_official(name=f"Lee{bad}ds", post=f"Lee{bad}ds").name,
    ):
        assert given_name in {"Leeds", "Lee ds"}


@pytest.mark.parametrize("bad", HARMFUL)
def test_an_id_with_a_harmful_character_is_refused_where_it_comes_in(bad: str) -> None:
    data = a_need().model_dump(mode="json") | {"id": f"need{bad}1"}
    with pytest.raises(ValidationError, match="which no id may have"):
        NeedSubmitted.model_validate(data, context=FROM_OUTSIDE)
    complaints = assess_report(NeedSubmitted.message_type(), json.dumps(data).encode())
    assert [each.path for each in complaints.complaints] == ["id"]


@pytest.mark.parametrize("bad", HARMFUL)
def test_an_id_kept_with_a_harmful_character_is_still_read_and_never_becomes_anothers(bad: str) -> None:
    kept = Need.model_validate(a_need().model_dump() | {"id": f"need{bad}-1"})
    assert bad not in kept.id
    assert kept.id != "need-1"


@pytest.mark.parametrize("bad", HARMFUL)
@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_an_envelope_with_a_harmful_character_is_refused(bad: str, name: str) -> None:
    attributes = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "t", "subject": "s"}
    attributes[name] = f"a{bad}b"
    with pytest.raises(MalformedEvent) as refused:
        read_event({f"ce-{key}": value for key, value in attributes.items()}, None, b"{}", "x")
    assert refused.value.path == name


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x" * 5000])
def test_a_time_that_no_calendar_holds_is_refused(time: str) -> None:
    attributes = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "urn:x",
        "ce-type": "t",
        "ce-time": time,
    }
    with pytest.raises(MalformedEvent, match="RFC 3339"):
        read_event(attributes, None, b"{}", "x")


def test_a_title_in_which_nothing_can_be_seen_is_refused_and_a_kept_one_is_shown_as_unreadable() -> None:
    data = a_need().model_dump(mode="json") | {"title": "\u200b\u202e"}
    judged = assess_report(NeedSubmitted.message_type(), json.dumps(data).encode())
    assert [each.path for each in judged.complaints] == ["title"]
    assert Need.model_validate(data).title == "\ufffd"


def test_a_yaml_escape_of_half_a_character_or_of_none_is_read_or_rejected() -> None:
    reference = publiccode_reference()
    for escape in (r"\0", r"\x1b", r"\U000e0041"):
        entry = read(f'name: "Bins{escape}"\nurl: https://example.org/b\n', reference)
        assert isinstance(entry, PubliccodeEntry)
        assert to_solution(entry, NOW.date()).title.rstrip("\ufffd") == "Bins"
    for escape in (r"\ud800", r"\UFFFFFFFF"):
        assert isinstance(read(f'name: "{escape}"\nurl: https://example.org/b\n', reference), RejectedEntry)


def test_a_csv_cell_with_an_override_gives_a_clean_name() -> None:
    reading = read_csv("id,city,title\nneed-1,2633352,Le\u202eeds\n", "needs")
    assert [each.title for each in reading.facts if isinstance(each, Need)] == ["Leeds"]


@pytest.mark.parametrize("bad", HARMFUL)
def test_a_letter_of_a_city_whose_kept_name_has_a_line_break_has_sound_headers(bad: str) -> None:
    """Names as an older release kept them, past every validator."""
    name = f"Lee{bad}Bcc: all@example.org"
    for sample in SAMPLES.values():
        letter = sample("en").model_copy(update={"city_name": name, "to_name": name, "sharing_city": name})
        written = head(letter, SENDER, f"News from {name}")
        parsed = message_from_bytes(written + b"\r\n", policy=SMTP)
        assert parsed["Bcc"] is None
        assert len(parsed.get_all("To", [])) == 1


@given(ANY_TEXT)
def test_no_name_of_a_city_or_an_official_breaks_its_model(name: str) -> None:
    for model, usual in ((CityProfile, a_city()), (CityDescribed, a_city()), (Official, an_official())):
        try:
            made = model.model_validate(usual.model_dump() | {"name": name})
        except ValidationError:
            assert len(name) > 500 or not name.strip()
        else:
            made.model_dump_json().encode()
