"""Letters and pages in a real browser: axe-core finds nothing against WCAG 2 A or AA, none is too wide."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from services.notifications.adapters.mime import put_into_words
from services.notifications.application.solution_history import AdoptionLine, SolutionHistory
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letter_content import attempted
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.official_changes import OfficialChange
from services.notifications.domain.sender import Sender
from services.notifications.http.pages import HANDLERS
from services.notifications.samples import SAMPLES, WRITTEN, assessment, brief, match, official
from services.notifications.web.page_session import Page, PageSession
from services.notifications.web.scorecard import scorecard, side_by_side
from tests.unit.notifications.browser import Browser, browser
from tests.unit.notifications.test_pages import RENDERER, WITHOUT_REPLIES, Memory

pytestmark = [pytest.mark.component, pytest.mark.long]
SENDER = Sender(secret=SecretStr("a secret for samples only"))
LINK = "https://citiesshare.example/p/key"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
show = RENDERER.show


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


def a_scorecard(locale: str) -> str:
    card = scorecard(brief(), assessment(), official(locale).speaks(), match())
    other = card.model_copy(
        update={"title": LocalizedText(text="Kerb space by the hour", language="en"), "bars": ()}
    )
    both = side_by_side([card, other])
    links: dict[str, Any] = dict.fromkeys(("share_link", "feedback_link", "talk_link"), LINK)
    asked: dict[str, Any] = {"ask_link": LINK, "sharing_city": "Tampere"}
    return show(
        "scorecard", locale, scorecard=card, compared=both, comments=(), **links, **asked, **WITHOUT_REPLIES
    )


Form = dict[str, list[str]]


def visited(scope: str, kind: str = "alert", form: Form | None = None) -> Callable[[str], str]:
    """The page behind a key of a sample letter, as its reader gets it; a ``form`` is sent by its button."""

    def page(locale: str) -> str:
        desk, letter = Memory(), SAMPLES[kind](locale)
        desk.official = official(locale)
        desk.changes = [OfficialChange(at=WRITTEN, way="import", what=("post", "email"))]
        visit = PageSession(desk.pages(), letter, desk.official, form or {}, form is not None)
        return asyncio.run(answered(visit, scope)).html

    page.__name__ = f"{scope}_{kind}_{'-'.join(form or {})}"
    return page


async def answered(visit: PageSession, scope: str) -> Page:
    page = await HANDLERS[scope](visit)
    assert isinstance(page, Page)
    return page


WISHES = {"find": ["lighting"], "topics": ["THEME:waste", "CPV:349"], "min_fit": ["a lot"]}


def way_in(locale: str) -> str:
    return show("ask_sign_in", locale, done=False, errors={"email": "address"}, email="maria", kept=True)


def closed(locale: str) -> str:
    return show("closed", locale, reason="handed_over", acts=False)


def digest_list(locale: str) -> str:
    letter = SAMPLES["digest"](locale)
    assert isinstance(letter, DigestLetter)
    return show("list", locale, city_name=letter.city_name, items=[*enumerate(letter.everything(), 1)])


def pack(locale: str) -> str:
    return show("pack", locale, letter=SAMPLES["legacy_pack"](locale))


def warned(locale: str) -> str:
    return show("warned", locale, letter=SAMPLES["warning"](locale), said=())


def lineage(locale: str) -> str:
    attempts = tuple(attempted(one, brief().city_names) for one in brief().implementations)
    story = SolutionHistory(attempts, (AdoptionLine("York", "adapted", 75.0),))
    return show("lineage", locale, letter=SAMPLES["lineage"](locale), story=story, said=())


PAGES: tuple[Callable[[str], str], ...] = (
    a_scorecard,
    digest_list,
    pack,
    warned,
    lineage,
    visited("talk", form={"words": [""]}),
    visited("feedback"),
    visited("feedback", form={"answer": ["not_for_us"]}),
    visited("feedback", form={"answer": ["adopted"], "asked": ["yes"]}),
    visited("feedback", form={"answer": ["adopted"], "how": ["bought"]}),
    visited("preferences"),
    visited("preferences", form=WISHES),
    visited("unsubscribe"),
    visited("unsubscribe", form={"scope": ["all"]}),
    visited("outcome", "outcome_checkin", {"outcome": [""]}),
    visited("confirm", "confirmation"),
    visited("introduce", "partners"),
    visited("introduce", "circle"),
    visited("sign_in", "account"),
    way_in,
    closed,
)


@pytest.mark.parametrize("kind", SAMPLES)
def test_letters_can_be_read_by_everybody_in_light_and_dark(kind: str, opened: Browser) -> None:
    for scheme in SCHEMES:
        for locale, width in (("en", 390), ("fi", 700)):
            opened.show(put_into_words(SAMPLES[kind](locale), SENDER).html, width, scheme)
            assert opened.violations() == []
            assert not opened.overflows()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.__name__))
def test_pages_can_be_read_by_everybody_in_light_and_dark(
    page: Callable[[str], str], opened: Browser
) -> None:
    for scheme in SCHEMES:
        for locale, width in (("en", 390), ("ru", 700)):
            opened.show(page(locale), width, scheme)
            assert opened.violations() == []
            assert not opened.overflows()


def test_the_check_itself_finds_what_is_wrong(opened: Browser) -> None:
    opened.show(
        "<html><body><p style='color:#ccc;background:#fff'>faint</p><img src=x></body></html>", 390, "light"
    )
    found = " ".join(opened.violations())
    assert "color-contrast" in found
    assert "image-alt" in found


def test_the_longest_words_fit_a_phone_in_every_language(opened: Browser) -> None:
    for locale in LANGUAGES:
        for html in (put_into_words(SAMPLES["alert"](locale), SENDER).html, a_scorecard(locale)):
            opened.show(html, 360, "light")
            assert not opened.overflows(), locale
