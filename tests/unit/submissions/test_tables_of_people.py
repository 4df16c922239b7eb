"""Tables as people have them: what has one meaning is read, what has two is asked back with both readings."""

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from services.submissions.adapters.reference_data import reference
from services.submissions.application import tables
from services.submissions.application.tables.csv_text import UnreadableTable
from shared.facts import Need

CASES = Path(__file__).parents[4] / "shared/cases/tables"
READ = {
    "50_compact": ("1000", "2026-12-31T23:59:59+00:00"),
    "50_cp1252": (None, None),
    "50_topics": ("1000", "2026-12-31T23:59:59+00:00"),
    "50_trailing": ("1000", "2026-12-31T23:59:59+00:00"),
    "cpv_leadingzero": ("1", "2027-01-31T23:59:59+01:00"),
    "euro_amount": ("1234.56", "2027-01-31T23:59:59+01:00"),
    "excel_de": ("1234.56", "2027-01-31T23:59:59+01:00"),
    "excel_unicode_tab.txt": ("1234.56", "2027-01-31T23:59:59+01:00"),
    "swiss_amount": ("1234.56", "2027-01-31T23:59:59+01:00"),
    "us_date": ("1234", "2027-04-13T23:59:59+02:00"),
}
ASKED = {
    "50_dot": "line 2, budget.amount: '1.000' may be 1000 or 1.000",
    "ambig_amount": "line 2, budget.amount: '1.234' may be 1234 or 1.234",
    "50_dup": "line 3, id: 'n1' stands in line 2 already",
    "50_negative": "line 2, budget.amount: -5 is negative",
    "50_unknowncity": "line 2, city: '99999999' is no city known here",
}
HEADER = "id;city;title;budget.amount;budget.currency;deadline"


def needs(text: str | bytes, **declared: str) -> tables.TableContent:
    raw = text.encode() if isinstance(text, str) else text
    return tables.read_table(raw, "needs", reference(), tables.TableFormat(**declared))  # type: ignore[arg-type]


def row(amount: str = "", deadline: str = "", mark: str = ";", **declared: str) -> tables.TableContent:
    cells = ["n1", "2633352", "Roads", f'"{amount}"', "EUR" if amount else "", deadline]
    return needs(HEADER.replace(";", mark) + "\n" + mark.join(cells), **declared)


def need_of(read: tables.TableContent) -> Need:
    assert read.complaints == ()
    (fact,) = read.facts
    assert isinstance(fact, Need)
    return fact


@pytest.mark.skipif(not CASES.exists(), reason="the cases are not beside the project")
@pytest.mark.parametrize("name", sorted(READ | ASKED))
def test_a_case_is_read_or_asked_back(name: str) -> None:
    read = needs((CASES / f"{name}.csv").read_bytes())
    if name in ASKED:
        assert [str(each)[: len(ASKED[name])] for each in read.complaints] == [ASKED[name]]
        return
    need = need_of(read)
    amount = str(need.budget.amount) if need.budget else None
    assert (amount, need.deadline.isoformat() if need.deadline else None) == READ[name]


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("1234", "1234"),
        ("1234,5", "1234.5"),
        ("1234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1'234.50", "1234.50"),
        ("1’234", "1234"),
        ("1 234 567,89", "1234567.89"),
        ("1\u00a0234", "1234"),
        ("1\u202f234,5", "1234.5"),
        ("€ 1.234,56", "1234.56"),
        ("1.234,56 €", "1234.56"),
        ("EUR 1234", "1234"),
        ("1234 EUR", "1234"),
        ("0,5", "0.5"),
        ("1,5E+06", "1500000"),
        ("1.5e3", "1500"),
        ("1e6", "1000000"),
    ],
)
def test_an_amount_with_one_meaning_is_read(amount: str, read: str) -> None:
    budget = need_of(row(amount)).budget
    assert budget is not None
    assert str(budget.amount) == read


@pytest.mark.parametrize("amount", ["1.000", "1,000", "12.345", "€ 999,999"])
def test_an_amount_with_two_meanings_is_asked_back_until_the_mark_is_declared(amount: str) -> None:
    (complaint,) = row(amount).complaints
    assert (complaint.line, complaint.column) == (2, "budget.amount")
    assert " may be " in complaint.message
    mark = "," if "." in amount else "."
    budget = need_of(row(amount, decimal=mark)).budget
    assert budget is not None
    assert budget.amount >= 1000


