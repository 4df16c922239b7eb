"""The local mailbox: a letter runs nothing, and its links open."""

import re
from pathlib import Path

from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from citiesshare.local.mailbox import MailStore, pages
from services.notifications.adapters.mime import render
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES


async def test_links_of_a_letter_open_in_a_tab_of_their_own_and_no_script_runs(tmp_path: Path) -> None:
    store = MailStore(tmp_path / "mail")
    key = store.maildir.add(render(SAMPLES["alert"]("en"), Sender(secret=SecretStr("for tests only, long"))))
    async with AsyncClient(transport=ASGITransport(pages(store)), base_url="http://testserver") as client:
        page = (await client.get(f"/letters/{key}")).text
        letter = (await client.get(f"/letters/{key}/html")).text
    allowed = re.findall(r"sandbox='([^']*)'", page)
    assert [sorted(one.split()) for one in allowed] == [["allow-popups", "allow-popups-to-escape-sandbox"]]
    assert letter.index("<base target=_blank>") < letter.index("href=")
