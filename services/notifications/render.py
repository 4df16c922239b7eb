"""From a letter to the bytes that go over the wire: the same letter gives the same bytes, every time."""

import re
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.domain.letters import Letter, first_line
from services.notifications.headers import WIRE, write_headers
from services.notifications.language import chain, speech
from services.notifications.sender import Sender

KINDS = Path(__file__).parent / "kinds"
MOST_BYTES = 80_000
SUBJECT = 59
BLANKS = re.compile(r"\n{3,}")


class Rendered(NamedTuple):
    """The three texts of a letter."""

    subject: str
    text: str
    html: str


def render(letter: Letter, sender: Sender) -> bytes:
    """A complete RFC 5322 message: headers, text part, HTML part, at most 80 kB.

    Raises ``ValueError`` naming the letter where it came out longer.
    """
    said = put_into_words(letter, sender)
    message = EmailMessage(policy=WIRE)
    write_headers(message, letter, sender, said.subject)
    message.set_content(said.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(said.html, subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = chain(letter.locale)[0]
    message.set_boundary(f"=_{letter.id}")
    return _short_enough(message.as_bytes(), letter)


def put_into_words(letter: Letter, sender: Sender) -> Rendered:
    """Subject, text and HTML of a letter in its reader's language."""
    words = words_in(KINDS, letter.locale, letter.timezone)
    context: dict[str, object] = {"letter": letter, "sender": sender, "link": partial(_link, sender, letter)}
    subject = first_line(" ".join(_fill(words, letter, "subject.txt", context).split()), SUBJECT)
    text = BLANKS.sub("\n\n", _fill(words, letter, "letter.txt", context)).strip() + "\n"
    html = _fill(words, letter, "letter.html", context | {"subject": subject})
    return Rendered(subject, text, _inliner().inline(html))


def _link(sender: Sender, letter: Letter, scope: str) -> str:
    return sender.link(scope, letter)


def _fill(words: Environment, letter: Letter, name: str, context: dict[str, object]) -> str:
    return words.get_template(f"{letter.kind}/{name}").render(context)


@cache
def words_in(folder: Path, locale: str, timezone: str = "UTC") -> Environment:
    """The templates of a folder with the words of one language; an unknown name in a template is an error."""
    speaker = speech(locale, timezone)
    words = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translated = speaker.catalogue
    install = words.install_gettext_callables  # type: ignore[attr-defined] # added by the extension
    install(translated.gettext, translated.ngettext, newstyle=True)
    words.filters["short"] = first_line
    words.globals.update(speaker.tools())
    return words


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)


def _short_enough(message: bytes, letter: Letter) -> bytes:
    if len(message) > MOST_BYTES:
        raise ValueError(f"{letter.kind} {letter.id} has {len(message)} bytes; at most {MOST_BYTES} are sent")
    return message
