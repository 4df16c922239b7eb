"""What of a reply is passed on: the new words; nothing that opens a door, names anybody or was quoted."""

from collections.abc import Callable
from functools import cache
from textwrap import wrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.notifications.adapters.mail_parser import read_mail
from services.notifications.adapters.mime import put_into_words
from services.notifications.application.ports import Rendered
from services.notifications.domain.html_to_text import html_to_text
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.reply_text import Original, Ours, new_words
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES
from tests.mail import CASES, reply

SITE = "https://citiesshare.example"
REPLY_TO = "r+abcdefghijklmnopqrstuvwxyz234567abc@reply.example"
OURS = Ours(SITE, domains=frozenset({"reply.example", "mail.example"}), people=("Maria Nowak",))
LETTER = Original.of(
    ["82% fit for Tampere\n\nFirst step: count lorries at the northern entrance\nSee all:\n"]
)


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (
            "Who runs it?\r\n\r\nOn Monday CitiesShare <r+key@reply.example> wrote:\r\n> 82%\r\n> x",
            "Who runs it?",
        ),
        ("On Mon, CitiesShare wrote:\n> First step: count lorries\n\nWhich by-law?", "Which by-law?"),
        ("> one\nFirst answer.\n> two\n\nSecond answer.\n>> three", "First answer.\n\nSecond answer."),
        ("Who?\n\nOn Mon, 23 Nov 2026 at 10:00 Tampere via CitiesShare <\n"
         f"{REPLY_TO}> wrote:\n> 82%\n\nAnd when?", "Who?\nAnd when?"),
        ("Who runs it?\n\n-----Original Message-----\nFrom: x\n82% fit for Tampere", "Who runs it?\nFrom: x"),
        ("Who runs it?\n________________________________\nFrom: CitiesShare\nSent: Monday\nTo: Maria\n"
         "Subject: 82%\n\nFirst step: count lorries at the\nnorthern entrance", "Who runs it?"),
        ("Who runs it?\n-- \nMaria Nowak\nmaria@krakow.example.org", "Who runs it?"),
        ("-- \nMaria\n> quoted\nMy answer.", "My answer."),
        (f"Who runs it?\nSee all: {SITE}/s/abcdef\nmore", "Who runs it?\n\nmore"),
        ("One\n\n\n\n\nTwo", "One\n\nTwo"),
        ("Write to maria.nowak@krakow.example.org, please", "Write to …, please"),
        ("Write to maria＠krakow.example.org", "Write to …"),
        ("Kind regards\nMaria Nowak", "Kind regards\n…"),
        ("Use abcdefghijklmnopqrstuvwxyz234567abc here", "Use … here"),
        ("> only a quotation", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_only_what_is_new_is_passed_on(mail: str, words: str) -> None:
    assert new_words(mail, OURS, LETTER).replace("\n\n", "\n") == words.replace("\n\n", "\n")


def test_a_question_that_ends_with_a_colon_stays() -> None:
    asked = "We would ask three things:\nwho, when, how"
    assert new_words(asked, OURS) == asked
    assert new_words("My answer to this point:\n> 82%\nNo.", OURS) == "My answer to this point:\nNo."


INTRODUCTIONS = (
    "On Mon, 23 Nov 2026 at 10:00, Tampere via CitiesShare <{to}> wrote:",
    "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb CitiesShare <{to}>:",
    "Le lun. 23 nov. 2026 à 10:00, CitiesShare <{to}> a écrit :",
    "El lun, 23 nov 2026 a las 10:00, CitiesShare (<{to}>) escribió:",
    "Em seg., 23 de nov. de 2026 às 10:00, CitiesShare <{to}> escreveu:",
    "El dl., 23 de nov. 2026, CitiesShare va escriure:",
    "Il giorno lun 23 nov 2026 alle ore 10:00 CitiesShare <{to}> ha scritto:",
    "Op ma 23 nov 2026 om 10:00 schreef CitiesShare <{to}>:",
    "Den mån 23 nov. 2026 kl 10:00 skrev CitiesShare <{to}>:",
    "man. 23. nov. 2026 kl. 10:00 skrev Tampere via CitiesShare <\n{to}>:",
    "ma 23. marrask. 2026 klo 10.00 CitiesShare ({to}) kirjoitti:",
    "Kuupäev E, 23. november 2026 kell 10:00 kirjutas CitiesShare <{to}>:",
    "pon., 23 lis 2026 o 10:00 CitiesShare <{to}> napisał(a):",
    "пн, 23 нояб. 2026 г. в 10:00, CitiesShare <{to}>:",
    "Dé Luain 23 Samh 2026, scríobh CitiesShare:",
    "2026年11月23日(月) 10:00 CitiesShare <{to}>:",
    "2026/11/23 10:00、CitiesShare <{to}>のメール:",
    "Στις Δευ 23 Νοε 2026 στις 10:00, ο χρήστης CitiesShare <{to}> έγραψε:",
    "пн, 23 лист. 2026 р. о 10:00 CitiesShare <{to}> пише:",
    "Am Montag schrieb Tampere:",
)


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_the_line_that_introduces_a_quotation_goes_in_every_language(introduction: str) -> None:
    for above in ("Above.\n\n", "Above.\n", ""):
        mail = f"{above}{introduction.format(to=REPLY_TO)}\n\n> 82%\n\nBelow."
        assert new_words(mail, OURS, LETTER).split() == [*above.split(), "Below."]


HEADER_BLOCKS = (
    "From: CitiesShare <{to}>\nSent: Monday, 23 November 2026 10:00\nTo: Maria Nowak\nSubject: 82%",
    "*Von:* Tampere via CitiesShare <{to}>\n*Gesendet:* Montag\n*An:* Maria Nowak\n*Betreff:* 82%",
    "De : CitiesShare <{to}>\nEnvoyé : lundi\nÀ : Maria Nowak <m@k.example>\nObjet : 82%",
    "Od: CitiesShare <{to}>\nWysłano: poniedziałek\nDo: Maria Nowak\nTemat: 82%",
    "От: CitiesShare <{to}>\nОтправлено: понедельник\nКому: Maria Nowak\nТема: 82%",
    "差出人: CitiesShare <{to}>\n送信日時: 2026年11月23日\n宛先: Maria Nowak\n件名: 82%",
    "Lähettäjä: CitiesShare <{to}>\nLähetetty: maanantai\nVastaanottaja: Maria Nowak\nAihe: 82%",
)
SENDER = Sender(secret=SecretStr("a secret for tests only"), reply_domain="reply.citiesshare.example")
ANSWERS = ("Which by-law did you use?", "Do 3 vans do?", "何台ですか")


def marked(letter: Rendered, _: str) -> str:
    return "\n".join(f"> {line}" for line in letter.text.split("\n"))


def wrapped(letter: Rendered, _: str) -> str:
    """Some programs wrap what they quote, and mark the first line alone."""
    lines = (wrap(line, 60) or [""] for line in letter.text.split("\n"))
    return "\n".join("\n".join(["> " + first, *rest]) for first, *rest in lines)


def below_a_block(letter: Rendered, block: str) -> str:
    return f"{block}\n\n{letter.text}"


def wrapped_below_a_block(letter: Rendered, block: str) -> str:
    return f"{block}\n\n" + "\n".join("\n".join(wrap(line, 66)) for line in letter.text.split("\n"))


as_text = cache(html_to_text)


def html_below_a_block(letter: Rendered, block: str) -> str:
    return f"{block}\n\n{as_text(letter.html)}"


def html_in_a_quotation(letter: Rendered, block: str) -> str:
    return html_to_text(f"<p>{block.splitlines()[0]} wrote:</p><blockquote>{letter.html}</blockquote>")


STYLES: tuple[Callable[[Rendered, str], str], ...] = (
    marked, wrapped, below_a_block, wrapped_below_a_block, html_below_a_block, html_in_a_quotation,
)  # fmt: skip


def letters_of(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


@cache
def sent(kind: str, locale: str) -> tuple[Rendered, Ours, Original, str]:
    """A sample letter, what of it must not pass, how it is known again, and its address for replies."""
    letter = SAMPLES[kind](locale).model_copy(update={"sharing_city": "Tampere"})
    ours = Ours(SENDER.site, SENDER.name, frozenset({"reply.citiesshare.example"}), (letter.to_name,))
    said = put_into_words(letter, SENDER)
    return said, ours, Original.of((said.text, html_to_text(said.html))), SENDER.reply_to(letter) or ""


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_nothing_of_a_quoted_letter_comes_through_however_it_is_quoted(
    locale: str, style: Callable[[Rendered, str], str]
) -> None:
    for kind in SAMPLES:
        said, ours, original, address = sent(kind, locale)
        for quoted in {style(said, block.format(to=address)) for block in HEADER_BLOCKS}:
            for answer in ANSWERS:
                above = new_words(f"{answer}\n\n{quoted}", ours, original)
                below = new_words(f"{quoted}\n\n{answer}\n", ours, original)
                assert (above, below) == (answer, answer), (kind, style.__name__)


def test_an_answer_between_unmarked_lines_of_the_letter_passes() -> None:
    text = "82% fit for Tampere\nWe have no data on that.\nFirst step: count lorries at the northern entrance"
    assert new_words(text, OURS, LETTER) == "We have no data on that."


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_no_address_and_no_key_passes_whatever_is_written(text: str) -> None:
    key = "abcdefghijklmnopqrstuvwxyz234567abc"
    got = new_words(f"{text}\nto {REPLY_TO} or x@y.example {key}\n{SITE}/p/{key}", OURS, LETTER)
    assert "@" not in got
    assert key not in got


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ("", None),
        ("Auto-Submitted: no\r\n", None),
        ("Subject: Automatic reply: out of office\r\n", None),
        ("Auto-Submitted: auto-replied; owner-email=x@y\r\n", "certain"),
        ("Auto-Submitted: auto-generated\r\n", "certain"),
        ("X-Autoreply: yes\r\n", "certain"),
        ("X-Autorespond: vacation\r\n", "certain"),
        ("Precedence: auto_reply\r\n", "certain"),
        ("Return-Path: <>\r\n", "certain"),
        ("Content-Type: multipart/report; boundary=b\r\n", "certain"),
        ("Precedence: bulk\r\n", "likely"),
        ("Precedence: list\r\n", "likely"),
        ("Precedence: junk\r\n", "likely"),
        ("X-Auto-Response-Suppress: All\r\n", "likely"),
        ("List-Id: <x.y>\r\n", "likely"),
    ],
)
def test_what_a_machine_wrote_is_told_by_its_headers(headers: str, automatic: str | None) -> None:
    """RFC 3834, and never by the subject alone."""
    assert read_mail(reply("I am away.", headers)).automatic == automatic


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("Content-Type: text/plain; charset=iso-8859-8-i\r\n", b"Which by-law?", "Which by-law?"),
        ("Content-Type: text/plain; charset=iso-8859-8-i\r\n", "שלום".encode("iso-8859-8"), "שלום"),
        ("Content-Type: text/plain; charset=x-never-heard-of\r\n", b"plain", "plain"),
        ("Content-Type: text/plain; charset*=utf-8''utf-8\r\n", "Łódź".encode(), "Łódź"),
        ('Content-Type: text/plain; charset="latin1"\r\n', "São".encode("latin1"), "São"),
        ("Content-Type: text/plain; charset=us-ascii\r\n", "“São”".encode("cp1252"), "“São”"),
        ("", "naïve".encode(), "naïve"),
        ("Content-Type: text/html\r\n", b"<p>Which <b>by-law</b>?</p><style>x</style>", "Which by-law?"),
        ("Content-Type: text/html; charset=utf-8\r\n", b"<div>L&oacute;d&#378;</div>", "Lódź"),
    ],
)
def test_the_text_is_read_in_its_character_set_and_from_html(headers: str, body: bytes, text: str) -> None:
    mail = read_mail(f"From: a@b.example\r\n{headers}\r\n".encode() + body)
    assert (mail.text.strip(), mail.unreadable) == (text, None)


@pytest.mark.parametrize("charset", ["x-never-heard-of", "punycode", "name''"])
def test_a_character_set_nobody_knows_is_said(charset: str) -> None:
    mail = read_mail(f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + b"\xe9\xff")
    assert mail.text == ""
    assert "character set" in str(mail.unreadable)


def test_an_empty_plain_part_gives_way_to_html_and_attachments_are_not_read() -> None:
    parts = (
        b"--b\r\nContent-Type: text/plain\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Yes</p>\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nsecret\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nattached\r\n--b--\r\n"
    )
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts
    assert read_mail(raw).text.strip() == "Yes"


@pytest.mark.parametrize("name", ["reply-below-quote.eml", "reply-charset.eml"])
def test_the_cases_that_came_out_wrong_are_passed_on(name: str) -> None:
    if not CASES.exists():
        pytest.skip(f"{CASES} is not there")
    mail = read_mail((CASES / name).read_bytes())
    assert new_words(mail.text, OURS, LETTER) == "Which by-law did you use?"