@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [("1.000", "EUR", None), ('"1,000"', "EUR", None), ("1000.50", "EUR", "1000.50"),
     ("0.500", "EUR", "0.50"), ("1.250", "KWD", "1.250"), ("12.5", "EUR", "12.5")],
)  # fmt: skip
def test_in_a_table_of_commas_too_three_digits_behind_a_mark_are_asked_back(
    amount: str, currency: str, read: str | None
) -> None:
    header = "id,city,title,budget.amount,budget.currency"
    found = tables.read_csv(f"{header}\nn1,2633352,Roads,{amount},{currency}\n", "needs")
    if read is None:
        assert [each.column for each in found.complaints] == ["budget.amount"]
        assert "may be 1000 or 1.000" in found.complaints[0].message
    else:
        budget = need_of(found).budget
        assert str(budget and budget.amount) == read


@pytest.mark.parametrize("amount", ["12.34.567", "1.2,3,4", "five", "1'23", "--5", "1,23,456.7.8"])
def test_what_is_no_amount_is_a_complaint(amount: str) -> None:
    assert [each.column for each in row(amount).complaints] == ["budget.amount"]


def test_a_sign_that_contradicts_the_currency_is_a_complaint() -> None:
    assert "is in GBP, the column beside it says EUR" in row("£ 5").complaints[0].message


@pytest.mark.parametrize(
    "deadline",
    ["2026-12-31", "20261231", "31.12.2026", "31/12/2026", "12/31/2026", "2026/12/31", "31-12-2026"],
)
def test_a_day_with_one_meaning_is_read(deadline: str) -> None:
    read = need_of(row(deadline=deadline)).deadline
    assert read is not None
    assert read.date() == date(2026, 12, 31)
    assert read.isoformat().endswith("T23:59:59+00:00")


def test_a_serial_of_a_spreadsheet_is_read_with_a_note_and_is_never_1970() -> None:
    read = row(deadline="46387")
    assert need_of(read).deadline is not None
    assert "2026-12-31" in str(need_of(read).deadline)
    assert "was read as 2026-12-31" in read.remarks[0].message
    assert row(deadline="1798675200").complaints
    assert row(deadline="7").complaints


def test_a_day_with_two_meanings_is_asked_back_until_the_order_is_declared() -> None:
    (complaint,) = row(deadline="03/04/2027").complaints
    assert "may be 2027-03-04 or 2027-04-03" in complaint.message
    assert complaint.line == 2
    for order, month in (("dmy", 4), ("mdy", 3)):
        deadline = need_of(row(deadline="03/04/2027", dates=order)).deadline
        assert deadline is not None
        assert deadline.month == month
    assert "four digits" in row(deadline="31.12.26").complaints[0].message


@pytest.mark.parametrize("deadline", ["31 December 2026", "Q4 2026", "12/2026", "2026", "soon"])
def test_what_is_no_day_is_asked_for_as_a_day(deadline: str) -> None:
    assert "is no day: write it like 2026-12-31" in row(deadline=deadline).complaints[0].message


@pytest.mark.parametrize(
    ("city", "read", "asked"),
    [
        ("York, GB", "2633352", ""),
        ("Kraków", "3094802", ""),
        (
            "Boston",
            "",
            "write one of 4930956 (Boston, Massachusetts, US), 2655138 (Boston, England, GB)",
        ),
        (
            "London",
            "",
            "write one of 2643743 (London, England, GB), 6058560 (London, Ontario, CA)",
        ),
        ("Yrok", "", "did you mean 2633352 (York, England, GB)"),
        ("2633352.0", "", "did you mean 2633352 (York, England, GB)?"),
        ("2,633,352", "", "did you mean 2633352 (York, England, GB)?"),
        ("2633353", "", "did you mean 2633352 (York, England, GB)"),
        ("Nowhere at all", "", "write the GeoNames id"),
    ],
)
def test_a_city_with_one_meaning_is_read_and_others_are_asked_back_with_the_nearest(
    city: str, read: str, asked: str
) -> None:
    table = needs(f'id;city;title\nn1;"{city}";Roads')
    assert [fact.city for fact in table.facts] == ([read] if read else [])
    assert [asked in each.message for each in table.complaints] == ([True] if asked else [])


