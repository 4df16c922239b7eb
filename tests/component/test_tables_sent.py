"""A table posted over HTTP or sent from a file: good rows become records, bad ones are told by line."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from openpyxl import Workbook

from services.submissions.settings import Settings
from shared.http.asgi import Service
from tests.broker import Outsider
from tests.component.commands import submissions
from tests.component.intake import at_the_door
from tests.waiting import until

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YORK = "2633352"
NEEDS = (
    "id;city;title;topics;budget.amount;budget.currency;deadline",
    "n1;2633352;Lärm bei Nacht;CPV:45233162;1.234,56;EUR;31.12.2026",
    "n2;York, GB;Roads;CPV:3111000;;;",
    "n3;2633352;Bins;;1.000;EUR;",
    "n4;99999999;Lamps;;;;",
)
BAD = [("line 4", "budget.amount", "may be 1000 or 1.000"), ("line 5", "city", "is no city known here")]


@pytest.fixture
async def door(app: Service) -> AsyncIterator[AsyncClient]:
    async with at_the_door(app) as http:
        yield http


def workbook(text: tuple[str, ...]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in text:
        sheet.append(line.split(";"))
    book.save(stream)
    return stream.getvalue()


TABLES = {
    "text/csv": "\n".join(NEEDS).encode(),
    "text/csv; charset=windows-1252": "\r\n".join(NEEDS).encode("cp1252"),
    "text/tab-separated-values": "\n".join(NEEDS).replace(";", "\t").encode("utf-16"),
    "application/vnd.ms-excel": ("sep=;\n" + "\n".join(NEEDS)).encode("utf-8-sig"),
    XLSX: workbook(NEEDS),
}


async def records(door: AsyncClient, *names: str) -> list[dict[str, Any]]:
    """The needs of these ids, as soon as all are there."""

    async def found() -> list[dict[str, Any]] | None:
        answers = [await door.get(f"/v1/records/need/{name}") for name in names]
        return [each.json() for each in answers] if all(each.status_code == 200 for each in answers) else None

    return await until(found, 30)


async def each_is_right(door: AsyncClient) -> None:
    first, second = await records(door, "n1", "n2")
    assert (first["need"]["title"], first["need"]["city"]) == ("Lärm bei Nacht", YORK)
    assert float(first["need"]["budget"]["amount"]) == 1234.56
    assert first["need"]["deadline"].startswith("2026-12-31T23:59:59")
    assert (second["need"]["city"], second["need"]["topics"][0]["id"]) == (YORK, "03111000")
    for bad in ("n3", "n4"):
        assert (await door.get(f"/v1/records/need/{bad}")).status_code == 404


@pytest.mark.parametrize("kind", TABLES)
async def test_a_table_posted_over_http_becomes_records_row_by_row(kind: str, door: AsyncClient) -> None:
    answer = await door.post("/v1/events", content=TABLES[kind], headers={"content-type": kind})
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert sorted(each["status"] for each in told["events"]) == [202, 202, 422, 422]
    shift = 1 if kind == "application/vnd.ms-excel" else 0  # the line "sep=;" counts
    said = [each["complaints"][0] for each in told["events"] if each["status"] == 422]
    for complaint, (line, column, words) in zip(said, BAD, strict=True):
        assert complaint["path"] == column
        assert complaint["message"].startswith(f"line {int(line[5:]) + shift}: ")
        assert words in complaint["message"]
    assert any("was read as CPV:03111000" in each["message"] for each in told["remarks"])
    await each_is_right(door)


async def test_what_has_two_meanings_is_settled_in_the_query(door: AsyncClient) -> None:
    where = "/v1/events?decimal=,&dates=dmy&kind=needs&source=urn:test:table"
    body = f"{NEEDS[0]}\n{NEEDS[3]}03/04/2027".encode()
    answer = await door.post(where, content=body, headers={"content-type": "text/csv"})
    assert [each["status"] for each in answer.json()["events"]] == [202]
    (need,) = await records(door, "n3")
    assert float(need["need"]["budget"]["amount"]) == 1000
    assert need["need"]["deadline"].startswith("2027-04-03")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"id;city;title\nx;2633352;y", "say which"),
        (b"PK\x03\x04nothing", "spreadsheet"),
        (b"", ""),
        (b"id;city;titel\nx;2633352;y", "say which"),
    ],
)
async def test_what_is_no_table_of_a_kind_is_refused_in_words(
    body: bytes, words: str, door: AsyncClient
) -> None:
    answer = await door.post("/v1/events", content=body, headers={"content-type": "text/csv"})
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
async def test_a_table_that_is_sent_becomes_records_and_the_bad_rows_are_told(
    suffix: str, settings: Settings, door: AsyncClient, tmp_path: Path
) -> None:
    file, journal = tmp_path / f"needs{suffix}", str(tmp_path / "sent")
    file.write_bytes(TABLES[XLSX] if suffix == ".xlsx" else TABLES["text/csv"])
    words = ("send", str(file), "--source", "urn:test:table", "--journal", journal, "--json")
    told = await submissions(settings, *words)
    assert told.exit_code == 1, "two rows are bad"
    assert json.loads(told.stdout)["sent"] == 2
    for line, column, message in BAD:
        assert f"{file.name}, {line}, {column}: " in told.stderr
        assert message in told.stderr
    await each_is_right(door)
    again = json.loads((await submissions(settings, *words)).stdout)
    assert (again["sent"], again["skipped"]) == (0, 2)


async def test_a_publiccode_that_is_not_utf_8_is_not_sent_and_told_like_elsewhere(
    settings: Settings, outsider: Outsider, tmp_path: Path
) -> None:
    file = tmp_path / "publiccode.yml"
    file.write_bytes("name: Città\n".encode("latin-1"))
    told = await submissions(settings, "send", str(file), "--journal", str(tmp_path / "sent"), "--json")
    assert told.exit_code == 1
    assert "byte 10 is not UTF-8: publiccode.yml is a UTF-8 file" in told.stderr
    assert await outsider.ready("submissions.voices") == 0
    assert json.loads((await submissions(settings, "read", str(file), "--json")).stdout.splitlines()[0])[
        "message"
    ].startswith("byte 10 is not UTF-8")
