"""Mail that is built to cost more than it weighs: refused or read in bounds, and the next mail is read."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.mail_parser import read_mail
from services.notifications.adapters.mail_parser_pool import MailParserPool, ParserLimits, mail_parser_pool
from services.notifications.domain.charsets import decoded
from services.notifications.domain.html_to_text import html_to_text
from services.notifications.domain.mail_headers import MOST_HEADERS, MOST_VALUE, read_headers
from services.notifications.domain.parsed_mail import MOST_BYTES, MailParseError, ParsedMail
from services.notifications.domain.reply_text import Original, Ours, new_words
from shared.errors import RetryableError
from tests.mail import MALFORMED, PIECES, bombs, long_header, many_parts, nested, reply, report

BOMBS = dict(bombs())
OURS = Ours("https://citiesshare.example", domains=frozenset({"reply.citiesshare.example"}))
MEGABYTES = 128


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[MailParserPool]:
    async with mail_parser_pool(ParserLimits(processes=1, megabytes=MEGABYTES)) as one:
        yield one


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_read_in_bounds_or_refused_and_the_next_mail_is_read(
    name: str, pool: MailParserPool
) -> None:
    """The process has 128 MB and ten seconds; without bounds in the parser it would need more of both."""
    reason = ""
    try:
        await pool.read(BOMBS[name])
    except MailParseError as error:
        reason = str(error)
    assert "took" not in reason, "only the last line of defence stopped it"
    assert (await pool.read(report("5.1.1"))).recipients[0].status == "5.1.1"


async def test_the_event_loop_goes_on_while_a_mail_is_read(pool: MailParserPool) -> None:
    longest, last, going = 0.0, time.perf_counter(), True

    async def tick() -> None:
        nonlocal longest, last
        while going:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    ticking = asyncio.create_task(tick())
    for raw in BOMBS.values():
        with suppress(MailParseError):
            await pool.read(raw)
    going = False
    await ticking
    assert longest < 1.0


async def test_a_mail_that_kills_its_process_is_unreadable_and_the_next_gets_a_new_one() -> None:
    """A limit too small for the parser itself stands for whatever no bound thought of."""
    async with mail_parser_pool(ParserLimits(processes=1, megabytes=24)) as small:
        with pytest.raises(MailParseError, match="MB"):
            await small.read(reply("x " * 700_000))
        assert (await small.read(report("5.1.1"))).recipients
    async with mail_parser_pool(ParserLimits(processes=1, seconds=0.0)) as hasty:
        with pytest.raises(MailParseError, match="seconds"):
            await hasty.read(report("5.1.1"))
        hasty.bounds = ParserLimits(processes=1)
        assert (await hasty.read(report("5.1.1"))).recipients


async def test_where_too_many_mails_wait_the_sender_tries_again() -> None:
    async with mail_parser_pool(ParserLimits(processes=1, waiting=1)) as busy:
        first = asyncio.create_task(busy.read(report("5.1.1")))
        await asyncio.sleep(0)
        with pytest.raises(RetryableError):
            await busy.read(report("5.1.1"))
        await first


def environment_of(process: int) -> bytes:
    shown = Path(f"/proc/{process}/environ")
    if not shown.exists():
        pytest.skip("this system does not show the environment of a process")
    return shown.read_bytes()


async def test_the_process_that_parses_mail_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTER_SECRET", "a secret of some length")
    async with mail_parser_pool(ParserLimits(processes=1)) as one:
        await one.read(report("5.1.1"))
        assert b"LETTER_SECRET" not in environment_of(one._idle[0].pid)


def cost(work: Callable[[bytes], object], raw: bytes) -> float:
    """The least of some tries, in seconds of this process's own time."""
    return min(_timed(work, raw) for _ in range(3))


def _timed(work: Callable[[bytes], object], raw: bytes) -> float:
    begun = time.process_time()
    with suppress(MailParseError):
        work(raw)
    return time.process_time() - begun


@pytest.mark.parametrize("piece", PIECES)
def test_no_header_costs_more_than_in_proportion_to_its_length(piece: str) -> None:
    name, pattern = PIECES[piece]
    small, large = (long_header(name, pattern, size) for size in (20_000, 80_000))
    grown = cost(read_mail, large) / max(cost(read_mail, small), 0.002)
    assert grown < 10, "four times the input takes at most about four times the time; squared it would be 16"


