"""No natural person is kept: not as a name, not as a number, not in a text."""

import json
import random
import sys
from itertools import permutations
from typing import Any

import pytest

from services.submissions.domain.json_types import Json
from services.submissions.domain.natural_persons import is_person, pseudonym
from services.submissions.domain.personal_data import (
    EMAIL,
    NO_EMAIL,
    NUMBERS,
    Scrubber,
    canonical,
    scrubbed,
)
from services.submissions.domain.publisher_profiles import Persons
from shared.facts import Solution
from tests.unit.submissions.ocds import SALT, a_release, an_award, only, read_one

NOBODY = Persons()
TRADER: dict[str, Any] = {
    "id": "CC-79123456",
    "name": "Rosa Pérez Gil",
    "identifier": {"scheme": "CC", "id": "79123456"},
}


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Write to maria.lopez@ayto.example.org.", "maria.lopez"),
        ("Write to maria.lopez (at) ayto.example.org", "maria.lopez"),
        ("a@b.co\nc@d.co", "@"),
        ("CURP PEGR800101MDFRLS09", "PEGR800101MDFRLS09"),
        ("codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("DNI 12345678Z", "12345678Z"),
        ("NIE X1234567L", "X1234567L"),
        ("Cédula de ciudadanía No. 79.123.456", "79.123.456"),
        ("C.C. 79123456 de Bogotá", "79123456"),
    ],
)
def test_addresses_and_identity_numbers_go_from_free_text(text: str, gone: str) -> None:
    assert gone not in Scrubber(SALT).text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Contract 12345678A",
        "CPV 90511000-2",
        "12 500 000 COP",
        "2026-11-22T10:00:00Z",
        "Call @ noon",
        "ref 123456789",
    ],
)
def test_what_is_no_identity_number_stays(text: str) -> None:
    assert Scrubber(SALT).text(text) == text


@pytest.mark.parametrize(
    ("party", "persons", "answer"),
    [
        (TRADER, NOBODY, True),
        ({"name": "ФОП Ващенко О. П."}, NOBODY, True),
        ({"name": "Mrs Jane Smith"}, NOBODY, True),
        ({"name": "Mr Kipling Ltd"}, NOBODY, False),
        ({"name": "X", "details": {"scale": "soleTrader"}}, NOBODY, True),
        ({"name": "X", "identifier": {"scheme": "PT-NIPPC", "id": "212852000"}}, NOBODY, False),
        (
            {"name": "X", "identifier": {"scheme": "PT-NIPPC", "id": "212852000"}},
            Persons(numbers=(r"pt-nippc:[123]\d{8}",)),
            True,
        ),
        (
            {"name": "X", "identifier": {"scheme": "PT-NIPPC", "id": "512852000"}},
            Persons(numbers=(r"pt-nippc:[123]\d{8}",)),
            False,
        ),
        ({"name": "Acme Ltd", "identifier": {"scheme": "GB-COH", "id": "0123"}}, NOBODY, False),
    ],
)
def test_a_person_is_told_by_register_number_size_or_title(
    party: dict[str, object], persons: Persons, answer: bool
) -> None:
    assert is_person(party, persons) is answer  # type: ignore[arg-type]


def test_a_sole_trader_is_kept_as_a_hash_everywhere_in_the_release() -> None:
    award = an_award(id="award-CC-79123456", description="Bought from Rosa Pérez Gil", suppliers=[TRADER])
    release = read_one(a_release(awards=[award], parties=[TRADER], buyer={"name": "City of York Council"}))
    kept = release.content.decode() + json.dumps(release.fields, default=str, ensure_ascii=False)
    assert "79123456" not in kept
    assert "Rosa" not in kept
    found = only("solution", a_release(awards=[award], parties=[TRADER])).fact
    assert isinstance(found, Solution)
    assert found.provider is not None
    assert (found.provider.id, found.provider.kind) == (pseudonym("79123456", SALT), "sole_trader")
    assert found.provider.name is None


def test_one_person_has_one_name_with_one_salt_and_another_with_another() -> None:
    assert pseudonym("79123456", SALT) == pseudonym("79123456", SALT)
    assert pseudonym("79123456", SALT) != pseudonym("79123456", b"another")


def test_contact_points_are_dropped_wherever_they_stand() -> None:
    contact = {"name": "M. Lopez", "email": "m@example.org", "telephone": "+44 1"}
    release = a_release(parties=[{"id": "b", "name": "City of York Council", "contactPoint": contact}])
    assert "Lopez" not in read_one(release).content.decode()


def kept(release: dict[str, Json]) -> bytes:
    """What is kept of ``release``."""
    return canonical(scrubbed(release, NOBODY, SALT))


def test_hiding_again_changes_nothing() -> None:
    once = kept({"supplier": TRADER, "text": "a@b.co, DNI 12345678Z"})
    assert kept(json.loads(once)) == once


def test_a_person_has_one_name_in_whatever_order_it_is_named() -> None:
    said: tuple[Any, ...] = (
        {"parties": [TRADER]},
        {"id": TRADER["id"], "name": "R. Pérez"},
        {"text": "Rosa Pérez Gil"},
    )
    times = {
        kept(dict(zip("abc", order, strict=True))).count(pseudonym("79123456", SALT).encode())
        for order in permutations(said)
    }
    assert times == {5}


def test_a_placeholder_for_a_number_makes_nobody_the_same_person() -> None:
    traders: list[Any] = [{"name": f"Mr {name}", "id": "not known"} for name in ("Kowalski", "Nowak")]
    hidden = json.loads(kept({"parties": traders}))
    assert len({each["name"] for each in hidden["parties"]}) == 2
    assert "not known" not in json.dumps(hidden)


PIECES = [
    *"ab.!@@ \n\t-_()[]cCdDiI\u0131\u0130:99990011ZXYHM\u0661\u0662\u00e9",
    *("(at)", "[at]", "@b.c", "a@", "person-", "cc ", "dni ", "C.I. ", "cédula de identidad No. "),
    *("12345678Z", "PEGR800101MDFRLS09", "RSSMRA85T10A562S", "79.123.456", "іпн ", "x@y.z!q@r.s", " (at) "),
]


def test_looking_only_where_something_can_stand_finds_what_looking_everywhere_does() -> None:
    rng = random.Random(20261130)
    for _ in range(20_000):
        said = "".join(rng.choices(PIECES, k=rng.randint(1, 14)))
        scrubber = Scrubber(SALT)
        everywhere = NUMBERS.sub(scrubber.hidden, EMAIL.sub(NO_EMAIL, said))
        assert scrubber.cleaned(said) == everywhere


def test_every_decimal_digit_of_unicode_is_seen() -> None:
    digits = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isdecimal()]
    assert len(digits) > 600
    assert [
        digit for digit in digits if Scrubber(SALT).cleaned(f"passport {digit * 8}").endswith(digit)
    ] == []