TWO = ["CPV:45233162", "CPV:33141620"]


@pytest.mark.parametrize(
    ("cell", "read", "said"),
    [
        ("CPV:45233162, CPV:33141620", TWO, ""),
        ("CPV:45233162;CPV:33141620", TWO, ""),
        ("CPV:45233162|CPV:33141620", TWO, ""),
        ("CPV:45233162 CPV:33141620", TWO, ""),
        ("CPV:45233162\nCPV:33141620", TWO, ""),
        ("CPV:45233162,", TWO[:1], ""),
        ("cpv:45233162-7", TWO[:1], "was read as CPV:45233162"),
        ("UNSPSC:42", ["UNSPSC:42"], "scheme 'UNSPSC' is not understood here"),
        ("45233162", [], "did you mean CPV:45233162?"),
        ("CPV 3111000", [], "did you mean CPV:03111000?"),
        ("street lighting", [], "(Street lighting)"),
        ("lighting", [], "did you mean"),
        ("CPV:45233163", [], "did you mean 45233162 (Cycle path construction work)"),
        ("THEME:roads", [], "did you mean roads-parking"),
        ("SDG:99", [], "is no code of SDG"),
        ("xyzzy", [], "write a scheme and a code"),
    ],
)
def test_topics_with_one_meaning_are_read_and_others_are_asked_back_with_the_nearest(
    cell: str, read: list[str], said: str
) -> None:
    table = needs(f'id;city;title;topics\nn1;2633352;Roads;"{cell}"')
    found = [
        f"{each.scheme}:{each.id}" for fact in table.facts if isinstance(fact, Need) for each in fact.topics
    ]
    assert found == read
    assert [said in each.message for each in (*table.complaints, *table.remarks)] == ([True] if said else [])


@pytest.mark.parametrize(("written", "code"), [("eur", "EUR"), ("€", "EUR"), ("zł", "PLN"), ("chf", "CHF")])
def test_a_currency_with_one_meaning_is_read_with_a_note(written: str, code: str) -> None:
    table = needs(f"id;city;title;budget.amount;budget.currency\nn1;2633352;Roads;5;{written}")
    budget = need_of(table).budget
    assert budget is not None
    assert budget.currency == code
    assert f"was read as {code}" in table.remarks[0].message


@pytest.mark.parametrize("written", ["kr", "$", "euros", "E U R"])
def test_a_currency_with_several_meanings_is_asked_back_in_words(written: str) -> None:
    (complaint,) = needs(
        f"id;city;title;budget.amount;budget.currency\nn1;2633352;Roads;5;{written}"
    ).complaints
    assert "is no code of a currency: write three capital letters" in complaint.message


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_separators_and_encodings_of_spreadsheets_are_read(mark: str, encoding: str) -> None:
    text = mark.join(["id", "city", "title", "", ""]) + "\r\n" + mark.join(["n1", "2633352", "Lärm", "", ""])
    read = needs(text.encode(encoding))
    assert need_of(read).title == "Lärm"
    assert ["Windows-1252" in each.message for each in read.remarks] == (
        [True] if encoding == "cp1252" else []
    )


def test_the_line_sep_of_excel_says_what_parts_the_cells_and_lines_are_counted_with_it() -> None:
    read = needs("sep=|\r\nid|city|title\r\nn1|2633352|Roads; paths, and more\r\nn2||x")
    assert [fact.id for fact in read.facts if isinstance(fact, Need)] == ["n1"]
    assert [(each.line, each.column) for each in read.complaints] == [(4, "city")]


