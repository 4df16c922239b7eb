"""The import of officials: what the city owns is changed, what the person said stays, slips are refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from citiesshare.cli import app
from citiesshare.commands import run_stack
from citiesshare.local.stack import Stack
from services.notifications.adapters import officials_file
from services.notifications.adapters.officials_file import UnreadableOfficialsFile, read_file
from services.notifications.adapters.smtp import xtext
from services.notifications.application.context import NotificationContext
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letters.alert import write
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.official_import import changes
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.preferences import stop
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import a_match, solution_matched
from tests.component.letters import a_context

ROW: dict[str, Any] = {
    "id": "malmo-it",
    "name": "Test Person",
    "email": "test@example.org",
    "city": "2692969",
    "post": "IT",
    "status": "active",
    "cadence": "instant",
    "timezone": "Europe/Stockholm",
}
HEAD = ",".join(ROW)


def in_json(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "officials.json"
    path.write_text(json.dumps(rows))
    return path


def in_csv(folder: Path, *rows: dict[str, Any], separator: str = ",") -> Path:
    path = folder / "officials.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    path.write_text("\ufeff" + "\n".join(separator.join(line) for line in lines) + "\n", "utf-8")
    return path


Form = Callable[..., Path]
FORMS = pytest.mark.parametrize("form", [in_json, in_csv])


@FORMS
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"timezone": "Europe/Nowhere"}, "timezone: there is no time zone 'Europe/Nowhere'"),
        ({"timezone": "../../etc/passwd"}, "timezone: there is no time zone"),
        ({"kind_off": "alert"}, "kind_off: no such field"),
        ({"cadense": "off"}, "cadense: no such field"),
        ({"cadence": "hourly"}, "cadence: is 'hourly', which is not known"),
        ({"email": "no address"}, "email: "),
        ({"id": "first"}, "id: 'first' is the id of row"),
    ],
)
def test_a_slip_is_refused_with_row_and_field(
    form: Form,
    change: dict[str, Any],
    fault: str,
    tmp_path: Path,
) -> None:
    first = {**ROW, "id": "first"}
    with pytest.raises(UnreadableOfficialsFile) as refused:
        read_file(form(tmp_path, first, {**ROW, **change}))
    row = 2 if form is in_json else 3
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(f"row {row}, {fault}")


def test_a_slip_inside_a_field_is_refused_too(tmp_path: Path) -> None:
    nested = {**ROW, "thresholds": {"min_fitt": 3}, "quiet": {"weekend": False}}
    with pytest.raises(UnreadableOfficialsFile) as refused:
        read_file(in_json(tmp_path, nested))
    assert refused.value.faults == (
        "row 1, thresholds.min_fitt: no such field",
        "row 1, quiet.weekend: no such field",
    )


@pytest.mark.parametrize("text", ["{}", "[", "[1]", "[" * 100_000, '"x"', "[null]"])
def test_what_is_no_list_of_officials_is_refused_and_never_a_crash(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(UnreadableOfficialsFile):
        read_file(path)


@FORMS
def test_a_good_row_is_read_alike_from_json_and_from_a_table(form: Form, tmp_path: Path) -> None:
    (read,) = read_file(form(tmp_path, ROW))
    assert read == Official.model_validate(ROW)
    assert read.model_fields_set == set(ROW)


@FORMS
@pytest.mark.parametrize(
    ("written", "read_as"), [("yes", True), ("true", True), ("1", True), ("no", False), ("false", False)]
)
def test_who_looks_after_the_posts_of_a_city_is_in_its_file(
    form: Form, written: str, read_as: bool, tmp_path: Path
) -> None:
    (read,) = read_file(form(tmp_path, {**ROW, "administers": written, "role": "member"}))
    assert (read.administers, read.role) == (read_as, Role.MEMBER)
    (silent,) = read_file(form(tmp_path, ROW))
    assert "administers" not in changes(read, silent, former=False), "a file without it changes nothing"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_has_lists_and_nested_fields(separator: str, tmp_path: Path) -> None:
    row = {**ROW, "departments": "IT|Streets", "thresholds.min_fit": "30", "quiet": "none", "weekday": "3"}
    (read,) = read_file(in_csv(tmp_path, row, separator=separator))
    assert (read.departments, read.thresholds.min_fit, read.quiet, read.weekday) == (
        ("IT", "Streets"),
        30,
        None,
        3,
    )


@FORMS
def test_an_international_domain_is_good_as_it_goes_over_the_wire(form: Form, tmp_path: Path) -> None:
    (read,) = read_file(form(tmp_path, {**ROW, "email": "maja@xn--krakw-3ta.pl"}))
    assert read.email == "maja@xn--krakw-3ta.pl"
    letter = write(solution_matched(), a_match(), read)
    assert read_letter(letter.model_dump(mode="json")).to == "maja@xn--krakw-3ta.pl"
    assert xtext(letter.to).isascii()


@pytest.fixture
async def context(database: Database) -> Any:  # noqa: ANN401
    async with a_context(Settings(), database) as one:
        yield one


async def there(context: NotificationContext, post: str = "malmo-it") -> Official:
    found = await context.store.officials.find(post)
    assert found is not None
    return found


def a_row(**changes: Any) -> Official:  # noqa: ANN401
    return Official.model_validate({**ROW, **changes})


async def test_an_import_changes_what_the_city_owns_and_nothing_that_the_person_said(
    context: NotificationContext,
) -> None:
    await context.enrolment.enrol([a_row(status="pending")])
    await context.store.officials.confirm(await there(context))
    before = await there(context)
    said = stop(stop(before, "alert"), "topic:CPV:90")
    wishes = {"cadence": "weekly", "locale": "sv", "pause_until": date(2027, 3, 1), "weekday": 4}
    await context.store.officials.update_preferences(before, said.model_copy(update=wishes), "page")
    await context.store.address_statuses.save(ROW["email"], AddressStatus(stopped="complaint"))
    asked = await context.enrolment.enrol(
        [a_row(status="pending", post="Head of IT", name="Test Q. Person", departments=("IT",), locale="en")]
    )
    now = await there(context)
    assert asked == 0
    assert (now.post, now.name, now.departments) == ("Head of IT", "Test Q. Person", ("IT",))
    assert (now.kinds_off, now.topics_off, now.status) == (("alert",), ("CPV:90",), "active")
    assert (now.cadence, now.locale, now.pause_until, now.weekday) == ("weekly", "sv", date(2027, 3, 1), 4)
    assert (await context.store.address_statuses.find(ROW["email"])).stopped == "complaint"


async def test_the_same_import_again_changes_nothing(context: NotificationContext) -> None:
    await context.enrolment.enrol([a_row()])
    before = await there(context)
    imported = await context.store.officials.import_officials([a_row()])
    assert (imported.added, imported.changed) == (frozenset(), frozenset())
    assert await there(context) == before


async def test_a_new_address_is_asked_before_it_is_written_to(context: NotificationContext) -> None:
    await context.enrolment.enrol([a_row()])
    moved = {name: value for name, value in ROW.items() if name != "status"} | {"email": "new@example.org"}
    assert await context.enrolment.enrol([Official.model_validate(moved)]) == 1
    now = await there(context)
    assert (now.email, now.status, now.cadence) == ("new@example.org", "pending", "instant")


async def test_an_old_file_does_not_undo_a_hand_over(context: NotificationContext) -> None:
    await context.enrolment.enrol([a_row()])
    await context.enrolment.hand_over("malmo-it", "Jan Nowak", "jan@example.org")
    await context.store.officials.confirm(await there(context))
    holder = await there(context)
    await context.store.officials.update_preferences(holder, holder.model_copy(update={"weekday": 2}), "page")
    await context.enrolment.enrol([a_row(post="Head of IT")])
    now = await there(context)
    assert (now.name, now.email, now.status, now.post) == (
        "Jan Nowak",
        "jan@example.org",
        "active",
        "Head of IT",
    )
    await context.enrolment.enrol([a_row(name="Ada Third", email="ada@example.org")])
    assert (await there(context)).email == "ada@example.org", "somebody else is the city's own word"


async def test_who_left_is_the_citys_word(context: NotificationContext) -> None:
    await context.enrolment.enrol([a_row()])
    await context.enrolment.enrol([a_row(status="left")])
    assert (await there(context)).away(datetime.now(UTC).date())
    await context.enrolment.enrol([a_row()])
    assert (await there(context)).status == "active"


async def test_a_file_with_one_fault_imports_nothing(
    database: Database, context: NotificationContext, tmp_path: Path
) -> None:
    path = in_json(tmp_path, ROW, {**ROW, "id": "second", "cadense": "off"})
    told = CliRunner().invoke(app, ["notifications", "officials", "import", str(path)])
    assert told.exit_code == 2
    assert "row 2, cadense: no such field" in " ".join(told.output.replace("│", " ").split())
    assert await context.store.officials.all() == []
    assert await database["officials"].count_documents({}) == 0


async def test_run_imports_its_sample_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept: list[int] = []

    async def import_into(_: str, some: list[Official]) -> None:
        kept.append(len(some))

    monkeypatch.setattr(officials_file, "import_into", import_into)
    for _ in range(3):
        await run_stack._import_officials(Stack(tmp_path))
    assert len(kept) == 1
    assert kept[0] > 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cadence": "daly"}, "cadence: is 'daly', which is not known: did you mean daily?"),
        ({"cadense": "off"}, "cadense: no such field: did you mean cadence?"),
        ({"city": "Malmö"}, "city: 'Malmö' is no GeoNames id: write the number of the city"),
        ({"topics": ["lighting"]}, "topics.0: 'lighting': This is not a topic we know."),
        ({"post": 7}, "post: is a number: write a text"),
    ],
)
def test_a_slip_is_refused_in_words_of_our_own_with_the_nearest_that_is_known(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableOfficialsFile) as refused:
        read_file(in_json(tmp_path, {**ROW, **change}))
    assert f"row 1, {said}" in str(refused.value)
    assert "Input should" not in str(refused.value)


def test_a_name_in_another_encoding_is_read_or_refused_and_never_kept_with_holes(tmp_path: Path) -> None:
    path = in_csv(tmp_path, {**ROW, "name": "Jörg Åkesson"})
    text = path.read_text("utf-8-sig")
    path.write_bytes(text.encode("utf-16"))
    assert [one.name for one in read_file(path)] == ["Jörg Åkesson"]
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(
        UnreadableOfficialsFile, match=r"row 2: byte \d+ is not UTF-8: save the file as UTF-8"
    ):
        read_file(path)
