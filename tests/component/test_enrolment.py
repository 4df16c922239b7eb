"""Who comes in is asked at the address letters go to; a post keeps its wishes when its holder changes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifications.app import reader_of_returns
from services.notifications.domain.tokens import key_for
from services.notifications.handlers import Room
from services.notifications.mailboxes import returned_mail
from services.notifications.settings import Settings
from shared.mongo import Database
from tests.builders import an_official
from tests.component.letters import a_letter, a_room

SETTINGS = Settings(mail_domain="mail.example.org", bounce_domain="bounce.example.org")
PENDING = an_official(id="new", email="new@example.org", status="pending", cadence="daily")


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with a_room(SETTINGS, database) as one:
        yield one


async def written(room: Room, official: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["to"]) for one in await room.store.letters(official)]


async def test_only_who_has_not_confirmed_is_asked_and_once_a_day(room: Room) -> None:
    for _ in range(2):
        assert await room.enrolment.take([PENDING, an_official()]) == 1
    assert await written(room, "new") == [("confirmation", "new@example.org")]
    assert await written(room, "official-1") == []


async def test_a_post_is_handed_over_with_its_wishes_and_its_new_holder_is_asked(room: Room) -> None:
    await room.enrolment.take([an_official(cadence="daily")])
    waiting = a_letter().model_copy(update={"to": "maja@example.org"})
    after = await room.enrolment.hand_over("official-1", "Jan Nowak", "jan@example.org")
    assert (after.status, after.cadence, after.post) == ("pending", "daily", "Lead")
    assert await written(room, "official-1") == [("account", "jan@example.org")]
    assert (await room.post.look(waiting, datetime.now(UTC))).skip == "away", (
        "not for the old holder any more"
    )
    with pytest.raises(LookupError, match="nobody"):
        await room.enrolment.hand_over("nobody", "Jan Nowak", "jan@example.org")


@pytest.mark.parametrize("kept_in", ["mbox", "maildir", "folder", "message"])
async def test_what_came_back_is_read_from_a_mailbox_as_from_the_door(
    kept_in: str, room: Room, tmp_path: Path
) -> None:
    letter = a_letter()
    await room.store.keep_officials([an_official(id=letter.official, email=letter.to)])
    await room.post.entrust(letter)
    key = key_for(SETTINGS.sender.key, "unsubscribe", letter.id)
    mail = f"Delivered-To: unsubscribe@mail.example.org\nTo: x@else.org\nSubject: {key}\n\n\n".encode()
    path = _mailbox(kept_in, tmp_path, mail)
    reader = reader_of_returns(room, SETTINGS)
    understood = [await reader.take(raw, to) for raw, to in returned_mail(path, SETTINGS.ours)]
    official = await room.desk.find_official(letter.official)
    assert official is not None
    assert (understood, official.kinds_off) == ([True], ("alert",))


def _mailbox(kind: str, folder: Path, mail: bytes) -> Path:
    file = {"maildir": folder / "new" / "1.x", "folder": folder / "1.eml"}.get(kind, folder / "one")
    for each in ("cur", "new", "tmp") if kind == "maildir" else ():
        (folder / each).mkdir()
    file.write_bytes(b"From x@else.org Mon Nov 23 09:00:00 2026\n" + mail if kind == "mbox" else mail)
    return folder if kind in {"maildir", "folder"} else file
