"""A process in which everything that can log does, about people: real letters, mail, requests and errors.

    python -m tests.security.noisy json|console

Prints what it logged on standard error, and on standard output what it was about.
"""

import asyncio
import logging
import smtplib
import sys
from contextlib import suppress
from email.message import EmailMessage

import structlog
import uvicorn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, get
from pydantic import SecretStr

from services.notifications.adapters.smtp import SmtpMailer
from services.notifications.adapters.smtp_pool import DomainPacing, RelaySettings, SmtpPool
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.application.ports import OutgoingMail, ReceivedMail
from services.notifications.domain.link_tokens import bounce_address, key_for
from shared.errors import RetryableError
from shared.observability.logs import configure_logs
from tests.component.relays import Behaviour, relay

SECRET = b"a secret for this test only"
LETTER = "abcdefghijklmnopqrstuvwx"
READER, WRITER = "maja.kowalska+news@krakow.example.org", "j\u00fcrgen@b\u00fcro.example.org"
KEY, BOUNCE = key_for(SECRET, "unsubscribe", LETTER), bounce_address(SECRET, LETTER, "bounce.example.org")
TOKEN = "csk_0123456789ab_aVerySecretPublisherKey-_42"
ABOUT = (READER, "maja.kowalska", WRITER, KEY, BOUNCE, TOKEN, "aVerySecretPublisherKey", "hunter2hunter2")
log = structlog.get_logger()


async def send_to_bad_relays() -> None:
    """Letters that are put off, refused, and lost on the way, with the address in the relay's words."""
    for behaviour in (
        Behaviour(rcpt=f"450 4.2.1 <{READER}> is busy"),
        Behaviour(rcpt=f"550 5.1.1 <{READER}>: user unknown"),
        Behaviour(data=f"451 4.7.1 {READER} greylisted"),
        Behaviour(hang_up="data"),
    ):
        async with relay(behaviour) as port:
            pool = SmtpPool(RelaySettings(host="127.0.0.1", port=port, timeout=2, starttls=False))
            parcel = OutgoingMail(
                LETTER, BOUNCE, READER, f"To: {READER}\r\n\r\nhttps://x.example/u/{KEY}\r\n".encode()
            )
            try:
                handed = await SmtpMailer(pool, DomainPacing(6000, 0)).hand_over(parcel)
                log.warning("letter_handed_over", said=handed)
            except RetryableError as error:
                log.warning("letters_postponed", reason=str(error))
            await pool.close()


async def take_mail() -> None:
    """Bounces and replies at the door, one of which its reader trips over."""

    async def take(mail: ReceivedMail) -> bool:
        raise ValueError(f"cannot read a mail to {mail.to}: {mail.raw[:80]!r}")

    async def set_aside(mail: ReceivedMail, reason: str) -> None:
        raise OSError(f"no room for the mail of {mail.sender}: {reason}")

    inbox = Inbox(lambda address: address == BOUNCE, take, set_aside)
    async with serve_smtp(inbox, "127.0.0.1", 0) as port:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = READER, BOUNCE, KEY
        mail.set_content(f"{READER} writes from {WRITER}")

        def deliver() -> None:
            with suppress(smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port) as client:
                client.sendmail(READER, [BOUNCE], mail.as_bytes())
            with suppress(smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port) as client:
                client.docmd(f"VRFY {READER}")
                client.docmd("RCPT", f"TO:<{READER}>")

        await asyncio.to_thread(deliver)


async def answer_requests() -> None:
    """Requests whose addresses hold keys, served with uvicorn's access log on."""
    app = FastAPI()

    @app.get("/u/{key}")
    async def page(key: str) -> str:
        raise RuntimeError(f"no letter for {key}")

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=True, lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    escaped = READER.replace("@", "%40")
    asked = (f"u/{KEY}", f"u/{KEY}?email={READER}&token=hunter2hunter2", f"in?address={escaped}")
    for path in asked:
        await asyncio.to_thread(get, f"http://127.0.0.1:{port}/{path}", trust_env=False)
    server.should_exit = True
    await running
    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://here"
    ) as client:
        await client.get(f"/u/{KEY}")


def _fail(words: str) -> None:
    raise ValueError(words)


async def trip() -> None:
    """Errors of our own and of libraries, of tasks nobody waits for, and records that cannot be written."""
    try:
        _fail(f"{READER} and {WRITER} with {TOKEN}")
    except ValueError:
        log.exception(
            "scheduled_step_failed",
            reason=f"Bearer {TOKEN}",
            nested={"to": [READER, {"raw": READER.encode()}]},
        )
        logging.getLogger("some.library").exception("sending to %s", READER)
    logging.getLogger("some.library").warning("two of one: %s %s", READER)  # noqa: PLE1206 - on purpose
    logging.getLogger("aiormq").warning("connecting to amqp://%s:hunter2hunter2@broker:5672/", "operator")
    logging.getLogger("mail.log").error("%r >> %r", ("127.0.0.1", 25), f"RCPT TO:<{READER}>".encode())

    async def forgotten() -> None:
        raise ValueError(READER)

    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0.1)
    del task


async def everything() -> None:
    """All of it."""
    await send_to_bad_relays()
    await take_mail()
    await answer_requests()
    await trip()


if __name__ == "__main__":
    configure_logs("notifications", "debug", json=sys.argv[1] == "json")
    for name in ("mail.log", "uvicorn.access", "httpx", "aiosmtplib"):
        logging.getLogger(name).setLevel(logging.DEBUG)  # whoever looks for an error turns them on
    sys.stdout.write("\n".join(ABOUT))
    sys.stdout.flush()
    asyncio.run(everything())
    raise SystemError(f"the last words name {READER}, {SecretStr('hidden')} and {KEY}")
