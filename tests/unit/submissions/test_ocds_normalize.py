"""Every repair of a release, and the code that tells of it."""

import json
from decimal import Decimal

import pytest

from services.submissions.domain.ocds.defects import CODES, Defect
from services.submissions.domain.ocds.reader import read_message, restored
from services.submissions.domain.ocds.release_models import MergedRelease
from services.submissions.domain.publisher_profiles import UNKNOWN, Profile
from shared.facts import Need, Solution
from tests.unit.submissions.ocds import (
    SALT,
    TEST_PROFILE,
    a_contract,
    a_release,
    a_tender,
    an_award,
    codes,
    read_one,
    records,
)


def process(**changes: object) -> MergedRelease:
    return MergedRelease.model_validate(read_one(a_release(**changes)).fields)


REPAIRS: list[tuple[str, dict[str, object]]] = [
    ("amount-bad", {"tender": a_tender(value={"amount": "about 5", "currency": "GBP"})}),
    ("amount-bad", {"tender": a_tender(value={"amount": -5, "currency": "GBP"})}),
    ("amount-bad", {"tender": a_tender(value={"amount": 1e300, "currency": "GBP"})}),
    ("amount-zero", {"tender": a_tender(value={"amount": 0, "currency": "GBP"})}),
    ("currency-default", {"tender": a_tender(value={"amount": 5})}),
    ("currency-sign", {"tender": a_tender(value={"amount": 5, "currency": "£"})}),
    ("currency-unknown", {"tender": a_tender(value={"amount": 5, "currency": "$"})}),
    ("currency-unknown", {"tender": a_tender(value={"amount": 5, "currency": "CNH"})}),
    ("amount-ambiguous", {"tender": a_tender(value={"amount": "1.000", "currency": "GBP"})}),
    ("amount-decimals", {"tender": a_tender(value={"amount": 500.5, "currency": "ISK"})}),
    ("currency-unknown", {"tender": a_tender(value={"amount": 5, "currency": "ZZQ"})}),
    ("date-bad", {"date": "soon"}),
    ("date-bad", {"tender": a_tender(tenderPeriod={"endDate": 0})}),
    ("date-bad", {"date": "0001-01-01T00:00:00Z"}),
    ("date-missing", {"date": ...}),
    ("date-naive", {"date": "2026-10-01T10:00:00"}),
    ("duplicate", {"awards": [an_award(), an_award()]}),
    ("encoding-lost", {"title": "Alcald\ufffda"}),
    ("html-entity", {"title": "Bins &amp; bags"}),
    ("id-missing", {"id": ...}),
    ("id-reused", {"awards": [an_award(), an_award(title="Another")]}),
    ("list-expected", {"tag": "tender"}),
    ("list-expected", {"awards": an_award()}),
    ("list-expected", {"contract": [a_contract()]}),
    ("mojibake", {"title": "MÃ¡laga"}),
    ("no-parties", {"parties": ...}),
    ("number-as-text", {"tender": a_tender(value={"amount": "1,200.50", "currency": "GBP"})}),
    ("object-expected", {"tender": [a_tender()]}),
    ("object-expected", {"awards": ["first"]}),
    ("ocid-case", {"ocid": "OCDS-A1B2C3-77"}),
    ("ocid-prefix", {"ocid": "PC-0016"}),
    ("pre-1.0", {"releaseTag": "awardNotice", "tag": ...}),
    ("status-unknown", {"tender": a_tender(status="Executarea contractului")}),
    ("text-bad", {"title": {"en": "Bins"}}),
    ("text-missing", {"tender": {"status": "active"}}),
    ("text-cut", {"description": "x" * 10_001}),
    ("translated-only", {"tender": {"title_en": "Bins"}}),
    ("wrapped-value", {"tender": a_tender(value={"amount": {"$numberLong": "5"}, "currency": "GBP"})}),
]


@pytest.mark.parametrize(("code", "changes"), REPAIRS)
def test_a_repair_is_told_by_its_code(code: str, changes: dict[str, object]) -> None:
    assert code in codes(a_release(**changes))


def test_a_whole_release_has_no_defect() -> None:
    assert codes(a_release()) == set()


def test_every_code_of_the_vocabulary_can_be_met() -> None:
    elsewhere = {"encoding", "duplicate-key", "control-character", "release-linked", "title-reference"}
    read = {code for code, _ in REPAIRS} | elsewhere
    unknown = codes(a_release(tender=a_tender(value={"amount": 5})), UNKNOWN)
    mapped = {code for document in MAPPED for each in records(*document) for code in each.defects}
    artefact = Profile(**{**TEST_PROFILE.model_dump(), "flags": frozenset({"status-artefact"})})
    ignored = records(a_release(tender=a_tender(status="unsuccessful")), profile=artefact)
    assert read | unknown | mapped | {code for each in ignored for code in each.defects} == set(CODES)


MAPPED: list[list[dict[str, object]]] = [
    [a_release(buyer=...)],
    [a_release(buyer=..., parties=..., awards=[an_award()])],
    [a_release(awards=[an_award()])],
    [a_release(tender=a_tender(status=None))],
    [a_release(tender=a_tender(title=None))],
    [a_release(), a_release(tender=a_tender(value=5, description="later"))],
    [a_release(tag=["contractTermination"], contracts=[a_contract()])],
    [a_release(planning={"budget": {"amount": {"amount": 5}}})],
    [a_release(buyer={"name": "Newcastle City Council", "address": {"countryName": "Canada"}}, parties=...)],
]


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (1200.5, "1200.5"),
        (0.1, "0.1"),
        ("1200,50", None),
        ("1,200.50", "1200.50"),
        ("1 200.50", "1200.50"),
        ("1,234,567", "1234567"),
        ("1.234.567,50", None),
        ("12,34,567", None),
        ("1,2", None),
        ("5 EUR", None),
        ("-5", None),
        (-5, None),
        (-0.0, None),
        ("NaN", None),
        ("1e400", None),
        ("1e3", "1e3"),
        (float("nan"), None),
        (float("inf"), None),
        (float("-inf"), None),
        (1e30, None),
        (10**400, None),
        (999_999_999_999_999, "999999999999999"),
        (True, None),
        ([], None),
        (None, None),
    ],
)
def test_amounts_are_exact_and_never_guessed(given: object, exact: str | None) -> None:
    tender = process(tender=a_tender(value={"amount": given, "currency": "GBP"})).tender
    assert tender is not None
    amount = tender.value.amount if tender.value else None
    assert amount == (None if exact is None else Decimal(exact))


