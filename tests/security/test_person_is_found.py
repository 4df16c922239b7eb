"""A person who is to be erased is found however a name, an address or a number is written."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.erasure.person import ERASED, ERASED_ADDRESS, Person

PERSON = Person(["Jürgen Müller-Łukasik", "maja@kraków.pl", "+49 30 1234 5678"])


@pytest.mark.parametrize(
    "written",
    [
        "Jürgen Müller-Łukasik",
        "JÜRGEN MÜLLER-ŁUKASIK",
        "Jurgen Muller-Lukasik",
        "Juergen Mueller Lukasik",
        "Müller-Łukasik, Jürgen",
        "Ju\u0308rgen Mu\u0308ller-Łukasik",
        "Jürgen\n  Müller-Łukasik",
        "Jürgen\u00a0Müller-Łukasik",
        "J&uuml;rgen M&#252;ller-&#x141;ukasik",
        "J%C3%BCrgen%20M%C3%BCller-%C5%81ukasik",
        "J%C3%BCrgen+M%C3%BCller-%C5%81ukasik",
        "J%25C3%25BCrgen%2520M%25C3%25BCller-%25C5%2581ukasik",
        "J=C3=BCrgen M=C3=BCller-=C5=\n=81ukasik",
        "J=FCrgen M=FCller-Lukasik",
        r"J\u00fcrgen M\u00fcller-\u0141ukasik",
        "Jürgen <b>Müller-Łukasik</b>",
        "juergen.mueller_lukasik",
        "maja@kraków.pl",
        "MAJA@xn--krakw-3ta.PL",
        "maja+news@kraków.pl",
        "maja (at) kraków.pl",
        "maja%40krak%C3%B3w.pl",
        "+49 30 12345678",
        "0049 (0)30 / 1234-5678",
        "030 1234 5678",
    ],
)
def test_a_person_is_found_however_it_is_written(written: str) -> None:
    for text in (written, f"Ask <{written}>, please.", f'{{"who":"{written}"}}'):
        assert PERSON.is_in(text), text
        assert not PERSON.is_in(PERSON.without(text)), PERSON.without(text)


def test_base64_and_json_and_bytes_are_read_as_they_are_meant() -> None:
    inside = b64encode("Sehr geehrter Jürgen Müller-Łukasik, hallo".encode()).decode()
    assert PERSON.is_in(f"data: {inside}")
    assert not PERSON.is_in(PERSON.without(f"data: {inside}"))
    assert PERSON.without(b'{"t":"J\\u00fcrgen M\\u00fcller-\\u0141ukasik"}') == b'{"t":"[erased]"}'
    assert (
        PERSON.without("nicht JSON: Jürgen Müller-Łukasik".encode() + b"\xff") == b"nicht JSON: [erased]\xff"
    )


@pytest.mark.parametrize(
    "other",
    [
        "Jürgen Müller",
        "Lukasik",
        "anna@kraków.pl",
        "maja@kraków.pl.example",
        "amaja@kraków.pl",
        "+49 30 123456789",
    ],
)
def test_another_person_stays(other: str) -> None:
    assert PERSON.without(other) == other


def test_what_is_nothing_but_an_address_stays_an_address() -> None:
    assert PERSON.without("maja@kraków.pl") == ERASED_ADDRESS
    assert PERSON.without("Write to maja@kraków.pl") == f"Write to {ERASED}"


def test_keys_and_lists_are_looked_at_too() -> None:
    value = {"maja@kraków.pl": ["Müller-Łukasik, Jürgen", 7, None]}
    assert PERSON.without(value) == {ERASED_ADDRESS: [ERASED, 7, None]}


@pytest.mark.parametrize("word", ["abc", "  ", "Li W", "@"])
def test_a_word_that_would_erase_other_peoples_words_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="would erase too much"):
        Person([word])


@given(st.text(alphabet="%=&;#x\\u0123456789abcdefABCDEF ü<>+@.\n", max_size=80))
def test_no_text_stops_the_search_and_erasing_twice_is_erasing_once(text: str) -> None:
    once = PERSON.without(f"{text} Jürgen Müller-Łukasik {text}")
    assert not PERSON.is_in(once)
    assert PERSON.without(once) == once


@given(st.text(max_size=200))
def test_what_names_nobody_comes_back_as_it_was(text: str) -> None:
    assert PERSON.without(text) == text or PERSON.is_in(text)
