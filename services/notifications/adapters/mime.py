"""From a letter to the bytes that go over the wire: the same letter gives the same bytes, every time."""

import re
from base64 import encodebytes as b64encode_lines
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from css_inline import CSSInliner
from markupsafe import Markup

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime_headers import dated, from_address, head
from services.notifications.adapters.templates import words_in
from services.notifications.application.ports import LetterTooLong, Rendered
from services.notifications.domain.calls import calendar
from services.notifications.domain.languages import language_chain
from services.notifications.domain.letters.base import Letter, first_line
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.localized_texts import LocalizedText, Speaker
from services.notifications.domain.sender import Sender
from services.notifications.domain.shortening import with_shorter_texts

LETTERS = Path(__file__).parents[1] / "domain" / "letters"
MOST_BYTES = 80_000
CUT_TO = (2_000, 500, 160)
"""To how many characters texts are cut, one after the other, in a letter that is too long."""
SUBJECT = 59
WITH_A_PAGE = frozenset({"alert", "warning", "update", "lineage", "digest", "legacy_pack"})
"""The letters whose page shows each text beside its original."""
BLANKS = re.compile(r"\n{3,}")
CONTENT = """\
Content-Language: {language}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

{plain}
--{boundary}
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

{html}
--{boundary}--
""".replace("\n", "\r\n")


WITH_FILE = """\
Content-Type: multipart/mixed; boundary="{boundary}"

--{boundary}
{content}
--{boundary}
Content-Type: text/calendar; charset="utf-8"; method={method}; name="call.ics"
Content-Disposition: attachment; filename="call.ics"
Content-Transfer-Encoding: base64

{file}--{boundary}--
""".replace("\n", "\r\n")


@dataclass(frozen=True)
class MimeRenderer:
    """Writes letters out in the name of one sender."""

    sender: Sender

    def message(self, letter: Letter) -> bytes:
        return render(letter, self.sender)

    def texts(self, letter: Letter) -> Rendered:
        return put_into_words(letter, self.sender)

    def subject(self, letter: Letter) -> str:
        return subject_of(letter, self.sender)

    def shown(self, letter: Letter) -> tuple[LocalizedText, ...]:
        return shown_in(letter, self.sender)

    def calendar_file(self, letter: Letter) -> str | None:
        file = calendar_file(letter, self.sender)
        return file[1] if file else None

    def dated(self, message: bytes, at: datetime) -> bytes:
        return dated(message, at)


def render(letter: Letter, sender: Sender) -> bytes:
    """A complete RFC 5322 message: headers, text part, HTML part, at most 80 kB.

    Texts that make it longer are cut; the page shows them whole. Raises ``LetterTooLong`` where that is not
    enough.
    """
    message = _message(letter, sender)
    for longest in CUT_TO:
        if len(message) <= MOST_BYTES:
            return message
        message = _message(with_shorter_texts(letter, longest), sender)
    if len(message) > MOST_BYTES:
        raise LetterTooLong(
            f"{letter.kind} {letter.id} has {len(message)} bytes; at most {MOST_BYTES} are sent"
        )
    return message


def _message(letter: Letter, sender: Sender) -> bytes:
    texts = put_into_words(letter, sender)
    content = CONTENT.format(
        language=language_chain(letter.locale)[0],
        boundary=f"=_{letter.id}",
        plain=_quoted(texts.text),
        html=_quoted(texts.html),
    )
    file = calendar_file(letter, sender, texts.subject)
    if file is not None:
        content = _with_file(letter, content, *file)
    return head(letter, sender, texts.subject) + content.encode("ascii")


def calendar_file(letter: Letter, sender: Sender, subject: str | None = None) -> tuple[str, str] | None:
    """The method and the text of the calendar file of a letter about a call; None for any other letter."""
    if not isinstance(letter, QuestionLetter) or letter.invitation is None:
        return None
    organizer = (sender.name, from_address(letter, sender))
    attendee = (letter.to_name, letter.to)
    title = subject or subject_of(letter, sender)
    return letter.invitation.method, calendar(letter.invitation, title, organizer, attendee)


def _with_file(letter: Letter, content: str, method: str, text: str) -> str:
    """``content`` and a calendar file as the parts of one message."""
    version, _, inner = content.partition("MIME-Version: 1.0\r\n")
    return f"{version}MIME-Version: 1.0\r\n" + WITH_FILE.format(
        boundary=f"=_file_{letter.id}",
        content=inner,
        method=method,
        file=b64encode_lines(text.encode()).decode("ascii").replace("\n", "\r\n"),
    )


def _quoted(text: str) -> str:
    """A text as quoted-printable by the C library, each line ended as the wire wants it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return b2a_qp(lines, istext=True).decode("ascii").replace("\n", "\r\n")


def put_into_words(letter: Letter, sender: Sender) -> Rendered:
    """Subject, text and HTML of a letter in its reader's language."""
    context, subject = _context(letter, sender), subject_of(letter, sender)
    return _rendered(letter, context, subject)


def shown_in(letter: Letter, sender: Sender) -> tuple[LocalizedText, ...]:
    """The texts of cities that a reader of ``letter`` sees, as they are shown."""
    speaker = Speaker(letter.phrases)
    context = _context(letter, sender) | speaker.tools()
    _rendered(letter, context, _fill(str, letter, "subject.txt", context))
    return speaker.shown


def _rendered(letter: Letter, context: dict[str, object], subject: str) -> Rendered:
    text = BLANKS.sub("\n\n", _fill(str, letter, "letter.txt", context)).strip() + "\n"
    html = _fill(Markup, letter, "letter.html", context | {"subject": subject})
    return Rendered(subject, text, _inliner().inline(html))


def subject_of(letter: Letter, sender: Sender) -> str:
    """The subject of a letter, on one line."""
    subject = _fill(str, letter, "subject.txt", _context(letter, sender))
    return first_line(" ".join(subject.split()), SUBJECT)


def _context(letter: Letter, sender: Sender) -> dict[str, object]:
    localizer = localizer_for(letter.locale, letter.timezone)
    link = partial(_link, sender, letter)
    speaker = Speaker(letter.phrases)
    return {
        "letter": letter,
        "sender": sender,
        "day": localizer.day,
        "clock": localizer.clock,
        "link": link,
        "machine": speaker.has_a_machine,
        "originals": link("scorecard") if letter.kind in WITH_A_PAGE else "",
        **speaker.tools(),
    }


def _link(sender: Sender, letter: Letter, scope: str) -> str:
    return sender.link(scope, letter)


def _fill(form: type[str], letter: Letter, name: str, context: dict[str, object]) -> str:
    return words_in(LETTERS, letter.locale, form).get_template(f"{letter.kind}/{name}").render(context)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)