def workbook(*rows: tuple[str | float | datetime, ...]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for each in rows:
        sheet.append(each)
    book.save(stream)
    return stream.getvalue()


NAMES = ("id", "city", "title", "budget.amount", "budget.currency", "deadline")


def test_a_workbook_is_read_with_its_numbers_and_days_as_they_are_kept() -> None:
    read = needs(workbook(NAMES, ("n1", 2633352, "Roads", 1.234e6, "EUR", datetime(2026, 12, 31))))  # noqa: DTZ001
    need = need_of(read)
    assert need.budget is not None
    assert (str(need.budget.amount), str(need.deadline)) == ("1234000", "2026-12-31 23:59:59+00:00")


def test_a_formula_is_not_evaluated_and_one_without_a_value_is_said() -> None:
    (complaint,) = needs(workbook(NAMES, ("n1", "2633352", "Roads", "=1+1", "EUR"))).complaints
    assert (complaint.line, complaint.column) == (2, "budget.amount")
    assert "a formula without a value" in complaint.message


def test_text_in_a_workbook_is_asked_back_like_text_elsewhere() -> None:
    assert needs(workbook(NAMES, ("n1", "2633352", "Roads", "1.234", "EUR"))).complaints


@pytest.mark.parametrize(
    "raw",
    [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 1000, workbook(NAMES)[:-200]],
    ids=["only a sign", "no archive", "cut"],
)
def test_a_damaged_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableTable):
        needs(raw)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(UnreadableTable, match="60,000,000 bytes"):
        needs(stream.getvalue())


def test_a_table_tells_what_it_is_of_by_its_columns_or_its_name() -> None:
    assert tables.kind_of(b"id,city,title,budget.amount") == "needs"
    assert tables.kind_of(b"solution,city,outcome") == "outcomes"
    assert tables.kind_of(b"id,city,title", "solutions 2026.csv") == "solutions"
    with pytest.raises(UnreadableTable, match="needs, solutions"):
        tables.kind_of(b"id,city,title")


def book_of(change: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    change(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_the_sheet_that_people_see_is_read() -> None:
    def hidden_first(book: Workbook) -> None:
        first, second = book.worksheets[0], book.create_sheet("Bedarf")
        for sheet, name in ((first, "hidden"), (second, "seen")):
            sheet.append(["id", "city", "title"])
            sheet.append([name, 2633352, "Trees"])
        first.sheet_state = "hidden"
        book.active = 1

    read = tables.read_table(book_of(hidden_first), "needs", reference())
    assert [fact.id for fact in read.facts if isinstance(fact, Need)] == ["seen"]


def test_merged_cells_count_for_each_of_their_rows() -> None:
    def merged(book: Workbook) -> None:
        (sheet,) = book.worksheets
        sheet.append(["id", "city", "title", "deadline"])
        for name, day in (("a", date(2027, 12, 31)), ("b", None), ("c", None)):
            sheet.append([name, 2633352, "Trees", day])
        sheet.merge_cells("D2:D3")

    read = tables.read_table(book_of(merged), "needs", reference())
    found = {fact.id: bool(fact.deadline) for fact in read.facts if isinstance(fact, Need)}
    assert found == {"a": True, "b": True, "c": False}


@pytest.mark.parametrize(
    ("amount", "form", "message"),
    [
        (0.15, "0%", "0.15 is formatted as a percentage: write the amount as a number"),
        (1234.5, "#,##0.00 [$USD]", "'1234.5' is in USD, the column beside it says EUR"),
        (1234.5, "#,##0.00 [$€-407]", None),
        (1234.5, "#,##0.00", None),
    ],
)
def test_the_format_of_an_amount_does_not_contradict_it(
    amount: float, form: str, message: str | None
) -> None:
    def formatted(book: Workbook) -> None:
        (sheet,) = book.worksheets
        sheet.append(["id", "city", "title", "budget.amount", "budget.currency"])
        sheet.append(["a", 2633352, "Trees", amount, "EUR"])
        sheet["D2"].number_format = form

    read = tables.read_table(book_of(formatted), "needs", reference())
    assert [each.message for each in read.complaints] == ([message] if message else [])


def test_an_old_excel_file_is_named() -> None:
    with pytest.raises(UnreadableTable, match=r"old Excel file \(\.xls\): save it as \.xlsx"):
        tables.read_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "needs", reference())


def test_a_mistake_in_the_header_is_named_once() -> None:
    read = tables.read_csv("id,city,title,note,note,title\nn,2633352,Trees,,,\n", "needs")
    assert [each.column for each in read.complaints] == ["note", "title"]


def test_an_open_quotation_mark_is_told_in_plain_words() -> None:
    read = tables.read_csv('id,city,title\nn,2633352,"Trees\nm,2633352,Lamps\n', "needs")
    (complaint,) = read.complaints
    assert complaint.line == 2
    assert "a quotation mark is opened here" in complaint.message