TEXTS: dict[str, Callable[[int], str]] = {
    "one word": lambda many: "a" * many,
    "one word of signs": lambda many: "@" * many,
    "words with an at sign": lambda many: "a@b " * (many // 4),
    "marks": lambda many: "> " * (many // 2),
    "marked lines": lambda many: ">\n" * (many // 2),
    "introductions": lambda many: "On Mon 2026, x@y wrote:\n" * (many // 24),
    "labels": lambda many: "From: a@b\n" * (many // 10),
    "blank lines": lambda many: "\n" * many,
    "blanks": lambda many: " " * many + "x",
    "colons": lambda many: ":" * many,
    "dashes": lambda many: "-" * many,
    "digits": lambda many: "1:" * (many // 2),
    "keys": lambda many: "abcdefgh" * (many // 8),
    "asterisks": lambda many: "*" * many + "\n",
}


@pytest.mark.parametrize("text", TEXTS)
def test_no_reply_costs_more_than_in_proportion_to_its_length(text: str) -> None:
    letter = Original.of(["First step: count the lorries at night.\n" * 50])

    def work(raw: bytes) -> object:
        return new_words(raw.decode(), OURS, letter)

    small, large = (TEXTS[text](size).encode() for size in (20_000, 80_000))
    assert cost(work, large) / max(cost(work, small), 0.002) < 10


def refused_or_read(raw: bytes) -> str | ParsedMail:
    """The mail, or the reason why it is refused."""
    try:
        return read_mail(raw)
    except MailParseError as error:
        return str(error)


@given(st.binary(max_size=2_000))
@settings(max_examples=200)
def test_whatever_bytes_come_are_read_or_refused_with_a_reason(content: bytes) -> None:
    for raw in (content, b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + content):
        assert refused_or_read(raw) != ""


@given(st.sampled_from([*BOMBS, "report", "malformed"]), st.integers(0, 3_000), st.binary(max_size=40))
@settings(max_examples=150)
def test_a_mail_with_some_bytes_changed_is_read_or_refused_with_a_reason(
    name: str, at: int, new: bytes
) -> None:
    raw = {**BOMBS, "report": report("5.1.1"), "malformed": MALFORMED}[name][:5_000]
    assert refused_or_read(raw[:at] + new + raw[at + len(new) :]) != ""


def test_headers_are_read_to_a_bound() -> None:
    assert len(read_headers(b"X: y\r\n" * 10_000)) == MOST_HEADERS
    assert len(read_headers(b"X: " + b"y" * 200_000)[0].value) == MOST_VALUE
    assert read_headers(b"Subject: a\r\n b\r\n\r\nTo: body@example.org")[0].value == "a b"


def test_a_mail_at_the_bounds_is_read() -> None:
    assert read_mail(many_parts(90)).text
    assert read_mail(nested(8)) is not None
    attached = b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n"
    large = (
        many_parts(1)[:-7]
        + b"--b\r\n"
        + attached
        + (b"y" * 98 + b"\r\n") * (MOST_BYTES // 100 - 10)
        + b"\r\n--b--\r\n"
    )
    assert read_mail(large).text.strip() == "x"


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "base64", "utf-7"]
)
def test_only_character_sets_decode_text(charset: str) -> None:
    assert decoded(b"\xff\\x41", charset) is None


def test_broken_html_gives_its_text() -> None:
    assert html_to_text("<p>One<br>two<blockquote>three</p>four<script>x") == "One\ntwo\n> three\n> four"
    assert html_to_text("<head><title>x</head><body>Hello") == "Hello"


def test_the_reader_of_mail_imports_little() -> None:
    """Its memory is bounded: the models and drivers of the service would take most of it."""
    asked = "import sys, services.notifications.adapters.mail_parser_process; print(*sorted(sys.modules))"
    told = os.popen(f'{sys.executable} -c "{asked}"').read().split()
    assert "services.notifications.adapters.mail_parser" in told
    assert not {"pydantic", "pymongo", "structlog", "numpy"} & set(told)
