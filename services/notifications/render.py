"""From a letter to the bytes that go over the wire: the same letter gives the same bytes, every time."""

import re
from binascii import b2a_qp
from email.message import EmailMessage, MIMEPart
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from css_inline import CSSInliner
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket

from services.notifications.domain.letters import Letter, first_line
from services.notifications.headers import WIRE, write_headers
from services.notifications.language import chain, speech
from services.notifications.sender import Sender
from services.notifications.sentences import sentence, unit_name

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
    message["Content-Language"] = chain(letter.locale)[0]
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="=_{letter.id}"'
    message.set_payload([_part("plain", said.text), _part("html", said.html)])
    return _short_enough(message.as_bytes(), letter)


def _part(kind: str, text: str) -> MIMEPart:
    """One text as quoted-printable by the C library; the email package takes ten times as long."""
    part = MIMEPart(policy=WIRE)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


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
        bytecode_cache=_compiled(),
    )
    translated = speaker.catalogue
    install = words.install_gettext_callables  # type: ignore[attr-defined] # added by the extension
    install(translated.gettext, translated.ngettext, newstyle=True)
    words.filters["short"] = first_line
    words.globals.update(speaker.tools())
    words.globals["sentence"] = partial(sentence, speech=speaker)
    words.globals["unit_name"] = partial(unit_name, speech=speaker)
    return words


class _Compiled(BytecodeCache):
    """Templates compiled once for all languages, kept in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


@cache
def _compiled() -> _Compiled:
    return _Compiled()


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)


def _short_enough(message: bytes, letter: Letter) -> bytes:
    if len(message) > MOST_BYTES:
        raise ValueError(f"{letter.kind} {letter.id} has {len(message)} bytes; at most {MOST_BYTES} are sent")
    return message
