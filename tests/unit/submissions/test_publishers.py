"""Who may say what: sources, cities and keys."""

import pytest
from pydantic import ValidationError

from services.submissions.adapters.mongo.publishers import new_api_key
from services.submissions.domain.publishers import Publisher, city_complaints, parse_api_key, source_complaint
from tests.builders import TAMPERE, YORK

OF_YORK = Publisher(id="york", name="York", cities=(YORK,), sources=("https://york.example",))


@pytest.mark.parametrize(
    ("source", "own"),
    [
        ("https://york.example", True),
        ("https://york.example/tenders", True),
        ("https://york.example.evil.org", False),
        ("https://other.example", False),
    ],
)
def test_a_publisher_speaks_under_its_own_sources(source: str, *, own: bool) -> None:
    assert (source_complaint(OF_YORK, source) is None) == own


def test_a_publisher_speaks_for_its_own_cities() -> None:
    assert [each.message for each in city_complaints(OF_YORK, [YORK, TAMPERE])] == [
        f"'york' does not speak for city '{TAMPERE}', only for {YORK}"
    ]


def test_a_portal_may_speak_for_every_city() -> None:
    portal = OF_YORK.model_copy(update={"cities": ("*",)})
    assert [*city_complaints(portal, [YORK, TAMPERE])] == []


def test_a_key_is_read_as_it_was_shown_and_its_hash_tells_nothing() -> None:
    key = new_api_key()
    read = parse_api_key(str(key))
    assert read == key
    assert key.secret not in key.hash
    assert parse_api_key("csk_only") is None


@pytest.mark.parametrize("name", ["notifications", "operator", "clock", "publisher:york"])
def test_nobody_takes_a_name_of_ours(name: str) -> None:
    with pytest.raises(ValidationError, match=r"choose another|should match pattern"):
        Publisher(id=name, name="York", cities=(YORK,), sources=("urn:york",))
    with pytest.raises(ValidationError, match="choose another"):
        Publisher(id="york", name="York", cities=(YORK,), sources=("urn:york",), account=name)
