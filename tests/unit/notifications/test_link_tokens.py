"""Keys that fit one lock only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.link_tokens import (
    LENGTH,
    bounce_address,
    delivery_bounced,
    delivery_of,
    key_for,
    name_of,
)

SECRET = b"sixteen bytes or more"
DELIVERY = name_of("alert", "official", "solution", "state")


def test_a_key_has_35_characters_and_opens_its_own_scope_only() -> None:
    key = key_for(SECRET, "unsubscribe", DELIVERY)
    assert len(key) == LENGTH
    assert delivery_of(SECRET, "unsubscribe", key) == DELIVERY
    assert delivery_of(SECRET, "preferences", key) is None
    assert delivery_of(b"another secret of ours", "unsubscribe", key) is None


@given(st.text(max_size=60))
def test_no_guess_opens_anything(guess: str) -> None:
    assert delivery_of(SECRET, "unsubscribe", guess) is None
    assert delivery_bounced(SECRET, guess) is None


@pytest.mark.parametrize("change", ["upper", "as it is"])
def test_a_bounce_names_its_delivery_whatever_case_it_comes_back_in(change: str) -> None:
    address = bounce_address(SECRET, DELIVERY, "bounce.example.org")
    assert delivery_bounced(SECRET, address.upper() if change == "upper" else address) == DELIVERY


def test_a_bounce_to_a_made_up_address_names_nothing() -> None:
    address = bounce_address(SECRET, DELIVERY, "bounce.example.org")
    assert delivery_bounced(SECRET, address.replace("b+", "b+x")) is None


def test_different_facts_give_different_names() -> None:
    assert name_of("a", "b") != name_of("a", "c")
