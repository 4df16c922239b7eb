"""Complete messages, read by parsers other than ours."""

import ast
import email
import re
from email.message import EmailMessage
from email.policy import default
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import MOST_BYTES, put_into_words, render
from services.notifications.adapters.templates import MARKS
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters import alert, digest
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.samples import SAMPLES, match, matched, official
from shared.events import Match, SolutionMatched
from tests.unit.notifications.sample_letters import SENDER, rendered

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "letters"
PARTS = ("Keep", "Adapt", "Build first", "Ask", "Beware", "Buy", "First step", "KPI")
EVERY = [(kind, locale) for kind in SAMPLES for locale in LANGUAGES]


def parsed(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(render(letter, SENDER), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def bare() -> tuple[SolutionMatched, Match]:
    """A match about which next to nothing is known."""
    full = match()
    empty = full.model_copy(
        update={"gaps": (), "nearest_failure": None, "nearest_success": None, "departments": ()}
    )
    event = matched()
    solution = event.brief.solution.model_copy(
        update=dict.fromkeys(("contact", "cost", "months", "provider", "buying_route", "first_step"))
        | {"components": (), "kpis": (), "reuse": type(event.brief.solution.reuse)()}
    )
    told = event.brief.model_copy(update={"solution": solution, "implementations": ()})
    return event.model_copy(update={"brief": told}), empty


def colon(locale: str, usual: str = ":") -> str:
    """The colon of a language: English has none before it, French a space, Japanese its own."""
    colon, before_value, _ = MARKS.get(locale, (":", ": ", ", "))
    return before_value if usual == ": " else colon


class Tags(HTMLParser):
    """The tags and languages of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.languages: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.languages += [value for name, value in attrs if name == "lang"]


@pytest.mark.parametrize(("kind", "locale"), EVERY)
def test_every_kind_renders_in_every_language(kind: str, locale: str) -> None:
    raw = render(SAMPLES[kind](locale), SENDER)
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    html = message.get_body(("html",))
    text = message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert message["Content-Language"] == locale
    assert Tags(html.get_content()).languages[0] == locale
    assert not Tags(html.get_content()).tags & {"img", "script", "link", "iframe", "object", "video"}
    assert len(str(message["Subject"])) < 60
    assert len(raw) <= MOST_BYTES
    for part in (html.get_content(), text.get_content()):
        assert "%(" not in part
        assert "{{" not in part
        assert "None" not in part


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_same_letter_gives_the_same_bytes_also_after_it_was_kept(kind: str) -> None:
    letter = SAMPLES[kind]("pl")
    kept = read_letter(letter.model_dump(mode="json"))
    assert type(kept) is type(letter)
    assert render(kept, SENDER) == render(letter, SENDER)


@pytest.mark.parametrize("kind", SAMPLES)
def test_list_headers_are_never_encoded_and_no_line_is_too_long(kind: str) -> None:
    head = render(SAMPLES[kind]("ja"), SENDER).split(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    unfolded = re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")
    listed = [line for line in unfolded if line.lower().startswith(b"list-")]
    assert not any(b"=?" in line for line in listed)
    assert (kind in {"account", "confirmation"}) == (not listed)


def test_an_alert_carries_exactly_the_headers_of_one_click_unsubscribe() -> None:
    message = parsed(SAMPLES["alert"]("en"))
    unsubscribe = re.fullmatch(
        r"<https://citiesshare\.example/u/([a-z2-7]{35})>, <mailto:unsubscribe@\S+\?subject=\1>",
        str(message["List-Unsubscribe"]),
    )
    assert unsubscribe, message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "Maria Nowak <mobility@krakow.example.org>"
    assert message["Precedence"] is None
    assert message.get_boundary() == f"=_{SAMPLES['alert']('en').id}"


def test_replies_are_offered_only_where_a_relay_takes_them() -> None:
    letter = SAMPLES["alert"]("en")
    assert parsed(letter)["Reply-To"] is None
    relayed = SENDER.model_copy(update={"reply_domain": "reply.citiesshare.example"})
    offered = email.message_from_bytes(render(letter, relayed), policy=default)["Reply-To"]
    assert re.fullmatch(
        r"Tampere via CitiesShare <r\+[a-z2-7]{35}@reply\.citiesshare\.example>", str(offered)
    )
    assert "Reply to this letter to ask Tampere" in put_into_words(letter, relayed).text
    for words in put_into_words(letter, SENDER)[1:]:
        assert "Nobody reads replies to this letter." in words


def test_an_update_hangs_under_the_first_letter() -> None:
    first, later = parsed(SAMPLES["alert"]("en")), parsed(SAMPLES["update"]("en"))
    assert later["In-Reply-To"] == first["References"]
    assert later["Message-ID"] != first["Message-ID"]


def test_a_name_with_a_line_break_cannot_add_a_header() -> None:
    letter = SAMPLES["alert"]("en").model_copy(update={"to_name": "Maria\r\nBcc: all@x.org"})
    message = parsed(letter)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].display_name == "Maria Bcc: all@x.org"


def test_what_a_city_wrote_is_text_and_never_markup() -> None:
    event = matched()
    evil = event.brief.solution.model_copy(
        update={"title": "<script>x</script>", "first_step": "<img src=x>"}
    )
    told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": evil})})
    html = put_into_words(alert.write(told, match(), official()), SENDER).html
    assert not Tags(html).tags & {"script", "img"}
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_of_the_eight_parts_is_there_or_not_known(locale: str) -> None:
    """C6."""
    event, empty = bare()
    say = localizer_for(locale).say
    for letter, unknown in ((SAMPLES["alert"](locale), 0), (alert.write(event, empty, official(locale)), 8)):
        text = put_into_words(letter, SENDER).text
        for part in PARTS:
            line = next(one for one in text.splitlines() if one.startswith(say(part) + colon(locale)))
            assert line.endswith(say("not known")) or unknown == 0
        assert text.count(say("not known")) >= unknown


@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_alert_says_what_others_paid_and_how_it_spreads_or_that_it_is_not_known(locale: str) -> None:
    """N18, N19: never a price without its source."""
    event, empty = bare()
    event = event.model_copy(update={"brief": event.brief.model_copy(update={"spread": None})})
    speak = localizer_for(locale)
    unknown = put_into_words(
        alert.write(event, empty.model_copy(update={"prices": ()}), official(locale)), SENDER
    ).text
    for heading in ("What others paid", "How it spreads"):
        assert re.search(f"{speak.say(heading)}{colon(locale)} ?{speak.say('not known')}", unknown)
    known = rendered("alert", locale)
    for text in (known.text, known.html):
        assert "ocds-h9x2-2022-tampere-0417" in text
        assert speak.word("verification", "self") in text
        assert f"2026{colon(locale, ': ')}1" in unescape(text)


def test_words_of_a_city_carry_the_language_they_are_in() -> None:
    html = put_into_words(SAMPLES["alert"]("fi"), SENDER).html
    assert '<span lang="en" dir="ltr">Night-time freight hub</span>' in html
    assert "alkukieli: englanti" in html
    assert "original:" not in put_into_words(SAMPLES["alert"]("en"), SENDER).text


def test_a_translated_title_does_not_hide_that_the_rest_is_in_the_citys_own_words() -> None:
    letter = SAMPLES["alert"]("en")
    assert isinstance(letter, alert.AlertLetter)
    theirs = letter.model_copy(update={"here": letter.here.model_copy(update={"language": "es"})})
    words = put_into_words(theirs, SENDER)
    for text in (words.text, words.html):
        assert "(original: Spanish)" in text.partition("could work in")[2]


def test_a_digest_of_a_hundred_matches_stays_small_and_says_how_many_more() -> None:
    one = digest.item(matched(), match(), official())
    many = [one.model_copy(update={"solution": f"s{n}", "fit": float(n % 100)}) for n in range(100)]
    letter = digest.write(official(), "weekly|2026-W48", many, matched().matched)
    assert letter is not None
    shown = [item.fit for group in letter.groups for item in group.items]
    assert shown == sorted(shown, reverse=True)
    assert (len(shown), letter.more) == (10, 90)
    assert len(render(letter, SENDER)) < 30_000


def test_a_digest_with_nothing_new_is_not_written() -> None:
    """A3."""
    told = digest.item(matched(), match(), official()).model_copy(update={"told": True})
    for items in ([], [told]):
        assert digest.write(official(), "weekly|2026-W48", items, matched().matched, below_limits=7) is None


def test_a_period_has_one_digest_however_often_it_is_composed() -> None:
    item = digest.item(matched(), match(), official())
    written = [
        digest.write(official(), period, [item], matched().matched)
        for period in ("weekly|2026-W48", "weekly|2026-W48", "weekly|2026-W49")
    ]
    ids = [letter.id for letter in written if letter]
    assert ids[0] == ids[1] != ids[2]


@given(st.text(max_size=200), st.text(min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_words_of_a_city_can_be_mailed(summary: str, title: str) -> None:
    event = matched()
    solution = event.brief.solution.model_copy(
        update={"summary": summary, "title": " ".join(title.split()) or "x"}
    )
    told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": solution})})
    letter = alert.write(told, match(), official())
    assert render(letter, SENDER) == render(letter, SENDER)


@pytest.mark.parametrize(("kind", "locale"), EVERY)
def test_letters_say_what_the_golden_files_say(kind: str, locale: str) -> None:
    """Write anew and read the diff.

    LETTER_SECRET="a secret for samples only" citiesshare notifications preview --every tests/golden/letters
    """
    said = rendered(kind, locale)
    kept = (GOLDEN / locale / f"{kind}.txt").read_text("utf-8")
    assert f"{said.subject}\n\n{said.text}" == kept


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_whole_message_is_what_the_golden_file_says(kind: str) -> None:
    assert render(SAMPLES[kind]("en"), SENDER) == (GOLDEN / f"{kind}.eml").read_bytes()


def test_every_word_of_the_vocabulary_is_translated() -> None:
    for locale in LANGUAGES:
        for field, known in VOCABULARY.items():
            for key in known:
                assert localizer_for(locale).word(field, key)


def test_writing_letters_asks_neither_clock_nor_disk_nor_network() -> None:
    forbidden = {
        "os",
        "pathlib",
        "time",
        "random",
        "socket",
        "logging",
        "structlog",
        "aiosmtplib",
        "zoneinfo",
    }
    for file in (ROOT / "services" / "notifications" / "domain" / "letters").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        names = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
        }
        calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & forbidden, file
        assert not calls & {"now", "today", "utcnow"}, file
