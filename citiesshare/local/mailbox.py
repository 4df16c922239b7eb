"""A mailbox for local use: an SMTP server, a Maildir, and pages with the letters. It forwards nothing."""

import asyncio
import mailbox
import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from html import escape
from pathlib import Path

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, PlainTextResponse

Head = dict[str, str]
SHOWN = ("To", "Subject", "Date", "Message-ID", "Content-Language", "X-CitiesShare-Kind")
NEW_TABS = "allow-popups allow-popups-to-escape-sandbox"
"""Sandbox of the frame with a letter: no scripts, and links open in a new tab."""
STYLE = (
    "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<meta name=color-scheme content='light dark'><style>body{font:1rem/1.5 system-ui;margin:1.5rem auto;"
    "max-width:52rem;padding:0 1rem}td{padding:.3rem .8rem .3rem 0;vertical-align:top}"
    "iframe{width:100%;height:75vh;border:1px solid #8888}</style>"
)


class MailStore:
    """Accepts letters for all addresses, as a relay does, and stores their bytes in a Maildir."""

    def __init__(self, folder: Path) -> None:
        self.maildir = mailbox.Maildir(folder, create=True)
        self._heads: dict[str, Head] = {}

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        await asyncio.to_thread(self.maildir.add, content)
        return "250 2.0.0 kept"

    def letters(self) -> list[tuple[str, Head]]:
        """Return key and headers of every letter, newest first; each letter is read from disk once."""
        for key in set(self.maildir.keys()) - self._heads.keys():
            self._heads[key] = _head(self.maildir.get_bytes(key))
        return sorted(self._heads.copy().items(), key=lambda letter: letter[1]["Date"], reverse=True)

    def letter(self, key: str) -> EmailMessage:
        """Return one letter; raises 404 where there is none."""
        return _parse(self.source(key))

    def source(self, key: str) -> bytes:
        """Return the received bytes of one letter; raises 404 where there is none."""
        try:
            return self.maildir.get_bytes(key)
        except KeyError:
            raise HTTPException(404, f"no letter {key}") from None


def pages(store: MailStore) -> FastAPI:
    """Return the pages: a list, one letter, its HTML and text parts, its source, and all as JSON."""
    app = FastAPI(title="CitiesShare mailbox", docs_url=None, redoc_url=None)

    @app.get("/health/live")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/", response_class=HTMLResponse)
    def index() -> str:
        rows = "".join(
            f"<tr><td><a href='/letters/{key}'>{escape(letter['Subject'])}</a>"
            f"<td>{escape(letter['To'])}<td>{escape(letter['Content-Language'])}"
            for key, letter in store.letters()
        )
        return f"<!doctype html><title>Mailbox</title>{STYLE}<h1>Mailbox</h1><table>{rows}</table>"

    @app.get("/letters.json")
    def all_letters() -> list[dict[str, str]]:
        return [{"key": key, **head} for key, head in store.letters()]

    @app.get("/letters/{key}", response_class=HTMLResponse)
    def show(key: str) -> str:
        letter = store.letter(key)
        return (
            f"<!doctype html><title>{escape(str(letter['Subject']))}</title>{STYLE}"
            "<p><a href='/'>Mailbox</a> · "
            f"<a href='/letters/{key}/text'>text</a> · <a href='/letters/{key}/source'>source</a></p>"
            f"<h1>{escape(str(letter['Subject']))}</h1><p>To {escape(str(letter['To']))}</p>"
            f"<iframe title=letter sandbox='{NEW_TABS}' src='/letters/{key}/html'></iframe>"
        )

    @app.get("/letters/{key}/html", response_class=HTMLResponse)
    def as_html(key: str) -> str:
        return _part(store.letter(key), "html").replace("<head>", "<head><base target=_blank>", 1)

    @app.get("/letters/{key}/text", response_class=PlainTextResponse)
    def as_text(key: str) -> str:
        return _part(store.letter(key), "plain")

    @app.get("/letters/{key}/source", response_class=PlainTextResponse)
    def source(key: str) -> str:
        return store.source(key).decode(errors="replace")

    return app


def main() -> None:
    """Serve SMTP and the pages until SIGTERM or SIGINT; settings are variables ``MAILBOX_…``."""
    store = MailStore(Path(os.environ["MAILBOX_FOLDER"]))
    smtp = Controller(
        store,
        hostname="127.0.0.1",
        port=int(os.environ["MAILBOX_SMTP_PORT"]),
        enable_SMTPUTF8=True,
        data_size_limit=10_000_000,
    )
    smtp.start()
    try:
        uvicorn.run(
            pages(store), host="127.0.0.1", port=int(os.environ["MAILBOX_HTTP_PORT"]), log_config=None
        )
    finally:
        smtp.stop()


def _head(content: bytes) -> Head:
    message = BytesHeaderParser(policy=policy.default).parsebytes(content)
    return {name: str(message[name] or "") for name in SHOWN}


def _parse(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


if __name__ == "__main__":
    main()