@pytest.mark.parametrize(
    "written",
    ["1e400", "-1e400", "NaN", "Infinity", "-Infinity", "1e30", "-1", "9" * 400, '"1e400"'],
)
def test_an_amount_that_nobody_can_mean_is_told_where_it_stands(written: str) -> None:
    release = a_release(tender=a_tender(value={"amount": "AMOUNT", "currency": "GBP"}))
    raw = json.dumps(release).replace('"AMOUNT"', written).encode()
    (read,) = read_message(raw, lambda _, __: TEST_PROFILE, SALT).releases
    assert read.defects == (Defect("amount-bad", "tender.value.amount"),)
    again = restored(read.content, read.package, TEST_PROFILE, SALT)
    assert again == read


@pytest.mark.parametrize("bidders", [-1, 0, "none", float("nan")])
def test_a_number_of_bidders_that_is_none_tells_nothing_of_the_suppliers(bidders: object) -> None:
    tender = a_tender(numberOfTenderers=bidders)
    solution = next(each for each in records(a_release(tender=tender, awards=[an_award()])) if each.use)
    assert isinstance(solution.fact, Solution)
    assert solution.fact.lockin.suppliers is None


def test_an_empty_cell_of_some_programs_is_no_text() -> None:
    release = read_one(a_release(title="NaN"))
    assert release.fields["title"] is None
    assert Defect("text-bad", "title") in release.defects


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-10-01T10:00:00Z", "2026-10-01T10:00:00+00:00"),
        ("2026-10-01T10:00:00.1234567+02:00", "2026-10-01T10:00:00.123456+02:00"),
        ("2026-10-01T10:00:00+0200", "2026-10-01T10:00:00+02:00"),
        ("2026-10-01 10:00:00", "2026-10-01T10:00:00+00:00"),
        ("2026-10-01", "2026-10-01"),
        ({"$date": "2026-10-01T10:00:00Z"}, "2026-10-01T10:00:00+00:00"),
        ({"$date": 1790848800000}, "2026-10-01T10:00:00+00:00"),
        ("2021-19-02", None),
        ("", None),
        (0, None),
    ],
)
def test_dates_are_read_in_every_spelling_met_or_not_at_all(given: object, read: str | None) -> None:
    assert read_one(a_release(date=given)).fields.get("date") == read


def test_a_naive_time_is_in_the_publishers_zone() -> None:
    profile = Profile(id="co", name="Colombia", timezone="America/Bogota")
    release = read_one(a_release(date="2026-10-01T10:00:00"), profile)
    assert release.date == "2026-10-01T15:00:00+00:00"


def test_statuses_are_translated_by_the_publishers_table() -> None:
    profile = Profile(id="md", name="Moldova", statuses={"executarea contractului": "active"})
    fields = read_one(a_release(tender=a_tender(status="Executarea contractului")), profile).fields
    assert MergedRelease.model_validate(fields).tender.status == "active"  # type: ignore[union-attr]


def test_unknown_fields_are_ignored() -> None:
    assert "bids" not in read_one(a_release(bids={"details": []})).fields


def test_before_1_0_the_words_for_fields_were_others() -> None:
    old = {
        "ocid": "991",
        "releaseTag": "awardNotice",
        "buyer": {"id": {"name": "Ville", "uid": None}},
        "formation": {"totalValue": 7801.41, "itemsToBeProcured": [{"description": "INVENTAIRE"}]},
        "awards": [{"awardID": None, "awardDate": "2014-12-31", "awardValue": {"amount": 7801.41}}],
    }
    read = MergedRelease.model_validate(read_one(old).fields)
    assert read.buyer is not None
    assert read.buyer.name == "Ville"
    assert read.awards[0].value is not None
    assert read.awards[0].value.amount == Decimal("7801.41")


@pytest.mark.parametrize(
    ("amount", "currency", "means"),
    [
        ("1.000", "EUR", None), ("1,000", "EUR", None), ("0.500", "EUR", "0.50"),
        ("12500.5", "EUR", "12500.5"),
        ("1,234.56", "EUR", "1234.56"), ("1,000,000", "EUR", "1000000"), ("12 500", "EUR", "12500"),
        (1.0, "EUR", "1"), (500.5, "ISK", "500"), (100.55, "JPY", "101"), (12.345, "BHD", "12.345"),
        (1.5, "CLP", "2"), (99.999, "USD", "100.00"), ("5", "€", "5"), (5, "US$", "5"), (5, "Euro", "5"),
        (5, "$", None), (5, "DOLLARS", None), (5, "CNH", None),
    ],
)  # fmt: skip
def test_an_amount_means_one_thing_or_is_not_known(amount: object, currency: str, means: str | None) -> None:
    release = a_release(tender=a_tender(value={"amount": amount, "currency": currency}))
    need = next(each.fact for each in records(release) if each.kind == "need")
    assert isinstance(need, Need)
    assert (need.budget and need.budget.amount) == (None if means is None else Decimal(means))
