"""Who comes in is asked at the address letters go to; a post keeps its wishes when its holder changes."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.app import returned_mail_handler
from services.notifications.application.context import NotificationContext
from services.notifications.application.mailbox_import import read_mailbox, returned_mail
from services.notifications.domain.link_tokens import key_for
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import an_official
from tests.component.letters import a_context, a_letter, letter_document, letters_to, save_officials
from tests.mail import CASES, MALFORMED, nested, report

SETTINGS = Settings(mail_domain="mail.example.org", bounce_domain="bounce.example.org")
PENDING = an_official(id="new", email="new@example.org", status="pending", cadence="daily")


@pytest.fixture
async def context(database: Database) -> AsyncIterator[NotificationContext]:
    async with a_context(SETTINGS, database) as one:
        yield one


async def written(context: NotificationContext, official: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["to"]) for one in await letters_to(context.store, official)]


async def test_only_who_has_not_confirmed_is_asked_and_once_a_day(context: NotificationContext) -> None:
    for _ in range(2):
        assert await context.enrolment.enrol([PENDING, an_official()]) == 1
    assert await written(context, "new") == [("confirmation", "new@example.org")]
    assert await written(context, "official-1") == []


async def test_a_post_is_handed_over_with_its_wishes_and_its_new_holder_is_asked(
    context: NotificationContext,
) -> None:
    await context.enrolment.enrol([an_official(cadence="daily")])
    waiting = a_letter().model_copy(update={"to": "maja@example.org"})
    after = await context.enrolment.hand_over("official-1", "Jan Nowak", "jan@example.org")
    assert (after.status, after.cadence, after.post) == ("pending", "daily", "Lead")
    assert await written(context, "official-1") == [("account", "jan@example.org")]
    assert (await context.delivery.decide(waiting, datetime.now(UTC))).skip == "away", (
        "not for the old holder any more"
    )
    with pytest.raises(LookupError, match="nobody"):
        await context.enrolment.hand_over("nobody", "Jan Nowak", "jan@example.org")


@pytest.mark.parametrize("kept_in", ["mbox", "maildir", "folder", "message"])
async def test_what_came_back_is_read_from_a_mailbox_as_from_the_door(
    kept_in: str, context: NotificationContext, tmp_path: Path
) -> None:
    letter = a_letter()
    await save_officials(context.store, [an_official(id=letter.official, email=letter.to)])
    await context.delivery.entrust(letter)
    key = key_for(SETTINGS.sender.key, "unsubscribe", letter.id)
    mail = f"Delivered-To: unsubscribe@mail.example.org\nTo: x@else.org\nSubject: {key}\n\n\n".encode()
    path = _mailbox(kept_in, tmp_path, mail)
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        reader = returned_mail_handler(context, SETTINGS, pool.read)
        understood = [one.acted async for one in read_mailbox(path, reader, context.store.unreadable_mail)]
    official = await context.store.officials.find(letter.official)
    assert official is not None
    assert (understood, official.kinds_off) == ([True], ("alert",))


async def test_one_malformed_mail_is_set_aside_and_the_next_is_read(
    context: NotificationContext, tmp_path: Path
) -> None:
    """The same in a Maildir and an mbox: in a catch-all mailbox, the address is where the server wrote it."""
    letter = a_letter()
    await save_officials(context.store, [an_official(id=letter.official, email=letter.to)])
    await context.delivery.entrust(letter)
    to = SETTINGS.sender.envelope_from(letter)
    caught = f"Delivered-To: all@bounce.example.org\nX-Original-To: {to}\n".encode()
    bodies = (
        report("5.1.1"),
        MALFORMED,
        nested(900),
        b"\xff\xfe\x00",
        report("5.1.1", diagnostic="smtp; no"),
    )
    mails = [caught + body.replace(b"\r\n", b"\n") for body in bodies]
    for name in ("cur", "new", "tmp"):
        (tmp_path / "dir" / name).mkdir(parents=True)
    for number, mail in enumerate(mails):
        (tmp_path / "dir" / "cur" / str(number)).write_bytes(mail)
    (tmp_path / "mbox").write_bytes(b"\n".join(b"From x Mon Nov 23 09:00:00 2026\n" + mail for mail in mails))
    for path in (tmp_path / "dir", tmp_path / "mbox"):
        async with mail_parser_pool(ParserLimits(processes=1)) as pool:
            reader = returned_mail_handler(context, SETTINGS, pool.read)
            outcomes = [one async for one in read_mailbox(path, reader, context.store.unreadable_mail)]
        assert [one.reason is None for one in outcomes] == [True, False, False, False, True]
    returned = await letter_document(context.store, letter.id)
    assert returned is not None
    assert len(returned["returned"]) == 2
    assert {"parts" in one.reason for one in await context.store.unreadable_mail.all()} == {True, False}


async def test_the_mailbox_that_came_out_wrong_is_read_to_its_end(context: NotificationContext) -> None:
    if not CASES.exists():
        pytest.skip(f"{CASES} is not there")
    found = [mail for _, mail in returned_mail(CASES / "maildir", lambda address: address.startswith("b+"))]
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        read = [await pool.read(mail.raw) for mail in found]
    assert [len(mail.recipients) for mail in read] == [1, 0, 1]
    assert context is not None


ODD_NAMES = (
    b"1447940768.M1P2.host,S=120:2,FS", b"with a blank", b".hidden", b"line\nbreak", "Grüße".encode(),
    b"not \xff utf-8", b"-rf", b"[brackets]*?", b"%s {0}",
)  # fmt: skip


def test_a_mail_is_read_whatever_its_file_is_called(tmp_path: Path) -> None:
    for each in ("cur", "new", "tmp"):
        (tmp_path / each).mkdir()
    for number, name in enumerate(ODD_NAMES):
        mail = b"Delivered-To: b+%d@x.org\nSubject: x\n\n" % number
        Path(os.fsdecode(os.fsencode(tmp_path / "cur") + b"/" + name)).write_bytes(mail)
    (tmp_path / "cur" / "folder").mkdir()
    (tmp_path / "new" / "moved away").symlink_to(tmp_path / "nowhere")
    (tmp_path / "tmp" / "half").write_bytes(b"Delivered-To: b+99@x.org\n")
    found = dict(returned_mail(tmp_path, lambda address: address.startswith("b+")))
    assert {mail.to for mail in found.values()} == {f"b+{number}@x.org" for number in range(len(ODD_NAMES))}
    for told in found:
        assert told.isprintable(), "it is told to an operator"
        told.encode()


def test_a_folder_of_messages_is_read_in_whatever_case_they_are_called(tmp_path: Path) -> None:
    for number, name in enumerate(("a.eml", "B.EML", "c.Eml", "notes.txt")):
        (tmp_path / name).write_bytes(b"To: b+%d@x.org\n\n" % number)
    found = returned_mail(tmp_path, lambda address: address.startswith("b+"))
    assert sorted(mail.to for _, mail in found) == ["b+0@x.org", "b+1@x.org", "b+2@x.org"]


def test_a_mail_that_was_moved_while_the_mailbox_is_read_stops_no_other(tmp_path: Path) -> None:
    """A mail program moves what it has shown from ``new`` to ``cur``."""
    for each in ("cur", "new"):
        (tmp_path / each).mkdir()
    for number in range(3):
        (tmp_path / "new" / str(number)).write_bytes(b"To: b+%d@x.org\n\n" % number)
    found = []
    for _, mail in returned_mail(tmp_path, lambda address: address.startswith("b+")):
        (tmp_path / "new" / "1").unlink(missing_ok=True)
        found.append(mail.to)
    assert found == ["b+0@x.org", "b+2@x.org"]


def _mailbox(kind: str, folder: Path, mail: bytes) -> Path:
    file = {"maildir": folder / "new" / "1.x", "folder": folder / "1.eml"}.get(kind, folder / "one")
    for each in ("cur", "new", "tmp") if kind == "maildir" else ():
        (folder / each).mkdir()
    file.write_bytes(b"From x@else.org Mon Nov 23 09:00:00 2026\n" + mail if kind == "mbox" else mail)
    return folder if kind in {"maildir", "folder"} else file
