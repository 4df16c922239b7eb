"""Terms of use, privacy, accessibility and imprint: the operator's files, safe, linked from every page."""

from pathlib import Path

import pytest

from services.notifications.adapters.legal_files import LegalFiles, as_html
from services.notifications.domain.legal import NAMES, LegalName
from services.notifications.samples import official
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.component.desk import SITE, a_desk

pytestmark = pytest.mark.component
NOT_COMPLETE = "Whoever runs this system has not completed this page yet."


@pytest.mark.parametrize("name", NAMES)
async def test_a_page_is_the_operators_file_in_the_readers_language_and_the_default_says_that_it_is_none(
    database: Database, tmp_path: Path, name: LegalName
) -> None:
    settings = Settings(public_url=SITE, legal_dir=tmp_path, legal_language="de")
    async with a_desk(database, settings) as desk, desk.browser() as reader:
        page = await reader.get(f"/legal/{name}")
        assert page.status_code == 200
        assert NOT_COMPLETE in page.text
        assert "It is no legal advice." in page.text
        (tmp_path / f"{name}.md").write_text("# Über uns\n\nStadt Beispiel")
        (tmp_path / f"{name}.pl.md").write_text("# O nas")
        page = await reader.get(f"/legal/{name}")
        assert NOT_COMPLETE not in page.text
        assert '<div class="legal-text" lang="de" dir="ltr">\n<h1>Über uns</h1>' in page.text
        polish = await reader.get(f"/legal/{name}", headers={"accept-language": "pl"})
        assert "<h1>O nas</h1>" in polish.text
        assert "set-cookie" not in page.headers
        assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["nothing", "..%2fterms", "terms.md"])
async def test_no_other_file_can_be_had(database: Database, tmp_path: Path, name: str) -> None:
    (tmp_path / "nothing.md").write_text("secret")
    async with (
        a_desk(database, Settings(public_url=SITE, legal_dir=tmp_path)) as desk,
        desk.browser() as reader,
    ):
        page = await reader.get(f"/legal/{name}")
    assert page.status_code in {404, 422}
    assert "secret" not in page.text


async def test_every_page_of_letters_and_the_desk_leads_to_them(database: Database) -> None:
    async with a_desk(database) as desk, await desk.signed_in(official()) as browser:
        for address in ("/in", "/desk", "/legal/terms", "/s/nothing"):
            page = (await browser.get(address)).text
            assert all(f'href="/legal/{name}"' in page for name in NAMES), address


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,x)", "[x](data:text/html,x)"),
        ("![x](https://example.org/x.png)", '!<a href="https://example.org/x.png">x</a>'),
        ("[x](https://example.org)", '<a href="https://example.org">x</a>'),
        ("<a href='x' onclick='y'>z</a>", "&lt;a href='x' onclick='y'&gt;"),
        ("|a|b|\n|-|-|\n|c|d|", "<td>c</td>"),
    ],
)
def test_markdown_becomes_html_without_scripts_images_or_html_of_its_own(markdown: str, html: str) -> None:
    assert html in as_html(markdown)


def test_what_the_operator_has_not_filled_in_is_named(tmp_path: Path) -> None:
    assert set(LegalFiles().unfilled()) == set(NAMES)
    for name in NAMES:
        (tmp_path / f"{name}.md").write_text("# All there")
    assert LegalFiles(tmp_path).unfilled() == {}
    (tmp_path / "imprint.md").write_text("[[name]] and [[the\nstreet]]")
    assert LegalFiles(tmp_path).unfilled() == {"imprint": ("name", "the street")}
